"""The wish to end a release early, as signals bring it."""

import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType

__all__ = ["Cancellation"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Cancellation:
    """Whether SIGINT or SIGTERM has come; the first one counts, and more of them change nothing.

    `wake` is called by the signal handler: it must neither wait, nor take a lock, nor write.
    """

    def __init__(self, wake: Callable[[], None]):
        self._wake = wake
        self._is_wanted = False

    def __repr__(self) -> str:
        return f"Cancellation(is_wanted={self._is_wanted})"

    def is_wanted(self) -> bool:
        """Whether the release is to be taken back."""
        return self._is_wanted

    @contextmanager
    def on_signals(self) -> Generator[None]:
        """Listen to the signals within the block, in place of what they do otherwise."""
        before = {number: signal.signal(number, self._noted) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _noted(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002  # what handlers are given
        self._is_wanted = True
        self._wake()
