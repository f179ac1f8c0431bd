"""A line chart over time as inline SVG: coloured by the page's style, read out by its title and description."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from .words import clock_time

__all__ = ["Band", "Chart", "Series", "svg"]

_WIDTH, _HEIGHT = 880, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 26, 30
_Y_TICKS = 4
_Y_TICKS_WITH_THRESHOLD = 5
_ABOVE_THRESHOLD = 1.25
"""Upper end of the axis in multiples of the threshold, which then is the last tick but one."""
_SHORTEST_SECONDS = 60
_X_TICKS = 8
_TICK_SECONDS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
_MOST_DOTS = 60
_NARROWEST_LABEL = 30
"""Pixels of a band that has room for its label."""


@dataclass(frozen=True)
class Series:
    """One curve; `style` is the CSS class of its colour."""

    name: str
    style: str
    points: tuple[tuple[float, float], ...]
    """Seconds since the epoch, and the value."""


@dataclass(frozen=True)
class Band:
    """A span of time with a label, such as a step of the ramp."""

    start: float
    end: float
    label: str


@dataclass(frozen=True)
class Chart:
    """What is drawn. The values begin at 0."""

    title: str
    unit: str
    """What the values are."""
    description: str
    """What the curves say, for those who cannot see them."""
    series: tuple[Series, ...]
    start: float
    end: float
    """Seconds since the epoch."""
    worded: Callable[[float], str]
    """Words a value, for the axis and for each point."""
    bands: tuple[Band, ...] = ()
    threshold: tuple[float, str] | None = None
    """A value that matters and is not exceeded, and what it means."""


def svg(chart: Chart, identity: str) -> str:
    """Return the chart as an SVG element; `identity` makes its ids unique on the page."""
    scale = _Scale.of(chart)
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="{identity}-title {identity}-description">',
        f'<title id="{identity}-title">{escape(chart.title)}</title>',
        f'<desc id="{identity}-description">{escape(chart.description)}</desc>',
        *_bands(chart, scale),
        *_axes(chart, scale),
        *_threshold(chart, scale),
        *(part for series in chart.series for part in _curve(series, chart, scale)),
        "</svg>",
    ]
    return "\n".join(parts)


@dataclass(frozen=True)
class _Scale:
    start: float
    end: float
    top: float
    """Value at the upper end of the axis."""

    @classmethod
    def of(cls, chart: Chart) -> "_Scale":
        largest = max((value for series in chart.series for _, value in series.points), default=0.0)
        top = chart.threshold[0] * _ABOVE_THRESHOLD if chart.threshold else _round_up(largest)
        return cls(chart.start, max(chart.end, chart.start + _SHORTEST_SECONDS), top)

    def x(self, time: float) -> float:
        share = (time - self.start) / (self.end - self.start)
        return _LEFT + min(1.0, max(0.0, share)) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return _HEIGHT - _BOTTOM - value / self.top * (_HEIGHT - _TOP - _BOTTOM)


def _round_up(value: float) -> float:
    """Return the next value that divides well into the steps of the axis."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(each * power for each in (1, 2, 4, 6, 8, 10) if each * power >= value * (1 - 1e-9))


def _bands(chart: Chart, scale: _Scale) -> Iterator[str]:
    for index, band in enumerate(chart.bands):
        left, right = scale.x(band.start), scale.x(band.end)
        height = _HEIGHT - _TOP - _BOTTOM
        yield f'<rect class="band{index % 2}" x="{left:.1f}" y="{_TOP}" width="{right - left:.1f}" height="{height}"/>'
        yield f'<line class="step" x1="{left:.1f}" y1="{_TOP - 6}" x2="{left:.1f}" y2="{_HEIGHT - _BOTTOM}"/>'
        if right - left >= _NARROWEST_LABEL:
            yield f'<text class="step-label" x="{left + 4:.1f}" y="{_TOP - 8}">{escape(band.label)}</text>'


def _axes(chart: Chart, scale: _Scale) -> Iterator[str]:
    ticks = _Y_TICKS_WITH_THRESHOLD if chart.threshold else _Y_TICKS
    for index in range(ticks + 1):
        value = scale.top * index / ticks
        y = scale.y(value)
        yield f'<line class="grid" x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDTH - _RIGHT}" y2="{y:.1f}"/>'
        worded = escape(chart.worded(value))
        yield f'<text class="tick" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{worded}</text>'
    for time in _times(scale):
        text = clock_time(time)[:5]
        yield f'<text class="tick" x="{scale.x(time):.1f}" y="{_HEIGHT - 10}" text-anchor="middle">{text}</text>'


def _times(scale: _Scale) -> Sequence[float]:
    span = scale.end - scale.start
    step = next((each for each in _TICK_SECONDS if span / each <= _X_TICKS), _TICK_SECONDS[-1])
    first = math.ceil(scale.start / step) * step
    return [first + index * step for index in range(int((scale.end - first) // step) + 1)]


def _threshold(chart: Chart, scale: _Scale) -> Iterator[str]:
    if chart.threshold:
        value, meaning = chart.threshold
        y = scale.y(value)
        yield f'<line class="threshold" x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDTH - _RIGHT}" y2="{y:.1f}"/>'
        x = _WIDTH - _RIGHT - 4
        yield f'<text class="threshold-label" x="{x}" y="{y - 5:.1f}" text-anchor="end">{escape(meaning)}</text>'


def _curve(series: Series, chart: Chart, scale: _Scale) -> Iterator[str]:
    places = [(scale.x(time), scale.y(value)) for time, value in series.points]
    if len(places) > 1:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        yield f'<polyline class="curve {series.style}" points="{path}"/>'
    if len(places) > _MOST_DOTS:
        return
    for (time, value), (x, y) in zip(series.points, places, strict=True):
        said = escape(f"{clock_time(time)[:5]} {series.name}: {chart.worded(value)}")
        yield f'<circle class="dot {series.style}" cx="{x:.1f}" cy="{y:.1f}" r="3"><title>{said}</title></circle>'
