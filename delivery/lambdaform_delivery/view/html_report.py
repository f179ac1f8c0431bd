"""The report of a release: one HTML page that needs nothing but itself, with the curves of every function."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

from ..release.events import Event, EventKind
from ..release.judge import Counts
from .changes import Changes
from .chart import Chart, svg
from .ending import Ending
from .history import FunctionHistory, History, Period
from .report_charts import charts
from .report_style import STYLE
from .words import clock_time, duration, failed, percent, plain, seen, timestamp

__all__ = ["HtmlReport", "page"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_LEGEND_LINE = '<svg viewBox="0 0 32 10" aria-hidden="true"><polyline class="curve {}" points="1,5 31,5"/></svg>'


class HtmlReport:
    """Writes a file when the release ends."""

    def __init__(self, path: Path):
        self._path = path
        self.name = f"the report `{path}`"

    def __repr__(self) -> str:
        return f"HtmlReport({str(self._path)!r})"

    def __call__(self, event: Event, history: History) -> None:
        """Do nothing: a report is written once."""

    def finish(self, ending: Ending, history: History) -> None:
        """Write the page."""
        self._path.write_text(page(ending, history), encoding="utf-8", errors="replace")


def page(ending: Ending, history: History) -> str:
    """Return the whole page."""
    title = f"Release {ending.run}".strip()
    parts = [
        "<!doctype html>",
        '<html lang="en">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{_text(title)}: {_text(ending.result)}</title>",
        f"<style>{STYLE}</style></head>",
        "<body><main>",
        f'<h1>{_text(title)} <span class="result {_tone(ending)}">{_text(ending.result)}</span></h1>',
        *_outcome(ending, history),
        *(part for index, each in enumerate(history.functions) for part in _function(each, f"f{index}")),
        "</main></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _tone(ending: Ending) -> str:
    if ending.exit_code == 0:
        return "good"
    return "doubt" if ending.result in ("paused", "inconclusive", "cancelled") else "bad"


def _outcome(ending: Ending, history: History) -> Iterator[str]:
    yield f"<p>{_text(ending.reason)}</p>"
    if ending.hint:
        yield f"<p>What to do: {_text(ending.hint)}</p>"
    if ending.recipe:
        yield f"<p>Next:</p><pre><code>{escape(ending.recipe)}</code></pre>"
    times = [event.time for function in history.functions for event in function.events]
    if times:
        span = f"{timestamp(min(times))} to {timestamp(max(times))}, {duration(max(times) - min(times))}"
        yield f'<p class="muted">{span}. All times are UTC.</p>'
    if not ending.functions:
        yield from (f"<p>{_text(line)}</p>" for line in ending.standing)
        return
    rows = [
        (each.name, f"{each.function_name}:{each.alias}", each.from_version, each.to_version, each.serves)
        for each in ending.functions
    ]
    yield _table(("function", "alias", "from version", "to version", "serves now"), rows, numbers=(2, 3))


def _function(function: FunctionHistory, identity: str) -> Iterator[str]:
    event = function.last
    yield f"<h2>{_text(event.function)}: version {_text(event.from_version)} to {_text(event.to_version)}</h2>"
    yield from (f"<p>{_text(each.message)}</p>" for each in function.events if each.kind is EventKind.PLANNED)
    if function.judged:
        for index, chart in enumerate(charts(function)):
            yield _figure(chart, f"{identity}-{index}")
        yield "<h3>Steps</h3>"
        yield _steps(function)
        yield f"<details><summary>Every minute as a table</summary>{_minutes(function)}</details>"
    yield "<h3>What happened</h3>"
    changes = Changes()
    told = [(clock_time(each.time), said) for each in function.events if (said := changes.said(each))]
    yield _table(("time", "event"), told)


def _figure(chart: Chart, identity: str) -> str:
    legend = "".join(f"<li>{_LEGEND_LINE.format(each.style)}{_text(each.name)}</li>" for each in chart.series)
    caption = f"<figcaption>{_text(chart.unit)}</figcaption>"
    picture = f'<div class="scroll">{svg(chart, identity)}</div>'
    return f'<h3>{_text(chart.title)}</h3><figure>{caption}<ul class="legend">{legend}</ul>{picture}</figure>'


def _steps(function: FunctionHistory) -> str:
    event = function.last
    old, new = f"version {event.from_version}", f"version {event.to_version}"
    headings = ("weight", "for", "its share", f"failed calls of {old}", f"of {new}", "verdict")
    rows = [_step(period, event.time) for period in function.periods if period.percentage]
    return _table(headings, rows, numbers=range(len(headings) - 1))


def _step(period: Period, now: float) -> tuple[str, ...]:
    return (
        percent(period.percentage),
        duration((now if period.end is None else period.end) - period.start),
        percent(period.realised_percentage),
        failed(period.baseline),
        failed(period.canary),
        seen(period.judgement) if period.judgement else "not judged",
    )


def _minutes(function: FunctionHistory) -> str:
    event = function.last
    old, new = f"version {event.from_version}", f"version {event.to_version}"
    headings = ("minute", f"calls of {old}", "errors", "slow", f"calls of {new}", "errors", "slow")
    rows = [
        (clock_time(minute.start)[:5], *_counts(minute.baseline), *_counts(minute.canary))
        for minute in function.minutes
    ]
    return _table(headings, rows, numbers=range(1, len(headings)))


def _counts(counts: Counts) -> tuple[str, str, str]:
    return f"{counts.invocations:,}", f"{counts.errors:,}", "-" if counts.slow is None else f"{counts.slow:,}"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = ()) -> str:
    styles = dict.fromkeys(numbers, ' class="number"')
    head = "".join(f'<th scope="col"{styles.get(at, "")}>{_text(each)}</th>' for at, each in enumerate(headings))
    body = "\n".join(_row(row, styles) for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>'


def _row(row: Sequence[str], styles: Mapping[int, str]) -> str:
    cells = "".join(f"<td{styles.get(at, '')}>{_text(each)}</td>" for at, each in enumerate(row))
    return f"<tr>{cells}</tr>"


def _text(text: str) -> str:
    """Return the text as HTML, with what stands in backticks as code."""
    parts = re.split(r"`([^`]+)`", plain(text))
    return "".join(f"<code>{escape(part)}</code>" if at % 2 else escape(part) for at, part in enumerate(parts))
