"""CloudWatch's statistics, by the names of its documentation: `Sum`, `p95`, `PR(:300)`, `TC(300:)`, `tm90`.

A range `(low:high)` excludes low and includes high; one of them may be left out. With `%` it is a range of ranks.
Interquartile and winsorized means are not here.
"""

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from itertools import accumulate
from typing import NamedTuple

__all__ = ["Distribution", "Statistic", "parse"]

Distribution = Mapping[float, int]
"""How often each value was reported; never empty where a statistic is asked for."""
Statistic = Callable[[Distribution], float]

_NUMBER = r"\d+(?:\.\d{1,10})?"
_PERCENTILE = re.compile(rf"p({_NUMBER})")
_TRIMMED = re.compile(rf"(tm|tc|ts)({_NUMBER})")
_RANGE = re.compile(rf"(PR|TM|TC|TS)\(({_NUMBER})?(%?):({_NUMBER})?(%?)\)")
_WHOLE = 100.0


class _Range(NamedTuple):
    """Values above `low` up to `high`."""

    low: float
    high: float


def parse(text: str) -> Statistic | None:
    """Return the statistic that a text names, or None if there is none of that name."""
    if text in _SIMPLE:
        return _SIMPLE[text]
    found = _PERCENTILE.fullmatch(text)
    if found:
        rank = float(found[1])
        return (lambda values: _percentile(values, rank)) if rank <= _WHOLE else None
    found = _TRIMMED.fullmatch(text)
    if found:
        return _ranged(found[1], None, found[2], percent=True)
    found = _RANGE.fullmatch(text)
    return _of_range(*found.groups()) if found else None


def _of_range(name: str, low: str | None, low_percent: str, high: str | None, high_percent: str) -> Statistic | None:
    """Return the statistic of a range, if its two ends are of one kind and it has one at all."""
    percent = bool(low_percent or high_percent)
    ends = [(low, low_percent), (high, high_percent)]
    if low is high is None or any((end is None) == bool(sign) for end, sign in ends if end is None or percent):
        return None
    return None if percent and name.lower() == "pr" else _ranged(name, low, high, percent=percent)


def _ranged(name: str, low: str | None, high: str | None, *, percent: bool) -> Statistic | None:
    given = _Range(float(low) if low else -math.inf, float(high) if high else math.inf)
    if percent and max(end for end in given if math.isfinite(end)) > _WHOLE:
        return None
    calculate = _RANGED[name.lower()]

    def statistic(values: Distribution) -> float:
        return calculate(values, _without_ranks(values, given) if percent else _between(values, given))

    return statistic


def _percentile(values: Distribution, rank: float) -> float:
    """Return the value with this share of the values at or below it, between two values in proportion."""
    ordered = sorted(values)
    ends = list(accumulate(values[value] for value in ordered))
    position = rank / _WHOLE * (ends[-1] - 1)
    below = ordered[bisect_right(ends, math.floor(position))]
    above = ordered[min(bisect_right(ends, math.ceil(position)), len(ordered) - 1)]
    return below + (above - below) * (position - math.floor(position))


def _between(values: Distribution, limits: _Range) -> Distribution:
    return {value: count for value, count in values.items() if limits.low < value <= limits.high}


def _without_ranks(values: Distribution, ranks: _Range) -> Distribution:
    """Return what lies between two ranks, in percent; a value on both sides of a rank is divided."""
    total = _count(values)
    first = math.floor(max(ranks.low, 0.0) / _WHOLE * total)
    last = math.ceil(min(ranks.high, _WHOLE) / _WHOLE * total)
    kept: dict[float, int] = {}
    passed = 0
    for value in sorted(values):
        inside = min(passed + values[value], last) - max(passed, first)
        passed += values[value]
        if inside > 0:
            kept[value] = inside
    return kept


def _count(values: Distribution) -> float:
    return float(sum(values.values()))


def _sum(values: Distribution) -> float:
    return math.fsum(value * count for value, count in values.items())


def _average(values: Distribution) -> float:
    return _sum(values) / _count(values) if values else math.nan


_SIMPLE: Mapping[str, Statistic] = {
    "Average": _average,
    "Maximum": max,
    "Minimum": min,
    "SampleCount": _count,
    "Sum": _sum,
}
_RANGED: Mapping[str, Callable[[Distribution, Distribution], float]] = {
    "pr": lambda everything, inside: _WHOLE * _count(inside) / _count(everything),
    "tc": lambda _, inside: _count(inside),
    "tm": lambda _, inside: _average(inside),
    "ts": lambda _, inside: _sum(inside),
}
