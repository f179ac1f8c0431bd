"""What the judge says about a release, from the counts of its minutes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambdaform_delivery.errors import ReleaseInputError
from lambdaform_delivery.release.judge import AlarmChange, Counts, Judgement, JudgeSettings, Minute, Verdict, judge

SETTINGS = JudgeSettings()
START = 1_800_000_000
"""A full minute."""
HEALTHY = (300, 0), (2700, 3)
FAILING = (300, 15), (2700, 3)
BOTH_FAILING = (300, 18), (2700, 135)
SEVERITY = [Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL]

Side = tuple[int, int] | tuple[int, int, int]


def minute(number: int, canary: Side, baseline: Side, *, settled: bool = True) -> Minute:
    """Return a minute by calls and errors, and slow calls if they are known, of both versions."""
    return Minute(START + 60 * number, settled, Counts(*canary), Counts(*baseline))


def minutes(*counts: tuple[Side, Side]) -> list[Minute]:
    return [minute(number, *sides) for number, sides in enumerate(counts)]


def judged(given: Sequence[Minute], settings: JudgeSettings = SETTINGS, **more: Any) -> Judgement:
    """Return the judgement two minutes after the last minute, at a weight that was there from the first one."""
    now = max((each.start for each in given), default=START) + 180
    arguments: dict[str, Any] = {"step_minutes_from": START, "now": now, **more}
    return judge(given, settings, **arguments)


def verdict(given: Sequence[Minute], settings: JudgeSettings = SETTINGS, **more: Any) -> Verdict:
    return judged(given, settings, **more).verdict


def evidence(given: Sequence[Minute], test: str, settings: JudgeSettings = SETTINGS) -> float:
    return next(each.log10_e_value for each in judged(given, settings).evidence if each.test == test)


# Verdicts


def test_a_version_that_fails_as_rarely_as_the_old_one_passes():
    result = judged(minutes(HEALTHY, HEALTHY))

    assert result.verdict is Verdict.PASS
    assert result.reason == (
        "nothing speaks against the new version: "
        "the new version failed 0 of 600 calls (0.00%), the old one 6 of 5400 calls (0.11%)"
    )


def test_a_version_that_fails_far_more_often_fails():
    result = judged(minutes(FAILING))

    assert result.verdict is Verdict.FAIL
    assert result.reason == (
        "more than 2 times as often (evidence 10^6.8 of 10^2.4): "
        "the new version failed 15 of 300 calls (5.00%), the old one 3 of 2700 calls (0.11%)"
    )


def test_two_calls_are_enough_to_fail_a_version_that_always_fails():
    assert verdict(minutes(((2, 2), (18, 0)))) is Verdict.FAIL
    assert verdict(minutes(((2, 1), (18, 0)))) is Verdict.UNKNOWN


def test_a_version_over_the_budget_fails_even_if_there_is_nothing_to_compare_it_with():
    result = judged(minutes(((300, 30), (0, 0))))

    assert result.verdict is Verdict.FAIL
    assert result.reason.startswith("more than the budget of 1.00% (evidence ")


def test_a_version_that_fails_a_little_more_often_passes_however_many_calls_there_are():
    assert verdict(minutes(*[((60_000, 72), (540_000, 540))] * 60)) is Verdict.PASS


def test_a_judgement_counts_all_calls_of_the_release():
    result = judged(minutes(((300, 1, 9), (2700, 3, 140)), ((310, 2, 10), (2690, 4, 130))))

    assert result.canary == Counts(610, 3, 19)
    assert result.baseline == Counts(5390, 7, 270)


def test_evidence_of_earlier_weights_is_kept():
    suspicious = ((300, 2), (2700, 0))
    halves = minutes(suspicious, *[((1500, 0), (1500, 0))] * 2, suspicious, suspicious)
    assert verdict(halves[3:], step_minutes_from=START + 180) is not Verdict.PASS
    assert evidence(halves, "error ratio") > evidence(halves[3:], "error ratio")


# How much has to be seen


def test_no_data_is_never_healthy():
    result = judged([])

    assert result.verdict is Verdict.UNKNOWN
    assert result.reason == (
        "0 of 250 settled calls at this weight: the new version failed 0 of 0 calls, the old one 0 of 0 calls"
    )
    assert verdict(minutes(*[((0, 0), (0, 0))] * 30)) is Verdict.UNKNOWN


def test_calls_of_one_version_alone_are_no_comparison():
    assert verdict(minutes(*[((0, 0), (3000, 3))] * 30)) is Verdict.UNKNOWN
    result = judged(minutes(*[((3000, 0), (0, 0))] * 30))
    assert result.verdict is Verdict.UNKNOWN
    assert result.reason.startswith("no settled calls of the old version at this weight to compare with: ")


def test_a_version_passes_with_enough_calls_and_not_with_one_less():
    assert verdict(minutes(((125, 0), (1000, 0)), ((124, 0), (1000, 0)))) is Verdict.UNKNOWN
    assert verdict(minutes(((125, 0), (1000, 0)), ((125, 0), (1000, 0)))) is Verdict.PASS


def test_a_version_passes_after_enough_time_and_not_a_second_earlier():
    assert judged(minutes(HEALTHY), now=START + 119).reason.startswith("119 of 120 seconds at this weight: ")
    assert verdict(minutes(HEALTHY), now=START + 119) is Verdict.UNKNOWN
    assert verdict(minutes(HEALTHY), now=START + 120) is Verdict.PASS


def test_minutes_that_may_still_grow_do_not_help_to_pass():
    growing = [minute(0, *HEALTHY, settled=False), minute(1, (100, 0), (900, 1))]

    assert judged(growing).reason.startswith("100 of 250 settled calls at this weight: ")
    assert verdict([replace(each, settled=True) for each in growing]) is Verdict.PASS


def test_minutes_that_may_still_grow_are_enough_to_fail():
    assert verdict([minute(0, *FAILING, settled=False)]) is Verdict.FAIL


def test_calls_at_an_earlier_weight_do_not_help_to_pass():
    given = minutes(*[HEALTHY] * 5)

    assert judged(given, step_minutes_from=START + 300).reason.startswith("0 of 250 ")
    assert verdict(given, step_minutes_from=START + 180) is Verdict.PASS


def test_of_the_minute_in_which_the_weight_changed_the_later_part_counts():
    given = minutes(*[((240, 0), (2700, 0))] * 3)

    assert judged(given, step_minutes_from=START + 135).reason.startswith("180 of 250 ")


def test_of_the_minute_in_which_the_first_call_came_all_count():
    given = minutes(((0, 0), (3000, 0)), ((200, 0), (2800, 0)))

    assert judged(given, step_minutes_from=START + 100).reason.startswith("200 of 250 ")


def test_an_incomplete_answer_never_passes_and_may_fail():
    assert judged(minutes(HEALTHY), complete=False).reason.startswith("CloudWatch did not answer in full: ")
    assert verdict(minutes(HEALTHY), complete=False) is Verdict.UNKNOWN
    assert verdict(minutes(FAILING), complete=False) is Verdict.FAIL


def test_a_release_holds_when_nothing_is_heard_for_more_than_five_minutes():
    silent = [*minutes(HEALTHY), *(minute(number, (0, 0), (0, 0)) for number in range(1, 9))]

    assert verdict(silent, now=START + 360) is Verdict.PASS
    assert verdict(silent, now=START + 361) is Verdict.UNKNOWN
    assert judged(silent, now=START + 361).reason.startswith("no calls seen for 301 seconds: ")


def test_progress_towards_pass_is_that_of_what_is_missing_most():
    assert judged(minutes(((200, 0), (900, 0))), now=START + 60).towards_pass == 0.5
    assert judged(minutes(((50, 0), (900, 0))), now=START + 60).towards_pass == 0.2
    assert judged(minutes(HEALTHY)).towards_pass == 1


# Evidence


def test_the_tests_share_the_chance_of_a_wrong_rollback():
    settings = JudgeSettings(alpha=0.02)

    thresholds = [each.log10_threshold for each in judged([], settings).evidence]
    assert sum(10**-threshold for threshold in thresholds) == pytest.approx(0.02)


def test_a_smaller_chance_of_a_wrong_rollback_needs_more_evidence():
    two_of_two = minutes(((2, 2), (18, 0)))

    assert verdict(two_of_two, JudgeSettings(alpha=0.0001)) is Verdict.UNKNOWN


def test_progress_towards_fail_is_that_of_the_strongest_evidence():
    assert judged(minutes(HEALTHY)).towards_fail == 0
    assert 0 < judged(minutes(((300, 3), (2700, 3)))).towards_fail < 1
    assert judged(minutes(FAILING)).towards_fail == 1


def test_a_release_holds_while_a_fault_is_likely_but_not_proven():
    likely = minutes(((300, 5), (2700, 3)))

    assert verdict(likely) is Verdict.UNKNOWN
    assert judged(likely).reason.startswith("more than 2 times as often (evidence 10^0.")
    assert verdict(likely, JudgeSettings(suspicion=200)) is Verdict.PASS


def test_a_late_error_turns_pass_into_fail():
    first = minutes(HEALTHY, HEALTHY)
    assert verdict(first) is Verdict.PASS
    assert verdict([first[0], minute(1, *FAILING)]) is Verdict.FAIL


def test_late_calls_take_evidence_back():
    assert verdict([minute(0, (5, 5), (1, 0), settled=False)]) is Verdict.FAIL
    assert verdict([minute(0, (3000, 5), (3000, 5))]) is Verdict.PASS


def test_an_error_that_is_shown_before_its_call_is_a_call():
    assert judged([minute(0, (0, 1), (10, 0), settled=False)]).canary == Counts(1, 1)


def test_hours_at_ten_thousand_calls_a_second_do_not_overflow():
    result = judged(minutes(*[((300_000, 300_000), (300_000, 0))] * 180))

    assert result.verdict is Verdict.FAIL
    assert result.evidence[0].log10_e_value > 1_000_000
    assert -4 < judged(minutes(*[((300_000, 0), (300_000, 299_999))] * 180)).evidence[0].log10_e_value < 0


def test_a_fault_that_shows_only_at_a_later_weight_is_found_however_long_all_was_well():
    well = [((150, 0), (2850, 3))] * 4 + [((750, 0), (2250, 2))] * 26
    assert judged(minutes(*well)).verdict is Verdict.PASS

    result = judged(minutes(*well, *[((1500, 20), (1500, 1))] * 3))

    assert result.verdict is Verdict.FAIL
    assert result.reason.startswith("more than 2 times as often")


# Both versions fail


def test_errors_of_both_versions_hold_the_release_and_are_not_held_against_the_new_one():
    result = judged(minutes(HEALTHY, *[BOTH_FAILING] * 3))

    assert result.verdict is Verdict.UNKNOWN
    assert result.reason.startswith("lately the old version fails more than the budget of 1.00% as well: ")
    assert max(each.log10_e_value for each in result.evidence) <= 0


def test_a_release_goes_on_five_minutes_after_both_versions_recovered():
    incident = minutes(*[BOTH_FAILING] * 3, *[HEALTHY] * 5)

    assert verdict(incident[:-1]) is Verdict.UNKNOWN
    assert verdict(incident) is Verdict.PASS


def test_the_budget_is_not_held_against_the_new_version_while_the_old_one_exceeds_it():
    calm = evidence(minutes(HEALTHY), "error budget")

    assert evidence(minutes(HEALTHY, BOTH_FAILING), "error budget") == calm
    assert evidence(minutes(HEALTHY, BOTH_FAILING, ((300, 15), (2700, 27))), "error budget") == calm


def test_errors_are_not_held_against_the_budget_before_the_old_versions_calls_are_known():
    early = minutes(HEALTHY, ((300, 30), (0, 0)))

    assert verdict(early) is Verdict.FAIL
    assert verdict([early[0], replace(early[1], settled=False)]) is Verdict.PASS


def test_a_version_that_is_worse_fails_even_when_both_fail():
    assert verdict(minutes(((300, 100), (2700, 135)))) is Verdict.FAIL


def test_a_remedy_for_a_failing_version_passes():
    assert verdict(minutes(*[((300, 0), (2700, 135))] * 2)) is Verdict.PASS


def test_too_few_calls_to_tell_whether_it_is_a_remedy_hold_the_release():
    barely_failing = minutes(((280, 0), (2700, 28)))

    assert verdict(barely_failing) is Verdict.UNKNOWN
    assert verdict([*barely_failing, minute(1, (30, 0), (270, 3))]) is Verdict.PASS


# Slow calls


def test_a_version_with_more_slow_calls_fails():
    result = judged(minutes(*[((300, 0, 60), (2700, 0, 135))] * 2))

    assert result.verdict is Verdict.FAIL
    assert result.reason.startswith("more than 1.25 times as many calls slow (evidence ")
    assert result.reason.endswith(
        "the new version failed 0 of 600 calls (0.00%, 20.0% slow), the old one 0 of 5400 calls (0.00%, 5.0% slow)"
    )


def test_a_version_with_a_few_more_slow_calls_passes_however_many_calls_there_are():
    assert verdict(minutes(*[((60_000, 0, 3600), (540_000, 0, 27_000))] * 60)) is Verdict.PASS


def test_slow_calls_of_the_first_minute_are_cold_starts_and_errors_are_errors():
    cold = ((300, 0, 300), (2700, 0, 135))

    assert verdict(minutes(((0, 0, 0), (3000, 0, 150)), cold)) is Verdict.PASS
    assert verdict(minutes(cold), JudgeSettings(warm_up_seconds=0)) is Verdict.FAIL
    assert verdict(minutes(FAILING)) is Verdict.FAIL


def test_minutes_without_durations_say_nothing_about_slow_calls():
    unknown = minutes(HEALTHY, ((300, 0, 60), (2700, 3)), ((300, 0), (2700, 3, 135)))

    assert evidence(unknown, "slow ratio") == 0
    assert verdict(unknown) is Verdict.PASS


# Alarms


def test_an_alarm_that_was_ok_at_the_start_is_a_veto():
    result = judged(minutes(HEALTHY), alarms=[AlarmChange("orders-age", "OK", "ALARM")])

    assert result.verdict is Verdict.FAIL
    assert result.reason.startswith("alarm `orders-age` went off during the release: ")


@pytest.mark.parametrize(
    ("before", "now"),
    [("ALARM", "ALARM"), ("ALARM", "OK"), ("INSUFFICIENT_DATA", "ALARM"), ("OK", "OK"), ("OK", "INSUFFICIENT_DATA")],
)
def test_another_alarm_is_not(before: str, now: str):
    assert verdict(minutes(HEALTHY), alarms=[AlarmChange("orders-age", before, now)]) is Verdict.PASS


def test_alarms_are_looked_at_without_any_data():
    assert verdict([], complete=False, alarms=[AlarmChange("orders-age", "OK", "ALARM")]) is Verdict.FAIL


# Settings


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"tolerated_ratio": 0.9}, "at least 1"),
        ({"tolerated_slow_ratio": float("nan")}, "at least 1"),
        ({"error_budget": 0.0}, "between 0 and 1, without either"),
        ({"error_budget": 1.0}, "between 0 and 1, without either"),
        ({"alpha": 1.0}, "between 0 and 1, without either"),
        ({"minimum_calls": 0}, "at least 1"),
        ({"minimum_seconds": 0}, "at least 1"),
        ({"suspicion": 1.0}, "more than 1"),
        ({"warm_up_seconds": -1}, "at least 0"),
    ],
)
def test_settings_out_of_range_are_refused(wrong: dict[str, Any], rule: str):
    (name, value), *_ = wrong.items()
    with pytest.raises(ReleaseInputError) as error:
        JudgeSettings(**wrong)
    assert error.value.message == f"`{name}` is `{value}`, it has to be {rule}"


# Whatever the counts are


@st.composite
def counts(draw: st.DrawFn) -> Counts:
    calls = draw(st.integers(0, 3000))
    share = draw(st.sampled_from([0.0, 0.002, 0.02, 0.2, 1.0]))
    slow = draw(st.none() | st.integers(0, calls))
    return Counts(calls, draw(st.integers(0, int(calls * share))), slow)


releases = st.lists(st.tuples(counts(), counts(), st.booleans()), max_size=8).map(
    lambda given: [Minute(START + 60 * number, settled, *sides) for number, (*sides, settled) in enumerate(given)]
)


@given(releases, st.randoms())
def test_the_order_in_which_minutes_are_given_does_not_matter(given: list[Minute], random: Any):
    shuffled = random.sample(given, len(given))

    assert judged(shuffled) == judged(given)


@given(releases.filter(bool), st.data())
def test_one_more_error_of_the_new_version_never_improves_the_verdict(given: list[Minute], data: st.DataObject):
    index = data.draw(st.integers(0, len(given) - 1))
    canary = given[index].canary
    errors = data.draw(st.integers(canary.errors, canary.invocations))

    worse = [*given]
    worse[index] = replace(given[index], canary=replace(canary, errors=errors))
    assert SEVERITY.index(verdict(worse)) >= SEVERITY.index(verdict(given))


@given(releases.filter(bool), st.data())
def test_one_more_error_of_the_old_version_never_makes_the_new_one_look_worse_than_it(
    given: list[Minute], data: st.DataObject
):
    index = data.draw(st.integers(0, len(given) - 1))
    baseline = given[index].baseline
    errors = data.draw(st.integers(baseline.errors, baseline.invocations))

    better = [*given]
    better[index] = replace(given[index], baseline=replace(baseline, errors=errors))
    assert evidence(better, "error ratio") <= evidence(given, "error ratio") + 1e-9


@given(releases)
def test_minutes_that_nobody_called_change_nothing(given: list[Minute]):
    idle = [minute(number, (0, 0), (0, 0)) for number in range(len(given), len(given) + 4)]
    now = START + 60 * len(given) + 180

    assert judged([*given, *idle], now=now) == judged(given, now=now)


@given(releases)
def test_what_has_not_settled_never_passes(given: list[Minute]):
    growing = [replace(each, settled=False) for each in given]

    assert verdict(growing) is not Verdict.PASS
    assert evidence(growing, "error ratio") == evidence(given, "error ratio")
