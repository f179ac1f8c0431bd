import math
import statistics as python_statistics

import pytest
from hypothesis import given
from hypothesis import strategies as some
from lambdaform_sandbox.overlay.statistics import parse

DURATIONS = {100.0: 6, 300.0: 2, 301.0: 1, 900.0: 1}
"""Ten calls: six of 100 ms, two of 300, one of 301, one of 900."""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SampleCount", 10),
        ("Sum", 2401),
        ("Average", 240.1),
        ("Minimum", 100),
        ("Maximum", 900),
        ("PR(:300)", 80),
        ("PR(300:)", 20),
        ("PR(100:300)", 20),
        ("PR(:99.5)", 0),
        ("TC(300:)", 2),
        ("TC(:300)", 8),
        ("TC(100:301)", 3),
        ("TC(1000:)", 0),
        ("tc90", 9),
        ("TC(10%:90%)", 8),
        ("TC(:90%)", 9),
        ("tm90", 1501 / 9),
        ("TM(100:301)", 901 / 3),
        ("TS(:300)", 1200),
        ("TS(80%:)", 1201),
        ("p0", 100),
        ("p50", 100),
        ("p100", 900),
    ],
)
def test_a_statistic_is_what_cloudwatch_documents(name: str, value: float):
    statistic = parse(name)

    assert statistic is not None
    assert statistic(DURATIONS) == pytest.approx(value)


def test_slower_than_a_bound_excludes_the_bound_and_faster_includes_it():
    slower, faster, total = parse("TC(300:)"), parse("TC(:300)"), parse("SampleCount")

    assert slower
    assert faster
    assert total
    assert slower(DURATIONS) + faster(DURATIONS) == total(DURATIONS)


@pytest.mark.parametrize(
    "name",
    [
        "sum", "p", "p101", "P95", "pr(:300)", "PR()", "PR(:)", "PR(300)", "PR(:90%)", "TC(10%:900)", "TC(:%)",
        "TC(%:90%)", "tc101", "TM(:101%)", "PR(-1:3)", "PR(:300) ", "TM90", "median", "",
    ],
)  # fmt: skip
def test_what_cloudwatch_does_not_know_is_no_statistic(name: str):
    assert parse(name) is None


def test_the_mean_of_nothing_is_no_number():
    trimmed = parse("TM(1000:)")

    assert trimmed
    assert math.isnan(trimmed(DURATIONS))


@given(some.lists(some.integers(0, 50).map(float), min_size=2, max_size=60))
def test_a_percentile_is_the_one_of_the_values_spread_out(values: list[float]):
    percentile = parse("p25")

    assert percentile
    counts = {value: values.count(value) for value in values}
    assert percentile(counts) == pytest.approx(python_statistics.quantiles(values, n=4, method="inclusive")[0])
