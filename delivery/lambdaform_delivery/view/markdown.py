"""The summary of a release in Markdown, for the page of a CI job."""

import re
from collections.abc import Iterator
from pathlib import Path

from ..comment.markdown import code, fence, row
from ..release.events import Event, EventKind
from .ending import Ending
from .history import FunctionHistory, History, Period
from .words import duration, failed, percent, plain, seen

__all__ = ["MarkdownSummary", "summary"]

_LONGEST_TEXT = 600
_MEANINGFUL = re.compile(r"[\\`*_\[\]<>|~&#@$]|^[-+=]|(?<=^[0-9])[.)]|(?<=^[0-9][0-9])[.)]")
_FUNCTION_HEAD = (
    row(("function", "alias", "from", "to", "serves now")),
    row(("---", "---", "---:", "---:", "---")),
)


class MarkdownSummary:
    """Appends to a file when the release ends, as `$GITHUB_STEP_SUMMARY` wants it."""

    def __init__(self, path: Path):
        self._path = path
        self.name = f"the summary `{path}`"

    def __repr__(self) -> str:
        return f"MarkdownSummary({str(self._path)!r})"

    def __call__(self, event: Event, history: History) -> None:
        """Do nothing: a summary is written once."""

    def finish(self, ending: Ending, history: History) -> None:
        """Append the summary."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"\n{summary(ending, history)}")


def summary(ending: Ending, history: History) -> str:
    """Return the release in Markdown: how it ended, how each function did, what is next."""
    run = f" {code(ending.run)}" if ending.run else ""
    parts = [f"## Release{run}: {ending.result}", _text(ending.reason), *_standing(ending)]
    if ending.hint:
        parts.append(f"What to do: {_text(ending.hint)}")
    if ending.recipe:
        parts.append(f"Next:\n\n{fence(ending.recipe)}")
    for function in history.functions:
        parts += _function(function)
    return "\n\n".join(parts) + "\n"


def _standing(ending: Ending) -> Iterator[str]:
    if not ending.functions:
        yield from ending.standing
        return
    rows = [
        row(
            (
                code(each.name),
                code(f"{each.function_name}:{each.alias}"),
                code(each.from_version),
                code(each.to_version),
                code(each.serves),
            )
        )
        for each in ending.functions
    ]
    yield "\n".join((*_FUNCTION_HEAD, *rows))


def _function(function: FunctionHistory) -> Iterator[str]:
    event = function.last
    yield f"### {code(event.function)}: version {code(event.from_version)} to {code(event.to_version)}"
    steps = [_step(period, event.time) for period in function.periods if period.percentage]
    if steps:
        yield "\n".join((*_step_head(event), *steps))
    notes = [f"- {_text(each.message)}" for each in function.events if _is_noteworthy(each)]
    if notes:
        yield "\n".join(notes)


def _step_head(event: Event) -> tuple[str, str]:
    old, new = (f"version {version}" for version in (event.from_version, event.to_version))
    columns = ("weight", "for", "its share", f"failed calls of {old}", f"of {new}", "verdict")
    return row(columns), row(("---:",) * (len(columns) - 1) + ("---",))


def _step(period: Period, now: float) -> str:
    end = now if period.end is None else period.end
    return row(
        (
            percent(period.percentage),
            duration(end - period.start),
            percent(period.realised_percentage),
            failed(period.baseline),
            failed(period.canary),
            _text(seen(period.judgement)) if period.judgement else "not judged",
        )
    )


def _is_noteworthy(event: Event) -> bool:
    return event.kind in (EventKind.PLANNED, EventKind.NOTE, EventKind.PROBED, EventKind.PAUSED, EventKind.RESTORED)


def _text(text: str) -> str:
    """Return prose that means nothing to Markdown, with what stands in backticks as code."""
    shown = plain(text)
    shown = shown if len(shown) <= _LONGEST_TEXT else f"{shown[: _LONGEST_TEXT - 1]}…"
    parts = re.split(r"`([^`]+)`", shown)
    return "".join(code(part) if index % 2 else _inert(part) for index, part in enumerate(parts))


def _inert(text: str) -> str:
    return _MEANINGFUL.sub(lambda found: f"&#{ord(found[0])};", text)
