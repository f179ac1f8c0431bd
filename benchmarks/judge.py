"""How often the judge rolls back a healthy release and how fast it finds a bad one, beside the usual alarms.

    .venv/bin/python benchmarks/judge.py [RUNS]

A simulation with the judge that is shipped. Every watcher sees the same calls, and the same run has the same calls each
time. RUNS is the number of runs of each situation: with no bad one among N, the true share is at most 3/N with 95 %
confidence. What is assumed about CloudWatch stands in traffic.py and alarm_rules.py.
"""

import math
import os
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TypeVar

from alarm_rules import RULES
from release_run import OUTCOMES, SETTINGS, Case, End, Stop, released, watched
from report import Goal, conclude, table
from traffic import Situation

Run = TypeVar("Run")
Runs = Sequence[Mapping[str, Stop | None]]
Stops = Mapping[Case, Runs]
Ends = Mapping[Case, Sequence[End]]

RAMP = (0.05, 0.25, 0.5)
WATCHERS = (*(rule.what for rule in RULES), "judge")
SCALES = {"1/min": 1 / 60, "1/s": 1.0, "50/s": 50.0, "1000/s": 1_000.0, "10000/s": 10_000.0}
HEALTHY = {
    "fails 0.1 %, as before": Situation(),
    "fails 1 %, as before": Situation(canary_errors=0.01, baseline_errors=0.01),
    "fails 2 %, as before": Situation(canary_errors=0.02, baseline_errors=0.02),
    "both fail 5 % for 3 minutes": Situation(incident_errors=0.05),
    "the same, each seen at its time": Situation(incident_errors=0.05, shows_apart=True),
    "errors in bursts": Situation(has_bursts=True),
    "1.2 times as many errors": Situation(canary_errors=0.0012),
    "5 % slow, as before": Situation(canary_slow=0.05),
    "6 % slow": Situation(canary_slow=0.06),
}
FAULTY = {
    "fails 1 %": Situation(canary_errors=0.01),
    "fails 5 %": Situation(canary_errors=0.05),
    "fails 50 %": Situation(canary_errors=0.5),
    "always fails": Situation(canary_errors=1.0),
    "10 % slow": Situation(canary_slow=0.1),
    "20 % slow": Situation(canary_slow=0.2),
}
REMEDY = {"remedy, failed 5 % before": Situation(baseline_errors=0.05)}
SITUATIONS = HEALTHY | FAULTY | REMEDY


def case(what: str, scale: str, ramp: tuple[float, ...] = (0.1,), has_probes: bool = False) -> Case:
    """Return a case by the names of its situation and its scale."""
    return Case(what, scale, replace(SITUATIONS[what], calls_per_second=SCALES[scale]), ramp, has_probes)


NULLS = [case(what, scale) for what in HEALTHY for scale in SCALES]
FIVE_PERCENT = case("fails 5 %", "50/s")
SMALL_STEP = case("fails 5 %", "10000/s", (0.01,))
FAULTS = [*(case(what, scale) for what in FAULTY for scale in SCALES), SMALL_STEP]
PLAIN = case("fails 0.1 %, as before", "50/s", RAMP)
IDLE = case("fails 0.1 %, as before", "1/min", RAMP)
PROBED = case("always fails", "1/min", RAMP, has_probes=True)
RELEASES = [
    PLAIN,
    case("fails 0.1 %, as before", "1000/s", RAMP),
    case("fails 0.1 %, as before", "1/s", RAMP),
    case("fails 0.1 %, as before", "1/s", (0.5,)),
    case("remedy, failed 5 % before", "50/s", RAMP),
    case("fails 1 %", "50/s", RAMP),
    case("fails 5 %", "50/s", RAMP),
    case("fails 5 %", "1000/s", RAMP),
    PROBED,
]


