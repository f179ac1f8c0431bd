"""All views of one release: each gets every event, none can end the release."""

from collections.abc import Sequence
from typing import Protocol

from ..release.events import Event
from ..release.outcome import Outcome
from .ending import Commands, Ending
from .history import History
from .stream import Stream

__all__ = ["View", "Views"]


class View(Protocol):
    """What shows a release. It may fail: it is left out from then on, and mentioned at the end."""

    @property
    def name(self) -> str:
        """What is said to be incomplete when it fails."""
        ...

    def __call__(self, event: Event, history: History) -> None:
        """Show one event; it is in the history already."""
        ...

    def finish(self, ending: Ending, history: History) -> None:
        """Show the end, or write what is only written at the end."""
        ...


class Views:
    """The listener of a release, and its last word."""

    def __init__(
        self, views: Sequence[View], commands: Commands, streams: Sequence[Stream] = (), log: Stream | None = None
    ):
        self.history = History()
        self._views = list(views)
        self._commands = commands
        self._streams = streams
        self._log = log
        self._problems: list[str] = []

    def __call__(self, event: Event) -> None:
        """Show one event."""
        self.history.add(event)
        for view in tuple(self._views):
            try:
                view(event, self.history)
            except Exception as error:  # noqa: BLE001  # whatever it is, a release outlives its log
                self._leave_out(view, error)

    def finish(self, end: Outcome | BaseException) -> Ending:
        """Show how it ended, by outcome or by error, then what could not be shown."""
        ending = Ending.of(end, self.history, self._commands)
        for view in tuple(self._views):
            try:
                view.finish(ending, self.history)
            except Exception as error:  # noqa: BLE001  # the same
                self._leave_out(view, error)
        lost = [f"{stream.name}: {stream.problem}" for stream in self._streams if stream.problem]
        for problem in (*self._problems, *lost):
            if self._log:
                self._log.write(f"warning: not everything could be shown: {problem}\n")
        return ending

    def _leave_out(self, view: View, error: Exception) -> None:
        self._views.remove(view)
        reason = error.strerror if isinstance(error, OSError) and error.strerror else f"{type(error).__name__}: {error}"
        self._problems.append(f"{view.name}: {reason}")
