"""A release on a terminal: what changed stays above, how it stands is drawn below and kept up to date."""

import time
from collections.abc import Callable
from typing import IO, cast

from rich.console import Console
from rich.live import Live
from rich.text import Text

from ..release.events import Event
from .changes import Changes
from .ending import Ending
from .frame import Frame
from .history import History
from .stream import Stream
from .words import clock_time, plain

__all__ = ["LiveView"]

_FRAMES_PER_SECOND = 4


class LiveView:
    """Draws on a terminal until it is finished; the last picture stays."""

    name = "the view on the terminal"

    def __init__(self, stream: Stream, now: Callable[[], float] = time.time, *, is_moving: bool = True):
        """`is_moving` is for tests: without it the picture changes with events only."""
        self.console = Console(file=cast("IO[str]", stream), highlight=False)
        self._now = now
        self._history = History()
        self._changes = Changes()
        self._live = Live(
            get_renderable=self._frame,
            console=self.console,
            auto_refresh=is_moving,
            refresh_per_second=_FRAMES_PER_SECOND,
            vertical_overflow="crop",
        )

    def __call__(self, event: Event, history: History) -> None:
        """Say what has changed, and draw how it stands."""
        self._history = history
        self._live.start()
        said = self._changes.said(event)
        if said:
            self.console.print(
                Text.assemble((clock_time(event.time), "dim"), " ", (event.function, "bold"), f" {plain(said)}")
            )
        self._live.refresh()

    def finish(self, ending: Ending, history: History) -> None:
        """Draw it for the last time, and say how it ended."""
        self._history = history
        self._live.stop()
        style = "bold green" if ending.exit_code == 0 else "bold red"
        if not ending.error:
            self._print(Text.assemble((ending.result, style), f": {plain(ending.reason)}"))
        for line in ending.standing:
            self._print(Text(line))
        if ending.recipe:
            self._print(Text.assemble(("next: ", "bold"), ending.recipe))

    def _frame(self) -> Frame:
        return Frame(self._history, self._now())

    def _print(self, text: Text) -> None:
        self.console.print(text, soft_wrap=True)
