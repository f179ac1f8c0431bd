"""A release as one JSON object per line, for programs. The last line is the outcome."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from ..release.events import Event
from ..release.judge import Counts, Judgement
from .ending import Ending
from .history import History, configured_percentage
from .stream import Stream
from .words import timestamp

__all__ = ["Ndjson"]

_VERSION = 1
_DIGITS = 4


class Ndjson:
    """Writes each event and the outcome as they come. docs/release.md lists the fields; none is ever left out."""

    name = "the events on standard output"

    def __init__(self, stream: Stream, now: Callable[[], float] = time.time):
        self._stream = stream
        self._now = now
        self._lines = 0

    def __repr__(self) -> str:
        return f"Ndjson({self._stream!r})"

    def __call__(self, event: Event, history: History) -> None:  # noqa: ARG002  # what every view is given
        """Write one event."""
        self._write(event.time, event.run, str(event.kind), _event(event))

    def finish(self, ending: Ending, history: History) -> None:  # noqa: ARG002  # the same
        """Write the outcome."""
        self._write(self._now(), ending.run, "outcome", _outcome(ending))

    def _write(self, at: float, run: str, event: str, fields: Mapping[str, object]) -> None:
        head = {"v": _VERSION, "ts": timestamp(at), "seq": self._lines, "release_id": run or None, "event": event}
        self._lines += 1
        self._stream.write(json.dumps({**head, **fields}, allow_nan=False) + "\n")


def _event(event: Event) -> dict[str, object]:
    percentage = configured_percentage(event)
    return {
        "function": event.function,
        "function_name": event.function_name,
        "alias": event.alias,
        "from": event.from_version or None,
        "to": event.to_version or None,
        "message": event.message,
        "phase": str(event.phase) if event.phase else None,
        "step": event.step,
        "steps": event.steps,
        "ramp": str(event.ramp) if event.ramp is not None else None,
        "weight": None if percentage is None else round(percentage / 100, _DIGITS),
        "revision_id": event.revision_id or None,
        "seconds_left": event.seconds_left,
        **_judgement(event.judgement),
    }


def _judgement(judgement: Judgement | None) -> dict[str, Any]:
    if judgement is None:
        return dict.fromkeys(("canary", "baseline", "evidence", "towards_pass", "towards_fail", "verdict", "reason"))
    return {
        "canary": _counts(judgement.canary),
        "baseline": _counts(judgement.baseline),
        "evidence": [
            {
                "test": test.test,
                "log10_e_value": round(test.log10_e_value, _DIGITS),
                "log10_threshold": round(test.log10_threshold, _DIGITS),
            }
            for test in judgement.evidence
        ],
        "towards_pass": round(judgement.towards_pass, _DIGITS),
        "towards_fail": round(judgement.towards_fail, _DIGITS),
        "verdict": str(judgement.verdict),
        "reason": judgement.reason,
    }


def _counts(counts: Counts) -> dict[str, int | None]:
    return {"invocations": counts.invocations, "errors": counts.errors, "slow": counts.slow}


def _outcome(ending: Ending) -> dict[str, object]:
    return {
        "result": ending.result,
        "exit_code": ending.exit_code,
        "reason": ending.reason,
        "error": ending.error or None,
        "hint": ending.hint or None,
        "recipe": ending.recipe or None,
        "functions": [
            {
                "function": each.name,
                "function_name": each.function_name,
                "alias": each.alias,
                "from": each.from_version or None,
                "to": each.to_version or None,
                "serves": each.serves,
            }
            for each in ending.functions
        ],
    }
