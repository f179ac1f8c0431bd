"""One simulated release: a single step that the judge and the alarms watch, or a ramp that the judge decides on."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from alarm_rules import RULES
from lambdaform_delivery.release.judge import Minute, Verdict, judge
from lambdaform_delivery.release.options import ReleaseOptions
from lambdaform_delivery.release.probes import allowed_failures
from traffic import Situation, Traffic

__all__ = ["OUTCOMES", "SETTINGS", "Case", "End", "Stop", "released", "watched"]

OPTIONS = ReleaseOptions()
SETTINGS = OPTIONS.judge
ACTION_SECONDS = 1
STEP_SECONDS = 600
LAST_LOOK_SECONDS = 100
"""The judge reads the last minutes of a step before it promotes; what an alarm would still notice comes too late."""
OUTCOMES = ("promoted", "rolled back", "inconclusive", "stopped by probes")


@dataclass(frozen=True)
class Case:
    """A situation, and what is tried with it."""

    what: str
    scale: str
    situation: Situation
    ramp: tuple[float, ...] = (0.1,)
    has_probes: bool = False

    def seed(self, number: int) -> str:
        """Return what makes a run the same each time."""
        return f"{self.what}, {self.scale}, {self.ramp}, {number}"


@dataclass(frozen=True)
class Stop:
    """When a watcher rolled a release back, and how many calls had failed on the new version by then."""

    seconds: float
    failed_calls: float


@dataclass(frozen=True)
class End:
    """How a release with a ramp ended: one of OUTCOMES."""

    outcome: str
    seconds: float
    calls: float = 0
    """What the new version got of the users' calls by then."""
    failed_calls: float = 0
    fewest_calls: float = math.inf
    """The smallest number of calls that a step was passed with."""


def watched(case: Case, number: int) -> dict[str, Stop | None]:
    """Return when each watcher stops a step of ten minutes, if it does; all see the same calls."""
    seed = case.seed(number)
    traffic = Traffic(case.situation, seed)
    traffic.shift(traffic.start, case.ramp[0])
    times = {rule.what: rule.stopped_at(traffic, f"{seed}, alarm", STEP_SECONDS) for rule in RULES}
    times["judge"] = _judged_at(traffic, f"{seed}, judge")
    return {
        what: None if at is None else Stop(at - traffic.start, traffic.canary_calls(at)[1])
        for what, at in times.items()
    }


def _judged_at(traffic: Traffic, seed: str) -> float | None:
    poll = traffic.start + random.Random(seed).randint(1, OPTIONS.poll_seconds)  # noqa: S311  # a simulation
    before: object = None
    for now in range(poll, traffic.start + STEP_SECONDS + LAST_LOOK_SECONDS, OPTIONS.poll_seconds):
        minutes = traffic.readable(now)
        if before != (before := _shown(minutes)):
            judgement = judge(minutes, SETTINGS, step_minutes_from=traffic.start, now=now)
            if judgement.verdict is Verdict.FAIL:
                return now + ACTION_SECONDS
    return None


def released(case: Case, number: int) -> End:
    """Return how a release ends that follows the ramp by the judge's verdicts."""
    traffic = Traffic(case.situation, case.seed(number))
    if case.has_probes and _probes_fail(case, number):
        return End("stopped by probes", 0)
    now, outcome, changes = traffic.start, "promoted", [traffic.start]
    for weight in case.ramp:
        traffic.shift(now, weight)
        verdict, now = _held(traffic, now)
        changes.append(now)
        if verdict is not Verdict.PASS:
            outcome = "rolled back" if verdict is Verdict.FAIL else "inconclusive"
            break
    traffic.shift(now, 0)
    return _end(outcome, traffic, changes)


def _held(traffic: Traffic, start: int) -> tuple[Verdict, int]:
    """Return the first verdict at a weight that is not UNKNOWN, or UNKNOWN at the end, and when that is."""
    before: object = None
    for now in range(start, start + OPTIONS.maximum_hold_seconds + 1, OPTIONS.poll_seconds):
        minutes = traffic.readable(now)
        waits = now - start < SETTINGS.minimum_seconds
        if before != (before := (_shown(minutes), waits)):
            judgement = judge(minutes, SETTINGS, step_minutes_from=start, now=now)
            if judgement.verdict is not Verdict.UNKNOWN:
                return judgement.verdict, now + ACTION_SECONDS
    return Verdict.UNKNOWN, start + OPTIONS.maximum_hold_seconds


def _shown(minutes: Sequence[Minute]) -> tuple[int, ...]:
    """Return what tells whether there is something new to judge."""
    return (
        sum(minute.settled for minute in minutes),
        sum(minute.canary.calls for minute in minutes),
        sum(minute.baseline.calls for minute in minutes),
    )


def _end(outcome: str, traffic: Traffic, changes: Sequence[int]) -> End:
    calls = [traffic.canary_calls(at)[0] for at in changes]
    passed = calls if outcome == "promoted" else calls[:-1]
    fewest = min((after - before for before, after in pairwise(passed)), default=math.inf)
    return End(outcome, changes[-1] - changes[0], *traffic.canary_calls(changes[-1]), fewest)


def _probes_fail(case: Case, number: int) -> bool:
    source = random.Random(f"{case.seed(number)}, probes")  # noqa: S311  # a simulation
    failed = sum(source.random() < case.situation.canary_errors for _ in range(OPTIONS.probes))
    return failed > allowed_failures(case.situation.baseline_errors)
