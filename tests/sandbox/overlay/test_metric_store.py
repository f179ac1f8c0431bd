import pytest
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.delays import Delays
from lambdaform_sandbox.overlay.metric_store import MetricStore, Series

START = 1_790_000_040.0
MINUTE = int(START // 60)
CALLS = Series.of("AWS/Lambda", "Invocations", {"FunctionName": "worker"})


def totals(store: MetricStore, series: Series = CALLS) -> dict[int, float]:
    """Return what can be read, by minutes after the start."""
    return {
        minute - MINUTE: sum(value * count for value, count in values.items())
        for minute, values in store.read(series, 0, START + 86_400).items()
    }


def test_a_minute_of_an_aws_service_can_be_read_only_some_time_after_its_end():
    clock = ManualClock(START)
    store = MetricStore(clock, Delays(metrics=(20, 80)), seed=1)
    store.put(CALLS, START + 5, {1: 3})

    clock.advance(60 + 19)
    assert totals(store) == {}
    clock.advance(61)
    assert totals(store) == {0: 3}


def test_the_lag_is_between_its_bounds_and_hangs_on_the_seed():
    def lag(seed: int) -> float:
        clock = ManualClock(START)
        store = MetricStore(clock, Delays(metrics=(20, 80)), seed)
        store.put(CALLS, START, {1: 1})
        clock.advance(60)
        while not totals(store):
            clock.advance(1)
        return clock.now() - START - 60

    lags = [lag(seed) for seed in range(30)]

    assert all(20 <= each <= 81 for each in lags)
    assert len(set(lags)) > 10
    assert lag(7) == lags[7]


def test_all_metrics_of_one_set_of_dimensions_come_together():
    clock = ManualClock(START)
    store = MetricStore(clock, Delays(metrics=(20, 80)), seed=3)
    errors = Series.of("AWS/Lambda", "Errors", {"FunctionName": "worker"})
    store.put(CALLS, START, {1: 1})
    store.put(errors, START, {1: 1})

    for _ in range(150):
        clock.advance(1)
        assert bool(totals(store)) == bool(totals(store, errors))
    assert totals(store) == totals(store, errors) == {0: 1}


def test_a_long_call_counts_for_the_minute_it_began_in_and_lets_that_minute_grow():
    clock = ManualClock(START)
    store = MetricStore(clock, Delays(metrics=(30, 30)))
    store.put(CALLS, START, {1: 5})
    clock.advance(95)
    assert totals(store) == {0: 5}

    store.put(CALLS, START + 10, {1: 1})
    assert totals(store) == {0: 5}
    clock.advance(55)
    assert totals(store) == {0: 6}


def test_a_share_of_the_reports_can_be_later_still():
    clock = ManualClock(START)
    store = MetricStore(clock, Delays(metrics=(30, 30), late_reports=0.5), seed=1)
    for second in range(60):
        store.put(CALLS, START + second, {1: 1})
        clock.advance(1)

    seen = list[float]()
    for _ in range(4):
        clock.advance(30 if not seen else 60)
        seen.append(totals(store)[0])

    assert 15 < seen[0] < 45
    assert seen == sorted(seen)
    assert seen[-1] == 60


def test_metrics_of_ones_own_can_be_read_at_once():
    store = MetricStore(ManualClock(START), Delays())
    own = Series.of("people", "Found", {})
    store.put(own, START, {1: 2})

    assert totals(store, own) == {0: 2}


def test_the_end_of_what_is_read_is_not_part_of_it():
    store = MetricStore(ManualClock(START), Delays())
    own = Series.of("people", "Found", {})
    for minute in range(3):
        store.put(own, START + 60 * minute, {1: 1})

    assert set(store.read(own, START, START + 120)) == {MINUTE, MINUTE + 1}


@pytest.mark.parametrize("dimensions", [{}, {"FunctionName": "worker", "Resource": "worker:live"}])
def test_other_dimensions_are_another_series(dimensions: dict[str, str]):
    clock = ManualClock(START)
    store = MetricStore(clock, Delays())
    store.put(CALLS, START, {1: 1})
    clock.advance(300)

    assert store.read(Series.of("AWS/Lambda", "Invocations", dimensions), 0, START + 60) == {}
    assert store.series() == [CALLS]
