"""The picture of a running release on a terminal: one panel per function, or one row where there are too many."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ..release.events import Event, EventKind
from ..release.journal import Phase
from ..release.judge import Counts, Judgement, Verdict
from .history import FunctionHistory, History
from .words import bar, duration, errors, percent, plain, seen

__all__ = ["Frame"]

_WIDEST = 110
_BAR_WIDTH = 24
_LABEL_WIDTH = 14
_LINES_BELOW = 2
"""Lines of the terminal that are left free, so that the picture never scrolls."""
_VERDICT_STYLES = {Verdict.PASS: "green", Verdict.FAIL: "bold red", Verdict.UNKNOWN: "yellow"}
_MARKS = {"done": ("✓", "green"), "now": ("●", "bold cyan"), "next": ("○", "dim"), "back": ("✗", "bold red")}


@dataclass(frozen=True)
class Frame:
    """All functions at one moment; rich draws it to fit the terminal as it is then."""

    history: History
    now: float
    """Seconds since the epoch."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        functions = self.history.functions
        options = options.update(width=min(options.max_width, _WIDEST))
        panels = [_panel(function, self.now) for function in functions]
        height = sum(len(console.render_lines(panel, options)) for panel in panels)
        if height > console.size.height - _LINES_BELOW:
            yield from console.render(_rows(functions), options)
            return
        for panel in panels:
            yield from console.render(panel, options)


def _panel(function: FunctionHistory, now: float) -> Panel:
    event = function.last
    title = Text.assemble((event.function, "bold"), f"  version {event.from_version} → {event.to_version}")
    parts = [_ramp(function), Padding(_traffic(function), (1, 0))]
    judged = function.judged
    if judged and judged.judgement and not function.is_restored:
        parts += [_evidence(judged.judgement), Padding(_verdict(judged.judgement), (1, 0, 0, 0))]
    parts.append(Text(_times(function, now), style="dim"))
    subtitle = f"{event.function_name}:{event.alias}" + (f"  release {event.run}" if event.run else "")
    return Panel(
        Group(*parts), title=title, title_align="left", subtitle=subtitle, subtitle_align="right", padding=(0, 1)
    )


def _ramp(function: FunctionHistory) -> Text:
    text = Text()
    for name, state in _stations(function):
        mark, style = _MARKS[state]
        text.append(f"{mark} {name}   ", style)
    return text


def _stations(function: FunctionHistory) -> Iterator[tuple[str, str]]:
    """Yield what a release passes through, each with whether it is done, now or next, or where it turned back."""
    names = ["probes", *_step_names(function), "100 %", "live"]
    here = _station(function, len(names))
    for index, name in enumerate(names):
        state = "done" if index < here else "next" if index > here else "back" if function.is_restored else "now"
        yield name, "done" if function.last.kind is EventKind.PROMOTED else state


def _step_names(function: FunctionHistory) -> list[str]:
    ramp = next((event.ramp for event in function.events if event.ramp is not None), None)
    if ramp is None:
        return []
    return ["pause" if step is None else percent(step) for step in ramp.steps]


def _station(function: FunctionHistory, stations: int) -> int:
    """Return the index of the station where the release is, or from where it turned back."""
    event = _before_the_way_back(function.events)
    if event.phase in (Phase.WATCH, Phase.COMMIT):
        return stations - 2
    return event.step + 1 if event.phase in (Phase.RAMP, Phase.PAUSE) else 0


def _before_the_way_back(events: Sequence[Event]) -> Event:
    return next((event for event in reversed(events) if event.phase is not Phase.BACK), events[-1])


def _traffic(function: FunctionHistory) -> Table:
    event, period = function.last, function.periods[-1] if function.periods else None
    judged = function.judged
    canary, baseline = (judged.judgement.canary, judged.judgement.baseline) if judged and judged.judgement else _NONE
    table = Table.grid(padding=(0, 2))
    table.add_column(width=_LABEL_WIDTH)
    table.add_column(justify="right", min_width=12)
    table.add_column(justify="right", min_width=12)
    table.add_column()
    table.add_row("", *(Text(f"version {number}", "bold") for number in (event.from_version, event.to_version)), "")
    table.add_row("weight", *_shares(function.percentage), _share_bar(function.percentage))
    realised = period.realised_percentage if period and function.percentage else None
    table.add_row("share it got", *_shares(realised), _share_bar(realised))
    table.add_row("calls", f"{baseline.invocations:,}", f"{canary.invocations:,}", "")
    table.add_row("errors", errors(baseline), errors(canary), "")
    return table


_NONE = (Counts(), Counts())


def _shares(percentage: float | None) -> tuple[str, str]:
    return percent(None if percentage is None else 100 - percentage), percent(percentage)


def _share_bar(percentage: float | None) -> Text:
    return Text(bar((percentage or 0) / 100, _BAR_WIDTH), "cyan on grey23")


def _evidence(judgement: Judgement) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(width=_LABEL_WIDTH)
    table.add_column()
    table.add_column(justify="right", min_width=5)
    table.add_row("to advance", _evidence_bar(judgement.towards_pass, "green"), f"{judgement.towards_pass:.0%}")
    for test in judgement.evidence:
        style = "red" if test.share > 1 / 3 else "yellow"
        table.add_row(test.test, _evidence_bar(test.share, style), f"{test.share:.0%}")
    return table


def _evidence_bar(share: float, style: str) -> Text:
    return Text(bar(share, _BAR_WIDTH), f"{style} on grey23")


def _verdict(judgement: Judgement) -> Text:
    return Text(plain(seen(judgement)), _VERDICT_STYLES[judgement.verdict])


def _times(function: FunctionHistory, now: float) -> str:
    event = function.last
    periods = function.periods
    since = f"at this weight for {duration(now - periods[-1].start)}" if function.percentage else ""
    left = "" if event.seconds_left is None else f"at least {duration(event.seconds_left - (now - event.time))} left"
    return " · ".join(filter(None, (since, left))) or plain(event.message)


def _rows(functions: Iterable[FunctionHistory]) -> Table:
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    for heading in ("function", "versions", "weight", "got", "calls", "errors", "advance", "go back", ""):
        table.add_column(heading, justify="left" if heading in ("function", "") else "right", no_wrap=True)
    for function in functions:
        table.add_row(*_row(function))
    return table


def _row(function: FunctionHistory) -> tuple[str | Text, ...]:
    event, judged = function.last, function.judged
    period = function.periods[-1] if function.periods and function.percentage else None
    judgement = judged.judgement if judged else None
    versions = (event.function, f"{event.from_version} → {event.to_version}", percent(function.percentage))
    realised = percent(period.realised_percentage) if period else "-"
    if judgement is None:
        return (*versions, realised, "", "", "", "", event.kind)
    verdict = Text(event.kind if event.kind is not EventKind.JUDGED else judgement.verdict.lower())
    verdict.stylize(_VERDICT_STYLES[judgement.verdict])
    progress = (f"{judgement.towards_pass:.0%}", f"{judgement.towards_fail:.0%}")
    return (
        *versions,
        realised,
        f"{judgement.canary.invocations:,}",
        f"{judgement.canary.errors:,}",
        *progress,
        verdict,
    )
