"""The evidence is what its mathematics promise: against exact fractions, and by counting every possible outcome.

Nothing here shares code with the judge. What is not proven: that Lambda draws the version of each call independently.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import combinations, dropwhile, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambdaform_delivery.release.judge import Counts, Judgement, JudgeSettings, Minute, Verdict, judge

RATIOS = [Fraction(3, 2), 2, 3, 5, 10, 30, 100, 1000]
"""Alternatives in multiples of what is tolerated."""
ODDS = [3, 11, 42, 150, 900]
"""Alternatives of the budget in multiples of its odds."""
SETTINGS = JudgeSettings()
TOLERANCE = 1e-9

Numbers = tuple[int, int, int, int]
"""Calls and errors of the canary, calls and errors of the baseline, in one minute."""


def judged(minutes: Sequence[Numbers], settings: JudgeSettings = SETTINGS) -> Judgement:
    given = [
        Minute(60 * index, True, Counts(calls, errors), Counts(others, their_errors))
        for index, (calls, errors, others, their_errors) in enumerate(minutes)
    ]
    return judge(given, settings, step_minutes_from=0, now=60 * len(given) + 60)


def e_value(test: str, *minutes: Numbers) -> float:
    return 10 ** next(each.log10_e_value for each in judged(minutes).evidence if each.test == test)


def chance(hits: int, count: int, probability: Fraction) -> Fraction:
    """Return the binomial probability."""
    return math.comb(count, hits) * probability**hits * (1 - probability) ** (count - hits)


def chances(count: int, probability: Fraction) -> Iterator[tuple[int, float]]:
    return ((hits, float(chance(hits, count, probability))) for hits in range(count + 1))


def log10(value: Fraction) -> float:
    with localcontext() as context:
        context.prec = 40
        return float((Decimal(value.numerator) / Decimal(value.denominator)).log10())


# The same mathematics, written down differently: binomial probabilities as exact fractions


def mixed(factors: Sequence[Sequence[Fraction]]) -> Fraction:
    """Return the evidence, given each minute's factors by alternative: a fault may begin with any minute."""
    total = Fraction(1, 2 * len(factors)) if factors else Fraction(1)
    for start in range(len(factors)):
        price = Fraction(1, 2 * start * (start + 1)) if start else Fraction(1, 2)
        products = [math.prod(alternative) for alternative in zip(*factors[start:], strict=True)]
        total += price * sum(products) / len(products)
    return total


def exact_ratio_evidence(minutes: Sequence[tuple[int, int, int, int]], tolerated: Fraction) -> Fraction:
    factors: list[list[Fraction]] = []
    for calls, errors, others, their_errors in minutes:
        all_errors = errors + their_errors
        shares = [
            Fraction(ratio * calls) / (ratio * calls + others)
            for ratio in (tolerated, *(m * tolerated for m in RATIOS))
        ]
        null, *alternatives = (chance(errors, all_errors, share) for share in shares)
        factors.append([alternative / null if calls else Fraction(1) for alternative in alternatives])
    return mixed(factors)


def exact_budget_evidence(minutes: Sequence[Numbers], budget: Fraction) -> Fraction:
    factors: list[list[Fraction]] = []
    for index, (calls, errors, _, _) in enumerate(minutes):
        window = minutes[max(0, index - 4) : index + 1]
        own, recent = (
            Fraction(sum(each[3] for each in some), max(1, sum(each[2] for each in some)))
            for some in (minutes[index : index + 1], window)
        )
        if own <= budget and recent <= budget:
            null = chance(errors, calls, budget)
            odds = [multiple * budget / (1 - budget) for multiple in ODDS]
            factors.append([chance(errors, calls, each / (1 + each)) / null for each in odds])
    return mixed(factors)


@st.composite
def a_minute(draw: st.DrawFn) -> Numbers:
    calls, others = draw(st.integers(0, 120)), draw(st.integers(1, 400))
    share = draw(st.sampled_from([0.0, 0.01, 0.05, 1.0]))
    errors = draw(st.integers(0, int(calls * share)))
    return calls, errors, others, draw(st.integers(0, int(others * draw(st.sampled_from([0.0, 0.01, 0.1])))))


@given(st.lists(a_minute(), min_size=1, max_size=9))
def test_the_evidence_is_that_of_exact_fractions(minutes: list[Numbers]):
    by_ratio, by_budget, by_slowness = judged(minutes).evidence

    assert by_ratio.log10_e_value == pytest.approx(log10(exact_ratio_evidence(minutes, Fraction(2))), abs=TOLERANCE)
    assert by_budget.log10_e_value == pytest.approx(
        log10(exact_budget_evidence(minutes, Fraction(1, 100))), abs=TOLERANCE
    )
    assert by_slowness.log10_e_value == 0


