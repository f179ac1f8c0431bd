"""Work that goes on when nobody waits for it any more, as an invocation does behind a caller that gave up."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from threading import Thread
from typing import Any, TypeVar

__all__ = ["done_in_time", "in_background"]

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


def done_in_time(work: "Future[Any]", closing: "Future[Any]", timeout_seconds: float | None = None) -> bool:
    """Wait for work until it is done, the time is over or `closing` is done; tell whether it is done."""
    wait((work, closing), timeout_seconds, FIRST_COMPLETED)
    return work.done()
