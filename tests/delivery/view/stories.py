"""Releases as their events tell them, for views to show; judged by the real judge."""

from dataclasses import replace

from lambdaform_delivery.release.events import Event, EventKind
from lambdaform_delivery.release.journal import Phase
from lambdaform_delivery.release.judge import Counts, Judgement, JudgeSettings, Minute, judge
from lambdaform_delivery.release.ramp import Ramp
from lambdaform_delivery.view.history import History

START = 1_900_000_020
"""2030-03-17 17:47:00 UTC, a full minute."""
JUDGE = JudgeSettings()


class Story:
    """One function in a release from version 7 to version 8. Each method lets something happen; `events` has all."""

    def __init__(self, function: str = "search", ramp: str = "5,25,50"):
        self.events: list[Event] = []
        self.now = float(START)
        self._ramp = Ramp.parse(ramp)
        self._minutes: list[Minute] = []
        self._weight_since = START
        self._state = Event(
            kind=EventKind.PLANNED,
            time=self.now,
            run="k3v9",
            function=function,
            function_name=f"{function}-1a2b3c4",
            alias="live",
            from_version="7",
            to_version="8",
            message="",
            phase=Phase.PROBE,
            steps=len(self._ramp.steps),
            ramp=self._ramp,
            revision_id="r-1",
        )

    @property
    def history(self) -> History:
        history = History()
        for event in self.events:
            history.add(event)
        return history

    def plan(self, message: str = "5, 25 and 50 % of the calls, then all: at least 12 min") -> Event:
        return self._tell(EventKind.PLANNED, message)

    def note(self, message: str) -> Event:
        return self._tell(EventKind.NOTE, message)

    def lock(self) -> Event:
        return self._tell(EventKind.LOCKED, "locked by release k3v9")

    def probe(self) -> Event:
        return self._tell(EventKind.PROBED, "30 of 30 probes of version 8 succeeded")

    def shift(self, step: int) -> Event:
        percentage = self._ramp.percentage_at(step)
        self._state = replace(self._state, phase=Phase.RAMP, step=step, percentage=percentage)
        self._weight_since = int(self.now)
        return self._tell(EventKind.SHIFTED, f"{percentage:g} % of the calls go to version 8")

    def pause(self, reason: str = "the ramp pauses here") -> Event:
        self._state = replace(self._state, phase=Phase.PAUSE)
        return self._tell(EventKind.PAUSED, reason)

    def swap(self) -> Event:
        self._state = replace(self._state, phase=Phase.WATCH, percentage=100.0)
        self._weight_since = int(self.now)
        return self._tell(EventKind.SWAPPED, "all calls go to version 8")

    def restore(self, reason: str = "worse") -> Event:
        self._state = replace(self._state, phase=Phase.BACK, percentage=0.0)
        return self._tell(EventKind.RESTORED, f"all calls go to version 7 again: {reason}")

    def promote(self) -> Event:
        self._state = replace(self._state, phase=Phase.COMMIT, percentage=100.0)
        return self._tell(EventKind.PROMOTED, "version 8 is live")

    def minute(self, canary: tuple[int, int] = (0, 0), baseline: tuple[int, int] = (0, 0)) -> Event:
        """Let a minute pass in which the versions had so many calls and errors, and judge it at once."""
        start = int(self.now) // 60 * 60
        counts = [Counts(calls, errors, calls // 20) for calls, errors in (canary, baseline)]
        self._minutes.append(Minute(start, settled=True, canary=counts[0], baseline=counts[1]))
        self.now += 60
        return self.look()

    def look(self, seconds: float = 0, seconds_left: float | None = 420.0) -> Event:
        """Judge what is there, some seconds later."""
        self.now += seconds
        judgement = judge(self._minutes, JUDGE, step_minutes_from=self._weight_since, now=int(self.now))
        return self._tell(
            EventKind.JUDGED,
            judgement.reason,
            judgement=judgement,
            minutes=tuple(self._minutes),
            seconds_left=seconds_left,
        )

    def _tell(
        self,
        kind: EventKind,
        message: str,
        judgement: Judgement | None = None,
        minutes: tuple[Minute, ...] = (),
        seconds_left: float | None = None,
    ) -> Event:
        event = replace(
            self._state,
            kind=kind,
            time=self.now,
            message=message,
            judgement=judgement,
            minutes=minutes,
            seconds_left=seconds_left,
        )
        self.events.append(event)
        return event


def healthy(function: str = "search") -> Story:
    """A release that is promoted after three steps."""
    story = Story(function)
    story.plan()
    story.lock()
    story.probe()
    for step, calls in enumerate((150, 750, 1500)):
        story.now += 1
        story.shift(step)
        for _ in range(3):
            story.minute((calls, 0), (3000 - calls, 2))
    story.swap()
    story.minute((3000, 2), (0, 0))
    story.promote()
    return story


def failing(function: str = "search") -> Story:
    """A release whose new version fails 5 % of its calls at the second step, and is rolled back."""
    story = Story(function)
    story.plan()
    story.note("the alarm `search-errors` is ALARM: it has no say in this release")
    story.lock()
    story.probe()
    story.shift(0)
    for _ in range(3):
        story.minute((150, 0), (2850, 3))
    story.shift(1)
    story.minute((750, 6), (2250, 2))
    story.minute((750, 38), (2250, 2))
    story.restore("the new version failed 44 of 1950 calls")
    return story
