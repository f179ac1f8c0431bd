"""A release as lines of text: one for every change, and one a minute while there is none."""

from ..release.events import Event
from ..release.judge import Judgement
from .changes import Changes
from .ending import Ending
from .history import FunctionHistory, History
from .stream import Stream
from .words import clock_time, duration, percent, plain, seen

__all__ = ["Lines"]

_HEARTBEAT_SECONDS = 60


class Lines:
    """Writes plain text: for CI, for pipes, for terminals that can do no more."""

    name = "the lines on standard error"

    def __init__(self, stream: Stream):
        self._stream = stream
        self._changes = Changes()
        self._written: dict[str, float] = {}

    def __repr__(self) -> str:
        return f"Lines({self._stream!r})"

    def __call__(self, event: Event, history: History) -> None:
        """Write a line if something changed, or nothing was written about the function for a minute."""
        said = self._changes.said(event)
        if said:
            self._write(event, said)
        elif event.judgement and event.time - self._written[event.function] >= _HEARTBEAT_SECONDS:
            function = next(each for each in history.functions if each.last is event)
            self._write(event, _heartbeat(function, event, event.judgement))

    def finish(self, ending: Ending, history: History) -> None:  # noqa: ARG002  # what every view is given
        """Write how it ended; the message of an error is left to whoever ends the process."""
        if not ending.error:
            self._stream.write(f"{ending.result}: {plain(ending.reason)}\n")
        for line in ending.standing:
            self._stream.write(f"{line}\n")
        if ending.recipe:
            self._stream.write(f"next: {ending.recipe}\n")

    def _write(self, event: Event, message: str) -> None:
        self._written[event.function] = event.time
        self._stream.write(f"{clock_time(event.time)} {event.function}: {plain(message)}\n")


def _heartbeat(function: FunctionHistory, event: Event, judgement: Judgement) -> str:
    period = function.periods[-1] if function.periods else None
    parts = [f"at {percent(function.percentage)}"]
    if period:
        parts.append(f"for {duration(event.time - period.start)}, got {percent(period.realised_percentage)}")
    left = f"; at least {duration(event.seconds_left)} left" if event.seconds_left is not None else ""
    return f"{' '.join(parts)}; {seen(judgement)}{left}"
