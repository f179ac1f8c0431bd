import time

import pytest
from lambdaform_sandbox.clock import CompressedClock, ManualClock, SystemClock
from lambdaform_sandbox.errors import SandboxError


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Stand in for the machine's clock; the one number is its time, and sleeping moves it."""
    now = [1_000.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(time, "time", lambda: now[0])
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", sleep)
    return now


def test_the_system_clock_is_the_machines(machine: list[float]):
    clock = SystemClock()
    clock.sleep(5)

    assert (clock.now(), clock.monotonic()) == (1_005.0, 1_005.0)


def test_a_compressed_clock_runs_faster_from_its_origin_on(machine: list[float]):
    clock = CompressedClock(60)
    machine[0] += 2

    assert clock.now() == 1_120.0


def test_sleeping_by_a_compressed_clock_takes_as_much_less_of_the_machines_time(machine: list[float]):
    clock = CompressedClock(60)
    before = clock.monotonic()
    clock.sleep(120)

    assert machine[0] == 1_002.0
    assert clock.now() == 1_120.0
    assert clock.monotonic() - before == 120.0


def test_two_compressed_clocks_with_the_same_arguments_agree(machine: list[float]):
    first = CompressedClock(20, origin=900.0)
    machine[0] += 7
    second = CompressedClock(20, origin=900.0)

    assert first.now() == second.now()
    assert repr(first) == "CompressedClock(factor=20, origin=900.0)"


def test_time_is_not_slowed_down():
    with pytest.raises(SandboxError, match=r"factor `0\.5` must be at least 1"):
        CompressedClock(0.5)


def test_a_manual_clock_stands_still_until_somebody_sleeps():
    clock = ManualClock(100.0)
    assert clock.now() == clock.now() == 100.0

    clock.sleep(15)

    assert (clock.now(), clock.monotonic()) == (115.0, 15.0)


def test_watchers_hear_what_has_passed_when_it_has():
    clock, heard = ManualClock(100.0), list[tuple[float, float, float]]()
    clock.on_advance(lambda before, after: heard.append((before, after, clock.now())))

    clock.advance(10)
    clock.advance(0)

    assert heard == [(100.0, 110.0, 110.0)]


def test_what_is_planned_happens_at_its_moment_and_in_order():
    clock, happened, heard = ManualClock(100.0), list[tuple[str, float]](), list[tuple[float, float]]()
    clock.on_advance(lambda before, after: heard.append((before, after)))
    clock.at(130, lambda: happened.append(("second", clock.now())))
    clock.at(105, lambda: happened.append(("first", clock.now())))

    clock.sleep(40)

    assert happened == [("first", 105.0), ("second", 130.0)]
    assert heard == [(100.0, 105.0), (105.0, 130.0), (130.0, 140.0)]


def test_what_is_planned_for_the_past_comes_with_the_next_advance():
    clock, happened = ManualClock(100.0), list[float]()
    clock.at(90, lambda: happened.append(clock.now()))

    clock.advance(1)

    assert happened == [100.0]
