"""Calls of an alias that is split between two versions, minute by minute, and when CloudWatch shows them.

Calls come at random at a constant rate (Poisson), and each is drawn to a version and fails on its own. A minute is
readable as a whole 20 to 80 seconds after its end: an assumption about CloudWatch, not a measurement.
"""

import math
import random
from dataclasses import dataclass

from lambdaform_delivery.release.judge import Counts, Minute
from lambdaform_delivery.release.metrics import is_settled

__all__ = ["MINUTE_SECONDS", "Situation", "Traffic", "poisson"]

MINUTE_SECONDS = 60
LAG_SECONDS = (20, 80)
INCIDENT_SECONDS, INCIDENT_STARTS = 180, 420
BURST_SHAPE = 0.2
_FEW = 10


@dataclass(frozen=True)
class Situation:
    """How many calls there are, and how often each version fails or is slow."""

    calls_per_second: float = 1.0
    canary_errors: float = 0.001
    baseline_errors: float = 0.001
    incident_errors: float | None = None
    """How often both fail during three minutes within the first ten."""
    has_bursts: bool = False
    """Whether errors come in bursts: the error rate of a minute is multiplied by a gamma number of shape 0.2."""
    shows_apart: bool = False
    """Whether each version's part of a minute becomes readable at its own time."""
    canary_slow: float | None = None
    baseline_slow: float = 0.05


class Traffic:
    """What happens in one run; the same seed gives the same calls as long as the weights are the same."""

    def __init__(self, situation: Situation, seed: str):
        self._situation = situation
        self._random = random.Random(seed)  # noqa: S311  # a simulation
        self.start = self._random.randrange(MINUTE_SECONDS)
        """When the release starts, in seconds; minutes start at multiples of 60."""
        self._incident = self.start + self._random.uniform(0, INCIDENT_STARTS)
        self._weights = [(0, 0.0)]
        self._minutes: list[tuple[Minute, float, float]] = []

    def shift(self, now: int, weight: float) -> None:
        """Route this share of the calls to the canary from now on."""
        self._weights.append((now, weight))

    def readable(self, now: float) -> list[Minute]:
        """Return what CloudWatch shows; the release tool decides what has settled, and calls take no time here."""
        while (start := len(self._minutes) * MINUTE_SECONDS) + MINUTE_SECONDS + LAG_SECONDS[0] <= now:
            canary_shows = baseline_shows = start + MINUTE_SECONDS + self._random.uniform(*LAG_SECONDS)
            if self._situation.shows_apart:
                baseline_shows = start + MINUTE_SECONDS + self._random.uniform(*LAG_SECONDS)
            self._minutes.append((self._minute(start), canary_shows, baseline_shows))
        return [
            _seen(minute, canary_shows <= now, baseline_shows <= now, now)
            for minute, canary_shows, baseline_shows in self._minutes
            if canary_shows <= now or baseline_shows <= now
        ]

    def canary_calls(self, until: float) -> tuple[float, float]:
        """Return calls and errors of the canary up to a time; within a minute they are taken to be spread evenly."""
        self.readable(until + MINUTE_SECONDS + LAG_SECONDS[0])
        parts = [(each.canary, self._part_before(until, each.start)) for each, *_ in self._minutes]
        return sum(each.invocations * part for each, part in parts), sum(each.errors * part for each, part in parts)

    def _part_before(self, until: float, minute: int) -> float:
        first = max(minute, self.start)
        return min(1.0, max(0.0, (until - first) / (minute + MINUTE_SECONDS - first)))

    def _minute(self, start: int) -> Minute:
        burst = self._random.gammavariate(BURST_SHAPE, 1 / BURST_SHAPE) if self._situation.has_bursts else 1.0
        seconds = self._canary_seconds(start)
        given = self._situation
        canary = self._counts(start, seconds, given.canary_errors * burst, given.canary_slow)
        slow = None if given.canary_slow is None else given.baseline_slow
        return Minute(
            start, False, canary, self._counts(start, MINUTE_SECONDS - seconds, given.baseline_errors * burst, slow)
        )

    def _canary_seconds(self, start: int) -> float:
        """Return the length of the minute, weighted with the canary's share of the calls."""
        ends = [*(at for at, _ in self._weights[1:]), math.inf]
        end = start + MINUTE_SECONDS
        return sum(
            weight * max(0.0, min(end, until) - max(start, since))
            for (since, weight), until in zip(self._weights, ends, strict=True)
        )

    def _counts(self, start: int, seconds: float, error_rate: float, slow_rate: float | None) -> Counts:
        calls = self._situation.calls_per_second * seconds
        failing = min(1.0, self._with_incident(start, error_rate))
        slow = None if slow_rate is None else poisson(self._random, calls * (1 - failing) * slow_rate)
        errors, others = (poisson(self._random, calls * share) for share in (failing, 1 - failing))
        return Counts(errors + max(others, slow or 0), errors, slow)

    def _with_incident(self, start: int, error_rate: float) -> float:
        if self._situation.incident_errors is None:
            return error_rate
        seconds = min(start + MINUTE_SECONDS, self._incident + INCIDENT_SECONDS) - max(start, self._incident)
        part = max(0.0, seconds) / MINUTE_SECONDS
        return (1 - part) * error_rate + part * self._situation.incident_errors


def _seen(minute: Minute, canary_shows: bool, baseline_shows: bool, now: float) -> Minute:
    canary, baseline = minute.canary if canary_shows else Counts(), minute.baseline if baseline_shows else Counts()
    return Minute(minute.start, is_settled(now - minute.start - MINUTE_SECONDS, canary, baseline), canary, baseline)


def poisson(source: random.Random, mean: float) -> int:
    """Return a Poisson number. W. Hörmann, The transformed rejection method for generating Poisson variables, 1993."""
    if mean < _FEW:
        return _small_poisson(source, mean)
    b = 0.931 + 2.53 * math.sqrt(mean)
    a = 0.02483 * b - 0.059
    scale, sure = math.log(1.1239 + 1.1328 / (b - 3.4)), 0.9277 - 3.6224 / (b - 2)
    while True:
        u, v = source.random() - 0.5, source.random()
        edge = 0.5 - abs(u)
        number = math.floor((2 * a / edge + b) * u + mean + 0.43) if edge else -1
        if edge >= 0.07 and v <= sure:  # noqa: PLR2004  # of the paper
            return number
        if number < 0 or (edge < 0.013 and v > edge):  # noqa: PLR2004  # of the paper
            continue
        accepted = number * math.log(mean) - mean - math.lgamma(number + 1)
        if math.log(v) + scale - math.log(a / (edge * edge) + b) <= accepted:
            return number


def _small_poisson(source: random.Random, mean: float) -> int:
    """Return how many numbers it takes for their product to fall below e to the power of minus the mean."""
    number, product, limit = -1, 1.0, math.exp(-mean)
    while product >= limit:
        product *= source.random()
        number += 1
    return number
