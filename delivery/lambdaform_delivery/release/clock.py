"""Time as a release knows it: passed in, so that an hour of release runs in milliseconds under test."""

import time
from typing import Protocol

__all__ = ["Clock", "SystemClock"]

_LONGEST_NAP_SECONDS = 0.2
"""How late a wake-up may be noticed. A signal handler must not take locks, so nobody can be notified."""


class Clock(Protocol):
    """What tells the time and waits."""

    def now(self) -> float:
        """Return seconds since the epoch."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back, from an unknown start."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait this long, or until woken if it can be."""
        ...


class SystemClock:
    """The machine's clock; `wake` ends one sleep, as a signal handler must be able to do."""

    def __init__(self) -> None:
        self._woken = False

    def now(self) -> float:
        """Return seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds that never go back, from an unknown start."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait this long, or until `wake` is called; not at all if it was called before."""
        end = time.monotonic() + seconds
        while not self._woken and (rest := end - time.monotonic()) > 0:
            time.sleep(min(rest, _LONGEST_NAP_SECONDS))
        # The sleeps to come count: the way back waits between its attempts, too.
        self._woken = False

    def wake(self) -> None:
        """End the present sleep, or else the next one."""
        self._woken = True
