"""The three charts of a function in the report: traffic, errors, evidence."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ..release.judge import Counts
from .chart import Band, Chart, Series
from .history import FunctionHistory
from .words import percent

__all__ = ["charts"]

_PROOF = 100.0
_HALF_A_MINUTE = 30
_EVIDENCE_STYLES = ("new", "old", "third")


def charts(function: FunctionHistory) -> tuple[Chart, ...]:
    """Return the charts of one function, over the same time."""
    of_minutes = _MinuteCurves(function)
    calls, rates, tests = of_minutes.of(_calls), of_minutes.of(_error_percentage), _evidence(function)
    time = _Time(function)
    return (
        time.chart("Traffic", "calls per minute", calls, _count),
        time.chart("Errors", "share of the calls of a minute that failed", rates, percent),
        time.chart(
            "Evidence",
            "evidence against the new version at each poll, 100 % being proof, in orders of magnitude",
            tests,
            percent,
            threshold=(_PROOF, "proof: roll back"),
        ),
    )


@dataclass(frozen=True)
class _MinuteCurves:
    function: FunctionHistory

    def of(self, value: Callable[[Counts], float | None]) -> tuple[Series, ...]:
        """Return a curve for each version, with the minutes that have a value."""
        event, minutes = self.function.last, self.function.minutes
        new = _points((minute.start + _HALF_A_MINUTE, value(minute.canary)) for minute in minutes)
        old = _points((minute.start + _HALF_A_MINUTE, value(minute.baseline)) for minute in minutes)
        return (
            Series(f"version {event.to_version} (new)", "new", new),
            Series(f"version {event.from_version} (old)", "old", old),
        )


def _points(found: Iterable[tuple[float, float | None]]) -> tuple[tuple[float, float], ...]:
    return tuple((time, value) for time, value in found if value is not None)


class _Time:
    """The span of a function's release, with the times at each weight."""

    def __init__(self, function: FunctionHistory):
        self.start = min([function.events[0].time, *(minute.start for minute in function.minutes)])
        self.end = function.last.time
        self.bands = tuple(self._bands(function))

    def chart(
        self,
        title: str,
        unit: str,
        series: tuple[Series, ...],
        worded: Callable[[float], str],
        threshold: tuple[float, str] | None = None,
    ) -> Chart:
        said = f"{unit[0].upper()}{unit[1:]}. {' '.join(_described(each, worded) for each in series)}"
        return Chart(title, unit, said, series, self.start, self.end, worded, self.bands, threshold)

    def _bands(self, function: FunctionHistory) -> Iterator[Band]:
        for period in function.periods:
            label = percent(period.percentage) if period.percentage else "back"
            yield Band(period.start, self.end if period.end is None else period.end, label)


def _evidence(function: FunctionHistory) -> tuple[Series, ...]:
    """Return a curve for each test of the judge."""
    judged = [(event.time, event.judgement) for event in function.events if event.judgement]
    names = [test.test for test in judged[-1][1].evidence] if judged else []
    return tuple(
        Series(name, style, tuple((time, judgement.evidence[index].share * _PROOF) for time, judgement in judged))
        for index, (name, style) in enumerate(zip(names, _EVIDENCE_STYLES, strict=False))
    )


def _calls(counts: Counts) -> float:
    return max(counts.invocations, counts.errors)


def _error_percentage(counts: Counts) -> float | None:
    calls = _calls(counts)
    return counts.errors / calls * 100 if calls else None


def _count(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 or not value else f"{value:.2g}"


def _described(series: Series, worded: Callable[[float], str]) -> str:
    if not series.points:
        return f"{series.name}: no data."
    values = [value for _, value in series.points]
    return f"{series.name}: from {worded(min(values))} to {worded(max(values))}, at the end {worded(values[-1])}."
