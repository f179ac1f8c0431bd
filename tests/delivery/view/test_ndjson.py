"""A release as JSON lines, version 1."""

import io
import json
from typing import Any

from delivery.view.stories import Story, failing, healthy
from lambdaform_delivery.release.events import Event
from lambdaform_delivery.release.outcome import FunctionOutcome
from lambdaform_delivery.view.ending import Ending
from lambdaform_delivery.view.history import History
from lambdaform_delivery.view.ndjson import Ndjson
from lambdaform_delivery.view.stream import Stream

ENDED = Ending(
    result="rolled back",
    exit_code=4,
    reason="it fails",
    functions=(FunctionOutcome("search", "search-1a2b3c4", "live", "7", "8", "version 7"),),
    run="k3v9",
)


def written(events: list[Event], ending: Ending = ENDED) -> list[dict[str, Any]]:
    file = io.StringIO()
    view = Ndjson(Stream(file, "out"), now=lambda: 1_900_000_500.25)
    for event in events:
        view(event, History())
    view.finish(ending, History())
    return [json.loads(line) for line in file.getvalue().splitlines()]


def test_an_event_says_everything_about_the_alias():
    story = Story()
    line, _ = written([story.shift(1)])
    assert line == {
        "v": 1,
        "ts": "2030-03-17T17:47:00.000Z",
        "seq": 0,
        "release_id": "k3v9",
        "event": "shifted",
        "function": "search",
        "function_name": "search-1a2b3c4",
        "alias": "live",
        "from": "7",
        "to": "8",
        "message": "25 % of the calls go to version 8",
        "phase": "ramp",
        "step": 1,
        "steps": 3,
        "ramp": "5,25,50",
        "weight": 0.25,
        "revision_id": "r-1",
        "seconds_left": None,
        "canary": None,
        "baseline": None,
        "evidence": None,
        "towards_pass": None,
        "towards_fail": None,
        "verdict": None,
        "reason": None,
    }


def test_a_judgement_comes_with_counts_and_evidence():
    story = Story()
    story.shift(0)
    line, _ = written([story.minute((150, 1), (2850, 3))])
    assert line["canary"] == {"invocations": 150, "errors": 1, "slow": 7}
    assert line["baseline"] == {"invocations": 2850, "errors": 3, "slow": 142}
    assert [test["test"] for test in line["evidence"]] == ["error ratio", "error budget", "slow ratio"]
    assert (line["verdict"], line["towards_pass"]) == ("UNKNOWN", 0.5)
    assert line["reason"] == line["message"]


def test_every_event_has_the_same_fields():
    lines = written(failing().events)
    assert len({tuple(line) for line in lines[:-1]}) == 1


def test_lines_are_numbered_without_a_gap():
    assert [line["seq"] for line in written(healthy().events)] == list(range(len(healthy().events) + 1))


def test_the_weight_follows_the_alias_through_swap_and_way_back():
    weights = [line["weight"] for line in written(healthy().events) if line["event"] in ("shifted", "swapped")]
    assert weights == [0.05, 0.25, 0.5, 1.0]
    assert written(failing().events)[-2]["weight"] == 0.0


def test_the_last_line_is_the_outcome():
    assert written([])[-1] == {
        "v": 1,
        "ts": "2030-03-17T17:55:00.250Z",
        "seq": 0,
        "release_id": "k3v9",
        "event": "outcome",
        "result": "rolled back",
        "exit_code": 4,
        "reason": "it fails",
        "error": None,
        "hint": None,
        "recipe": None,
        "functions": [
            {
                "function": "search",
                "function_name": "search-1a2b3c4",
                "alias": "live",
                "from": "7",
                "to": "8",
                "serves": "version 7",
            }
        ],
    }


def test_the_outcome_of_an_error_says_what_to_do():
    line = written(
        [], Ending("failed", 9, "expired", (), recipe="lambdaform rollback", hint="sign in", error="AccessError")
    )
    assert (line[-1]["error"], line[-1]["hint"], line[-1]["recipe"]) == (
        "AccessError",
        "sign in",
        "lambdaform rollback",
    )


class Flushed(io.StringIO):
    """Remembers what could be read after each flush."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def flush(self) -> None:
        self.seen.append(self.getvalue())


def test_every_line_can_be_read_as_soon_as_it_was_written():
    file, story = Flushed(), Story()
    view = Ndjson(Stream(file, "out"))
    view(story.lock(), History())
    assert len(file.seen) == 1
    assert json.loads(file.seen[0])["event"] == "locked"
