"""Which events are worth a line: those that change something. Most polls do not."""

from ..release.events import Event, EventKind
from ..release.judge import Verdict
from .words import seen

__all__ = ["Changes"]


class Changes:
    """Tells what an event has changed for its function."""

    def __init__(self) -> None:
        self._verdicts: dict[str, Verdict] = {}

    def said(self, event: Event) -> str:
        """Return one clause about the change; empty if nothing changed but numbers."""
        if event.kind is not EventKind.JUDGED or event.judgement is None:
            self._verdicts.pop(event.function, None)
            return event.message
        if event.judgement.verdict is self._verdicts.get(event.function):
            return ""
        self._verdicts[event.function] = event.judgement.verdict
        return seen(event.judgement)
