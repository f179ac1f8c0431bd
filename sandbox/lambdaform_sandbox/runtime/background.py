"""Work that goes on when nobody waits for it any more, as an invocation does behind a caller that gave up."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

__all__ = ["in_background"]

Result = TypeVar("Result")


def in_background(work: Callable[[], Result]) -> "Future[Result]":
    """Start work in a thread of its own, which does not keep the process alive, and return its future."""
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001  # handed over to who waits for the result
            future.set_exception(error)

    Thread(target=run, daemon=True).start()
    return future
