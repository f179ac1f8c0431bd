"""Ctrl-C and SIGTERM: both end the sandbox, and neither interrupts its end."""

import contextlib
import signal
import threading
from collections.abc import Callable, Generator
from types import FrameType

__all__ = ["Terminated", "terminable", "uninterrupted"]


class Terminated(BaseException):
    """Somebody sent SIGTERM: like KeyboardInterrupt, nothing that handles errors may catch it."""


@contextlib.contextmanager
def terminable() -> Generator[None]:
    """Let SIGTERM unwind the stack like Ctrl-C does, so that everything that was started is stopped."""
    with _handling(signal.SIGTERM, _terminate):
        yield


@contextlib.contextmanager
def uninterrupted() -> Generator[None]:
    """Ignore Ctrl-C and SIGTERM meanwhile: a second one must not leave half of the processes behind."""
    with _handling(signal.SIGINT, signal.SIG_IGN), _handling(signal.SIGTERM, signal.SIG_IGN):
        yield


@contextlib.contextmanager
def _handling(
    number: signal.Signals, handler: Callable[[int, FrameType | None], object] | signal.Handlers
) -> Generator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread gets signals
        return
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise Terminated