def main() -> None:
    """Simulate, print the tables, and end with 1 if a goal is missed."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 800
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        repeat = partial(repeated, pool)
        healthy = {each: repeat(watched, each, runs) for each in NULLS}
        faulty = {each: repeat(watched, each, 3 * runs if each == FIVE_PERCENT else runs) for each in FAULTS}
        releases = {each: repeat(released, each, runs) for each in RELEASES} | {IDLE: repeat(released, IDLE, 5 * runs)}
    print(f"{runs} runs of each situation; where 0 went wrong it is at most {3 / runs:.2%}, with 95 % confidence\n")
    print(false_rollbacks(healthy), detections(faulty), endings(releases), sep="\n\n", end="\n\n")
    conclude(goals(healthy, faulty, releases))


def repeated(pool: Executor, run: Callable[[Case, int], Run], given: Case, runs: int) -> list[Run]:
    """Return what comes of each run of a case."""
    return list(pool.map(partial(run, given), range(runs), chunksize=50))


def false_rollbacks(healthy: Stops) -> str:
    """Return a table of healthy releases that were rolled back."""
    rows = [
        (each.what, each.scale, *(f"{found_share(runs, watcher):.2%}" for watcher in WATCHERS))
        for each, runs in healthy.items()
    ]
    return table(("healthy, 10 % for 10 minutes: rolled back", "calls", *WATCHERS), rows)


def detections(faulty: Stops) -> str:
    """Return a table of faults: found, median and 95th percentile of the seconds, mean failed calls."""
    rows = [
        (each.what, each.scale, f"{each.ramp[0]:.0%}", *(detection(runs, watcher) for watcher in WATCHERS))
        for each, runs in faulty.items()
    ]
    return table(("faulty: found · median s · p95 s · failed calls", "calls", "weight", *WATCHERS), rows)


def detection(runs: Runs, watcher: str) -> str:
    """Return how one watcher did."""
    stops = found(runs, watcher)
    if not stops:
        return "0 %"
    numbers = (median(stops), percentile_95(stops), mean_failed(stops))
    return " · ".join((f"{len(stops) / len(runs):.1%}", *(f"{number:.0f}" for number in numbers)))


def endings(releases: Ends) -> str:
    """Return a table of how releases with a ramp end."""
    rows: list[tuple[str, ...]] = []
    for each, runs in releases.items():
        ends = Counter(run.outcome for run in runs)
        shares = (f"{ends[outcome] / len(runs):.1%}" for outcome in OUTCOMES)
        rows.append((each.what, each.scale, steps(each), *shares, f"{median(runs):.0f}", f"{mean_failed(runs):.1f}"))
    return table(("ramps by the judge", "calls", "weights", *OUTCOMES, "median s", "failed calls"), rows)


def steps(given: Case) -> str:
    """Return the weights, and whether probes come first."""
    return ("probes, " if given.has_probes else "") + ", ".join(f"{weight:.0%}" for weight in given.ramp)


def goals(healthy: Stops, faulty: Stops, releases: Ends) -> list[Goal]:
    """Return what was promised of the judge."""
    five_percent, small_step = (found(faulty[each], "judge") for each in (FIVE_PERCENT, SMALL_STEP))
    wrong = max(found_share(runs, "judge") for runs in healthy.values())
    ends = [run for runs in releases.values() for run in runs]
    return [
        Goal("G1 5 % at 50/s: share not found", 1 - found_share(faulty[FIVE_PERCENT], "judge"), 0.001),
        Goal("G1 median seconds", median(five_percent), 115),
        Goal("G1 95th percentile of the seconds", percentile_95(five_percent), 165),
        Goal("G1 mean failed calls", mean_failed(five_percent), 30),
        Goal("G2 largest share of healthy releases rolled back", wrong, 0.005),
        Goal("G3 most calls that reach what always fails, at 1/min", max(run.calls for run in releases[PROBED]), 0),
        Goal(
            f"G3 releases of {len(ends)} that passed a step with too few calls",
            sum(run.fewest_calls < SETTINGS.minimum_calls for run in ends),
            0,
        ),
        Goal("G4 mean failed calls, 5 % at 10000/s and a weight of 1 %", mean_failed(small_step), 500),
        Goal("G5 median seconds of a healthy release at 50/s", median(releases[PLAIN]), 480),
    ]


def found(runs: Runs, watcher: str) -> list[Stop]:
    """Return the runs that a watcher stopped."""
    return [stop for run in runs if (stop := run[watcher])]


def found_share(runs: Runs, watcher: str) -> float:
    """Return their share."""
    return len(found(runs, watcher)) / len(runs)


def median(runs: Sequence[Stop | End]) -> float:
    """Return the middle of the seconds."""
    return statistics.median(run.seconds for run in runs)


def percentile_95(runs: Sequence[Stop | End]) -> float:
    """Return what 95 % of the seconds do not exceed."""
    return sorted(run.seconds for run in runs)[math.ceil(0.95 * len(runs)) - 1]


def mean_failed(runs: Sequence[Stop | End]) -> float:
    """Return how many calls of users failed on the new version."""
    return statistics.mean(run.failed_calls for run in runs)


if __name__ == "__main__":
    main()
