"""What the events of a release have told so far, function by function."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ..release.events import Event, EventKind
from ..release.journal import Phase
from ..release.judge import Counts, Judgement, Minute

__all__ = ["FunctionHistory", "History", "Period"]

_ALL = 100.0
_HALF_A_MINUTE = 30
_BY_KIND = {EventKind.SWAPPED: _ALL, EventKind.PROMOTED: _ALL, EventKind.RESTORED: 0.0}
_BY_PHASE = {Phase.PROBE: 0.0, Phase.WATCH: _ALL, Phase.COMMIT: _ALL, Phase.BACK: 0.0}


@dataclass(frozen=True)
class Period:
    """A time at one weight, with the minutes of which most lies in it."""

    percentage: float
    """Configured share of the new version, 0 to 100."""
    start: float
    """Seconds since the epoch."""
    end: float | None
    """None while it lasts."""
    minutes: tuple[Minute, ...]
    judgement: Judgement | None
    """The last one in it; None before anything was judged."""

    @property
    def canary(self) -> Counts:
        """Calls of the new version."""
        return _sum([minute.canary for minute in self.minutes])

    @property
    def baseline(self) -> Counts:
        """Calls of the old version."""
        return _sum([minute.baseline for minute in self.minutes])

    @property
    def realised_percentage(self) -> float | None:
        """The share of the calls that the new version really got, 0 to 100; None without calls."""
        calls = self.canary.invocations + self.baseline.invocations
        return self.canary.invocations / calls * 100 if calls else None


@dataclass(frozen=True)
class FunctionHistory:
    """The events of one function, at least one, in order; only the last judged one has its minutes."""

    events: tuple[Event, ...]

    @property
    def last(self) -> Event:
        """The newest event."""
        return self.events[-1]

    @property
    def judged(self) -> Event | None:
        """The newest event with a judgement."""
        return next((event for event in reversed(self.events) if event.judgement), None)

    @property
    def minutes(self) -> tuple[Minute, ...]:
        """All minutes, by what the newest judgement was made of, in order."""
        judged = self.judged
        return tuple(sorted(judged.minutes, key=lambda minute: minute.start)) if judged else ()

    @property
    def periods(self) -> tuple[Period, ...]:
        """The times between two changes of the weight, in order; not the time before the first one."""
        borders = (*self._starts(), len(self.events))
        return tuple(self._period(self.events[start:end], end) for start, end in pairwise(borders))

    @property
    def percentage(self) -> float:
        """Configured share of the new version now, as far as the events tell, 0 to 100."""
        periods = self.periods
        return periods[-1].percentage if periods else 0.0

    @property
    def is_touched(self) -> bool:
        """Whether this release has written to the alias, or an earlier run of it."""
        return any(event.kind not in (EventKind.PLANNED, EventKind.NOTE) for event in self.events)

    @property
    def is_restored(self) -> bool:
        """Whether the old version was given all calls back, and nothing came after that."""
        return self.last.kind is EventKind.RESTORED

    @property
    def serves(self) -> str:
        """Where the calls go, such as `version 7, 25 % to version 8`."""
        percentage = self.percentage
        if percentage in (0.0, _ALL):
            return f"version {self.last.to_version if percentage else self.last.from_version}"
        return f"version {self.last.from_version}, {percentage:g} % to version {self.last.to_version}"

    def _starts(self) -> list[int]:
        """Return the indexes of the events that tell of another weight than those before."""
        starts, present = list[int](), 0.0
        for index, event in enumerate(self.events):
            percentage = configured_percentage(event)
            if percentage is not None and percentage != present:
                starts.append(index)
                present = percentage
        return starts

    def _period(self, events: Sequence[Event], following: int) -> Period:
        start, end = events[0].time, self.events[following].time if following < len(self.events) else None
        return Period(
            percentage=configured_percentage(events[0]) or 0.0,
            start=start,
            end=end,
            minutes=tuple(minute for minute in self.minutes if _is_in(minute, start, end)),
            judgement=next((event.judgement for event in reversed(events) if event.judgement), None),
        )


class History:
    """Collects events; cheap enough for a release of days, because older minutes are not kept."""

    def __init__(self) -> None:
        self._events: dict[str, list[Event]] = {}

    def __repr__(self) -> str:
        return f"History({', '.join(str(each.last.function) for each in self.functions)})"

    def add(self, event: Event) -> None:
        """Remember one event."""
        events = self._events.setdefault(event.function, [])
        if event.minutes:
            events[:] = [replace(each, minutes=()) if each.minutes else each for each in events]
        events.append(event)

    @property
    def functions(self) -> tuple[FunctionHistory, ...]:
        """What is known of each function, in the order in which they were first heard of."""
        return tuple(FunctionHistory(tuple(events)) for events in tuple(self._events.values()))


def configured_percentage(event: Event) -> float | None:
    """Return the share of the new version that the alias is set to; None where the event does not tell."""
    if event.kind in _BY_KIND:
        return _BY_KIND[event.kind]
    if event.phase and event.phase in _BY_PHASE:
        return _BY_PHASE[event.phase]
    tells = event.phase is not None or event.kind in (EventKind.SHIFTED, EventKind.JUDGED)
    return event.percentage if tells else None


def _is_in(minute: Minute, start: float, end: float | None) -> bool:
    middle = minute.start + _HALF_A_MINUTE
    return start <= middle and (end is None or middle < end)


def _sum(counts: Sequence[Counts]) -> Counts:
    slow = [each.slow for each in counts if each.slow is not None]
    calls = sum(max(each.invocations, each.errors) for each in counts)
    return Counts(calls, sum(each.errors for each in counts), sum(slow) if slow else None)
