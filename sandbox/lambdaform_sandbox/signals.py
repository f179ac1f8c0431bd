"""Ctrl-C and SIGTERM: the first one ends the sandbox, and nothing interrupts its end."""

import signal
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from types import FrameType

__all__ = ["Terminated", "ended_by_signals", "uninterrupted"]

Handler = Callable[[int, FrameType | None], object] | signal.Handlers
_ENDING = (signal.SIGINT, signal.SIGTERM)


class Terminated(BaseException):
    """Somebody sent SIGTERM: like KeyboardInterrupt, nothing that handles errors may catch it."""


@contextmanager
def ended_by_signals() -> Generator[None]:
    """Raise KeyboardInterrupt or Terminated at the first signal and ignore the others, until the block has ended."""
    with _handled(_end):
        yield


@contextmanager
def uninterrupted() -> Generator[None]:
    """Ignore the signals meanwhile: half an end would leave processes behind."""
    with _handled(signal.SIG_IGN):
        yield


def _end(number: int, _frame: FrameType | None) -> None:
    for ending in _ENDING:
        signal.signal(ending, signal.SIG_IGN)
    raise KeyboardInterrupt if number == signal.SIGINT else Terminated


@contextmanager
def _handled(handler: Handler) -> Generator[None]:
    with ExitStack() as restored:
        if threading.current_thread() is threading.main_thread():  # no other thread gets signals
            for number in _ENDING:
                restored.callback(signal.signal, number, signal.signal(number, handler))
        yield
