"""What the events of a release add up to."""

from delivery.view.stories import Story, failing, healthy
from lambdaform_delivery.view.history import FunctionHistory


def of(story: Story) -> FunctionHistory:
    return FunctionHistory(tuple(story.events))


def test_the_periods_follow_the_weight():
    assert [period.percentage for period in of(healthy()).periods] == [5, 25, 50, 100]
    assert [period.percentage for period in of(failing()).periods] == [5, 25, 0]


def test_a_period_has_the_minutes_that_lie_in_it_for_the_most_part():
    first, second, *_ = of(healthy()).periods
    assert (first.canary.invocations, first.baseline.invocations, first.baseline.errors) == (450, 8550, 6)
    assert second.canary.invocations == 2250


def test_a_period_tells_the_share_that_the_new_version_really_got():
    story = Story()
    story.shift(1)
    story.minute((300, 0), (700, 0))
    assert of(story).periods[0].realised_percentage == 30


def test_without_calls_nobody_knows_the_share():
    story = Story()
    story.shift(1)
    story.look()
    assert of(story).periods[0].realised_percentage is None


def test_the_verdict_of_a_period_is_its_last_one():
    *_, failed, back = of(failing()).periods
    assert failed.judgement
    assert failed.judgement.verdict == "FAIL"
    assert back.judgement is None


def test_a_resumed_release_begins_in_the_middle():
    story = Story()
    story.shift(1)
    resumed = FunctionHistory((story.look(),))
    assert (resumed.percentage, resumed.serves) == (25, "version 7, 25 % to version 8")


def test_a_pause_keeps_the_weight():
    story = Story(ramp="5,pause,50")
    story.shift(0)
    story.pause()
    assert of(story).serves == "version 7, 5 % to version 8"


def test_only_the_newest_judgement_keeps_its_minutes():
    story = healthy()
    (function,) = story.history.functions
    assert [bool(event.minutes) for event in function.events if event.judgement] == [False] * 9 + [True]
    assert len(function.minutes) == 10


def test_functions_come_in_the_order_in_which_they_were_heard_of():
    history = healthy("worker").history
    history.add(Story("search").lock())
    assert [function.last.function for function in history.functions] == ["worker", "search"]