@given(st.lists(a_minute(), min_size=1, max_size=9))
def test_the_evidence_of_slow_calls_is_that_of_exact_fractions(minutes: list[Numbers]):
    given = [
        Minute(60 * index, True, Counts(calls, 0, slow), Counts(others, 0, their_slow))
        for index, (calls, slow, others, their_slow) in enumerate(minutes)
    ]
    last = judge(given, JudgeSettings(warm_up_seconds=0), step_minutes_from=0, now=60 * len(given)).evidence[-1]

    warm = list(dropwhile(lambda minute: not minute[0], minutes))
    assert last.log10_e_value == pytest.approx(log10(exact_ratio_evidence(warm, Fraction(5, 4))), abs=TOLERANCE)


# The bound: for a canary at the limit of what is tolerated, evidence does not grow on average


@pytest.mark.parametrize(("calls", "others", "errors"), [(1, 1, 1), (10, 90, 7), (300, 2700, 40), (50, 1, 12)])
def test_errors_drawn_at_the_tolerated_ratio_are_no_evidence_on_average(calls: int, others: int, errors: int):
    before: Numbers = (10, 2, 90, 3)
    share = Fraction(2 * calls, 2 * calls + others)

    expected = sum(
        probability * e_value("error ratio", before, (calls, hits, others, errors - hits))
        for hits, probability in chances(errors, share)
        if hits <= calls and errors - hits <= others
    )
    assert expected <= e_value("error ratio", before) + TOLERANCE
    if errors <= min(calls, others):
        assert expected == pytest.approx(e_value("error ratio", before))


@pytest.mark.parametrize("rate", [Fraction(1, 1000), Fraction(1, 20), Fraction(1, 4), Fraction(2, 5), Fraction(1, 2)])
def test_versions_that_fail_on_their_own_at_the_tolerated_ratio_are_none_either(rate: Fraction):
    calls, others = 5, 8
    expected = sum(
        mine * theirs * e_value("error ratio", (calls, hits, others, their_hits))
        for hits, mine in chances(calls, 2 * rate)
        for their_hits, theirs in chances(others, rate)
    )

    assert expected <= 1 + TOLERANCE


@pytest.mark.parametrize("failing", [(0,), (0, 1, 2), (0, 1, 2, 3, 4, 5), tuple(range(9))])
def test_whichever_calls_fail_those_of_a_random_part_are_no_evidence_on_average(failing: tuple[int, ...]):
    parts = list(combinations(range(9), 3))
    hits = [len(set(part) & set(failing)) for part in parts]

    expected = sum(e_value("error ratio", (3, mine, 6, len(failing) - mine)) for mine in hits) / len(parts)
    assert expected <= 1 + TOLERANCE


def test_a_canary_at_its_budget_is_no_evidence_on_average():
    before: Numbers = (40, 1, 360, 2)
    expected = sum(
        probability * e_value("error budget", before, (60, hits, 540, 1))
        for hits, probability in chances(60, Fraction(1, 100))
    )

    assert expected == pytest.approx(e_value("error budget", before))


# Ville's inequality: looking every minute and stopping at the worst moment does not help


Path = tuple[Numbers, ...]


def chance_to_ever_fail(outcomes: Mapping[Numbers, float], minutes: int, settings: JudgeSettings) -> float:
    """Return the chance of FAIL in any of so many minutes."""
    alive: dict[Path, float] = {(): 1.0}
    failed = 0.0
    for _ in range(minutes):
        grown = {
            (*path, outcome): probability * share
            for (path, probability), (outcome, share) in product(alive.items(), outcomes.items())
        }
        alive = {path: each for path, each in grown.items() if judged(path, settings).verdict is not Verdict.FAIL}
        failed += sum(grown.values()) - sum(alive.values())
    return failed


def test_the_chance_of_ever_failing_at_the_tolerated_ratio_is_below_that_tests_part_of_alpha():
    outcomes: dict[Numbers, float] = {(100, hits, 100, 2 - hits): share for hits, share in chances(2, Fraction(2, 3))}

    ever = chance_to_ever_fail(outcomes, 7, JudgeSettings(alpha=0.5, error_budget=0.3))
    assert 0.05 < ever <= 0.4 * 0.5


def test_the_chance_of_ever_failing_at_the_budget_is_below_that_tests_part_of_alpha():
    outcomes: dict[Numbers, float] = {(2, hits, 0, 0): share for hits, share in chances(2, Fraction(1, 5))}

    ever = chance_to_ever_fail(outcomes, 7, JudgeSettings(alpha=0.5, error_budget=0.2))
    assert 0.05 < ever <= 0.4 * 0.5


def test_the_chance_of_ever_failing_by_any_test_is_below_alpha():
    canary, baseline = list(chances(2, Fraction(1, 5))), list(chances(2, Fraction(1, 10)))
    outcomes: dict[Numbers, float] = {
        (2, hits, 2, theirs): mine * others for (hits, mine), (theirs, others) in product(canary, baseline)
    }

    ever = chance_to_ever_fail(outcomes, 4, JudgeSettings(alpha=0.5, error_budget=0.2))
    assert 0.02 < ever <= 0.5
