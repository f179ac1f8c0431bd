"""A release as lines: what is worth one, and what is said while nothing changes."""

import io
from dataclasses import replace

from delivery.view.stories import Story, failing
from lambdaform_delivery.release.events import Event
from lambdaform_delivery.view.ending import Ending
from lambdaform_delivery.view.history import History
from lambdaform_delivery.view.lines import Lines
from lambdaform_delivery.view.stream import Stream


def written(events: list[Event]) -> list[str]:
    file = io.StringIO()
    lines, history = Lines(Stream(file, "log")), History()
    for event in events:
        history.add(event)
        lines(event, history)
    return file.getvalue().splitlines()


def test_every_change_is_one_line_with_its_time_and_function():
    story = Story()
    story.plan("version 7 to 8, 5,25,50")
    story.lock()
    story.shift(0)

    assert written(story.events) == [
        "17:47:00 search: version 7 to 8, 5,25,50",
        "17:47:00 search: locked by release k3v9",
        "17:47:00 search: 5 % of the calls go to version 8",
    ]


def test_a_poll_that_changes_nothing_is_not_worth_a_line():
    story = Story()
    story.shift(0)
    story.look(15)
    story.look(15)
    story.look(15)

    assert [line.split(": ")[1] for line in written(story.events)] == ["5 % of the calls go to version 8", "hold"]


def test_a_new_verdict_is_a_line():
    verdicts = [line.split(": ")[1] for line in written(failing().events)]
    assert [verdict for verdict in verdicts if verdict in ("hold", "pass", "fail")] == ["hold", "pass", "hold", "fail"]


def test_while_nothing_changes_there_is_a_line_each_minute_that_says_how_it_stands():
    story = Story()
    story.shift(0)
    story.minute((150, 1), (2850, 3))
    for _ in range(4):
        story.look(15, seconds_left=540.0)

    *_, heartbeat = written(story.events)
    assert heartbeat.startswith("17:49:00 search: at 5 % for 2 min, got 5 %; hold: ")
    assert heartbeat.endswith("; at least 9 min left")


def test_nobody_promises_a_time_that_nobody_knows():
    story = Story()
    story.shift(0)
    for _ in range(6):
        story.look(15, seconds_left=None)

    *_, heartbeat = written(story.events)
    assert heartbeat.startswith("17:48:15 search: at 5 % for 1 min 15 s, got -; hold: ")
    assert "left" not in heartbeat


def test_each_function_has_a_heartbeat_of_its_own():
    search, worker = Story("search"), Story("worker")
    events = [search.shift(0), worker.shift(0)]
    for _ in range(5):
        events += [search.look(15), worker.look(15)]

    assert [line.split()[1] for line in written(events)][-2:] == ["search:", "worker:"]


def test_what_a_message_carries_cannot_reach_the_terminal():
    assert written([Story().note("failed:\n\x1b[2J\x07gone")]) == ["17:47:00 search: failed: \ufffd[2J\ufffdgone"]


def test_the_end_says_result_standing_and_next_command():
    file = io.StringIO()
    ending = Ending("paused", 5, "the ramp pauses", (), recipe="lambdaform release search --resume")
    Lines(Stream(file, "log")).finish(ending, History())
    assert file.getvalue() == "paused: the ramp pauses\nnothing was changed\nnext: lambdaform release search --resume\n"


def test_the_message_of_an_error_is_left_to_whoever_ends_the_process():
    file = io.StringIO()
    ending = Ending("failed", 9, "expired", (), hint="sign in", error="AccessError")
    Lines(Stream(file, "log")).finish(ending, History())
    assert file.getvalue() == "nothing was changed\n"


def test_a_line_stays_one_line_whatever_the_message_is():
    event = replace(Story().lock(), message="one\ntwo")
    assert written([event]) == ["17:47:00 search: one two"]
