"""The sandbox's time: what metrics, states and the `Date` of answers go by.

Signatures and the time limits of handlers stay with the machine's own clock.
"""

import heapq
import threading
import time
from collections.abc import Callable
from itertools import count
from typing import Protocol

from .errors import SandboxError

__all__ = ["Clock", "CompressedClock", "ManualClock", "SystemClock"]

_START = 1_790_000_040.0
"""2026-09-21 14:14:00 UTC: where a manual clock starts, at the start of a minute."""


class Clock(Protocol):
    """What tells the time and waits."""

    def now(self) -> float:
        """Return seconds since the epoch."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never go back, from an unknown start."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait this long."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Return seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds that never go back, from an unknown start."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait this long."""
        time.sleep(seconds)


class CompressedClock:
    """A clock that runs `factor` times as fast as the machine's, from `origin` on; sleeping is as much shorter.

    `origin` is in seconds since the epoch, by default the moment of creation. Processes that are given the same
    `factor` and `origin` have the same time, for it hangs on nothing else.
    """

    def __init__(self, factor: float, origin: float | None = None):
        if factor < 1:
            raise SandboxError(f"factor `{factor}` must be at least 1", hint="1 is the machine's own pace")
        self.factor = factor
        """How many seconds pass here in one second of the machine."""
        self.origin = time.time() if origin is None else origin
        """Moment at which this clock and the machine's agree, in seconds since the epoch."""

    def __repr__(self) -> str:
        return f"CompressedClock(factor={self.factor!r}, origin={self.origin!r})"

    def now(self) -> float:
        """Return seconds since the epoch."""
        return self.origin + (time.time() - self.origin) * self.factor

    def monotonic(self) -> float:
        """Return seconds that never go back, from an unknown start."""
        return time.monotonic() * self.factor

    def sleep(self, seconds: float) -> None:
        """Wait this long by this clock."""
        time.sleep(seconds / self.factor)


class ManualClock:
    """A clock that stands still until it is advanced; sleeping advances it at once.

    Threads that sleep together add up: each one's seconds pass, one after the other.
    """

    def __init__(self, start: float = _START):
        self._now = self._start = start
        self._advancing = threading.RLock()
        self._watchers: list[Callable[[float, float], None]] = []
        self._planned: list[tuple[float, int, Callable[[], object]]] = []
        self._order = count()

    def __repr__(self) -> str:
        return f"ManualClock({self._now!r})"

    def now(self) -> float:
        """Return seconds since the epoch."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds since the clock was made."""
        return self._now - self._start

    def sleep(self, seconds: float) -> None:
        """Advance by this much."""
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass, stopping at each moment for which something is planned."""
        with self._advancing:
            end = self._now + max(seconds, 0.0)
            while self._planned and self._planned[0][0] <= end:
                moment, _, action = heapq.heappop(self._planned)
                self._pass(moment)
                action()
            self._pass(end)

    def at(self, moment: float, action: Callable[[], object]) -> None:
        """Plan an action for a moment, in seconds since the epoch; one that is past comes with the next advance."""
        heapq.heappush(self._planned, (moment, next(self._order), action))

    def on_advance(self, watcher: Callable[[float, float], None]) -> None:
        """Call `watcher(before, after)` whenever time has passed."""
        self._watchers.append(watcher)

    def _pass(self, moment: float) -> None:
        before = self._now
        if moment <= before:
            return
        self._now = moment
        for watcher in self._watchers:
            watcher(before, moment)
