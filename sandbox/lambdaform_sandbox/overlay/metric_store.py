"""Metric data as CloudWatch keeps it: a distribution of values per series and minute, readable some time later."""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

from ..clock import Clock
from ..delays import Delays

__all__ = ["MINUTE", "MetricStore", "Series"]

MINUTE = 60
"""Seconds of the smallest period."""
_MOST_LATE_MINUTES = 3

Distribution = Counter[float]
"""How often each value was reported."""


@dataclass(frozen=True)
class Series:
    """What identifies a series: another set of dimensions is another series, and none contains another."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, namespace: str, name: str, dimensions: Mapping[str, str]) -> "Series":
        """Return the series with these dimensions by name."""
        return cls(namespace, name, frozenset(dimensions.items()))


@dataclass
class _Minute:
    """The values of one minute, by the minute in which they were reported."""

    reported: dict[int, Distribution] = field(default_factory=lambda: defaultdict(Distribution))


class MetricStore:
    """All series of the account. Values belong to the minute they are stamped with and are read when they arrived."""

    def __init__(self, clock: Clock, delays: Delays, seed: int = 0):
        self.clock = clock
        self._delays = delays
        self._seed = seed
        self._lock = threading.Lock()
        self._series: dict[Series, dict[int, _Minute]] = defaultdict(lambda: defaultdict(_Minute))
        self._lag = lru_cache(maxsize=4_096)(self._drawn_lag)

    def put(self, series: Series, moment: float, values: Mapping[float, int], reported: float | None = None) -> None:
        """Add values (and how often each) to the minute of `moment`; they were reported now unless said otherwise.

        `moment` is the start of what was measured: a long call is stamped with the minute in which it began.
        """
        minute = int(moment // MINUTE)
        arrival = self._arrival(series, self.clock.now() if reported is None else reported)
        with self._lock:
            self._series[series][minute].reported[arrival].update(values)

    def read(self, series: Series, start: float, end: float) -> dict[int, Distribution]:
        """Return what can be read now of the minutes that begin from start to before end, by minute since the epoch."""
        with self._lock:
            minutes = self._series.get(series, {})
            wanted = [number for number in minutes if start <= number * MINUTE < end]
            found = {number: self._arrived(series, minutes[number]) for number in wanted}
        return {number: values for number, values in found.items() if values}

    def series(self) -> list[Series]:
        """Return the series that have data that can be read."""
        with self._lock:
            return [
                series
                for series, minutes in self._series.items()
                if any(self._arrived(series, each) for each in minutes.values())
            ]

    def _arrived(self, series: Series, minute: _Minute) -> Distribution:
        total = Distribution()
        for values in self._readable(series, minute):
            total.update(values)
        return total

    def _readable(self, series: Series, minute: _Minute) -> Iterator[Distribution]:
        now = self.clock.now()
        for arrival, values in minute.reported.items():
            if not _of_aws(series) or (arrival + 1) * MINUTE + self._lag(series.dimensions, arrival) <= now:
                yield values

    def _drawn_lag(self, dimensions: frozenset[tuple[str, str]], minute: int) -> float:
        """Draw the lag of a minute: the same for every metric of the same dimensions, as they come together."""
        return self._draw(dimensions, minute, "lag").uniform(*self._delays.metrics)

    def _arrival(self, series: Series, reported: float) -> int:
        minute = int(reported // MINUTE)
        if not self._delays.late_reports or not _of_aws(series):
            return minute
        draw = self._draw(series.dimensions, reported, "late")
        late = draw.random() < self._delays.late_reports
        return minute + draw.randint(1, _MOST_LATE_MINUTES) if late else minute

    def _draw(self, dimensions: frozenset[tuple[str, str]], moment: float, purpose: str) -> Random:
        return Random(f"{self._seed} {purpose} {sorted(dimensions)} {moment}")  # noqa: S311  # delays are no secret


def _of_aws(series: Series) -> bool:
    return series.namespace.startswith("AWS/")
