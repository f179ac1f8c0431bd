"""One function in a release: its alias with journal and record, and how far it has come.

Every change is one write of the whole alias, in an order that keeps it safe: whatever happens between two writes, the
alias serves a version that has served before, one whose probes passed, or a split whose primary is one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from .account import Account
from .alias_state import AliasState
from .candidate import published
from .capacity import Capacity, read_capacity
from .description import Description
from .journal import Journal, Phase
from .judge import AlarmChange, Judgement, JudgeSettings, judge
from .live_alias import LiveAlias
from .metrics import AliasMetrics, History, Reading
from .preflight import alarm_states, error_budget
from .probes import ProbeResult, allowed_failures, probe
from .record import Record
from .target import ReleaseTarget

__all__ = ["Member"]

_PERCENT = 100


class Member:
    """A function that is being released. `journal` is what this process has last written, or is about to."""

    def __init__(
        self,
        account: Account,
        target: ReleaseTarget,
        alias: LiveAlias,
        record: Record,
        journal: Journal,
        history: History,
        event: bytes | None,
        notes: Sequence[str] = (),
    ):
        self.target = target
        self.alias = alias
        self.record = record
        """As it was before the release: `live` is the version that is released from."""
        self.journal = journal
        self.history = history
        self.reading = Reading((), complete=False)
        """What CloudWatch last said."""
        self.notes = tuple(notes)
        """What preflight found worth knowing."""
        self._event = event
        self._alarms: tuple[AlarmChange, ...] = ()
        self._account = account
        self._metrics = AliasMetrics(account, target.function_name, target.alias)
        self._text = alias.description.text

    def __repr__(self) -> str:
        return f"Member({self.target}, {self.journal.phase} {self.journal.step})"

    @property
    def from_version(self) -> str:
        """Version that was live before."""
        return self.record.live.number

    @property
    def to_version(self) -> str:
        """Version that is released."""
        return self.journal.to.number

    @property
    def is_swapped(self) -> bool:
        """Whether the new version has all calls."""
        return self.journal.phase in (Phase.WATCH, Phase.COMMIT)

    @property
    def is_held(self) -> bool:
        """Whether the alias carries the journal of this process, as far as it knows."""
        journal = self.alias.description.journal
        return journal is not None and journal.owner == self.journal.owner

    @property
    def percentage(self) -> float:
        """Share of the calls that the new version has by configuration, 0 to 100."""
        if self.is_swapped:
            return 100.0
        return self.journal.percentage if self.journal.phase in (Phase.RAMP, Phase.PAUSE) else 0.0

    @property
    def seconds_at_weight(self) -> float:
        """How long the present weight has been in effect; 0 before there is one."""
        return self._account.now() - self.journal.since if self.journal.since else 0.0

    @property
    def seconds_since_beat(self) -> float:
        """How long ago the journal was written."""
        return self._account.now() - self.journal.beat

    def lock(self) -> None:
        """Write the journal into the alias, which goes on serving what it serves: whoever comes second loses.

        Raises PreflightError if there is no room for what may have to be written later.
        """
        str(Description(self._text, self.record.condemned(self.journal.to), self.journal.at_its_longest()))
        state = self.alias.state
        self._write(state.version, state.weights, replace(self.journal, beat=self._now()))

    def shift(self, step: int) -> None:
        """Give the new version the share of a step."""
        now = self._now()
        journal = replace(self.journal, phase=Phase.RAMP, step=step, since=now, beat=now)
        self._write(self.from_version, {self.to_version: journal.percentage / _PERCENT}, journal)

    def pause(self, step: int) -> None:
        """Leave the split as it is until somebody resumes."""
        journal = replace(self.journal, phase=Phase.PAUSE, step=step, beat=self._now())
        self._write(self.alias.state.version, self.alias.state.weights, journal)

    def swap(self) -> None:
        """Give the new version all calls."""
        now = self._now()
        self._write(self.to_version, {}, replace(self.journal, phase=Phase.WATCH, since=now, beat=now))

    def decide(self, phase: Phase, *, condemned: bool = False) -> None:
        """Note that the release is over, forward (`COMMIT`) or backward (`BACK`), and serve what that means."""
        if condemned:
            self.record = self.record.condemned(self.journal.to)
        serving = self.to_version if phase is Phase.COMMIT else self.from_version
        self._write(serving, {}, replace(self.journal, phase=phase, beat=self._now()))

    def close(self) -> None:
        """Clear the journal, and leave the record of what was decided."""
        forward = self.journal.phase is Phase.COMMIT
        record = self.record.promoted(self.journal.to) if forward else self.record
        self.alias.write(self.alias.state.version, {}, Description(self._text, record))

    def finish(self, phase: Phase, *, condemned: bool = False) -> None:
        """Decide and close in one write, for a release of one function."""
        if condemned:
            self.record = self.record.condemned(self.journal.to)
        self.journal = replace(self.journal, phase=phase)
        forward = phase is Phase.COMMIT
        record = self.record.promoted(self.journal.to) if forward else self.record
        self.alias.write(self.to_version if forward else self.from_version, {}, Description(self._text, record))

    def beat(self) -> None:
        """Show that the release is alive."""
        state = self.alias.state
        self._write(state.version, state.weights, replace(self.journal, beat=self._now()))

    def probe(self, calls: int, cancelled: Callable[[], bool]) -> ProbeResult | None:
        """Call the new version with the event of the function's probe; None if it has none."""
        if self._event is None:
            return None
        version = published(self._account, self.target, self.to_version)
        allowed = allowed_failures(self.history.error_rate)
        return probe(self._account, self.target, version, self._event, calls, allowed, cancelled)

    def capacity(self) -> Capacity:
        """Return what is kept ready for the alias."""
        return read_capacity(self._account, self.target)

    def look(self) -> None:
        """Read what CloudWatch says by now; where it says nothing, what was read before is kept as incomplete."""
        swapped = self.journal.since if self.is_swapped else None
        self.reading = replace(self.reading, complete=False)
        self._alarms = self._changes()
        self.reading = self._metrics.minutes(
            self.to_version, self.from_version, self.journal.started, self.history, swapped
        )

    def judged(self, settings: JudgeSettings) -> Judgement:
        """Judge what was last read."""
        return judge(
            self.reading.minutes,
            replace(settings, error_budget=error_budget(self.history, settings)),
            step_minutes_from=self.journal.since,
            now=self._now(),
            alarms=self._alarms,
            complete=self.reading.complete,
        )

    def _changes(self) -> tuple[AlarmChange, ...]:
        """Return the alarms that were OK when the release began, as they are now."""
        names = [name for index, name in enumerate(self.target.alarm_names) if self.journal.alarms >> index & 1]
        states = alarm_states(self._account, names)
        return tuple(AlarmChange(name, "OK", state) for name, state in zip(names, states, strict=True))

    def _write(self, version: str, weights: Mapping[str, float], journal: Journal) -> AliasState:
        written = self.alias.write(version, weights, Description(self._text, self.record, journal))
        self.journal = journal
        return written

    def _now(self) -> int:
        return int(self._account.now())
