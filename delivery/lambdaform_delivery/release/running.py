"""A release as it runs: lock, probe, ramp, swap, watch, commit; and the way back from any of them.

Several functions go step by step together, and all or none of them are released. The first one carries the decision for
all: it is the first to be written when it falls, and the last whose journal is cleared.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from ..errors import AccessError, LockedError, PreflightError, ReleaseError, UnsafeAliasError
from .account import CallError
from .clock import Clock
from .events import EventKind
from .journal import Phase
from .judge import Judgement, Verdict
from .live_alias import TakenError
from .member import Member
from .options import IfInconclusive, ReleaseOptions
from .outcome import FunctionOutcome, Outcome, Result
from .ramp import Ramp
from .schedule import seconds_left
from .telling import Teller

__all__ = ["Running", "outcome_of"]

_BEAT_SECONDS = 300
_MORE_ATTEMPTS = 3
"""How often a way back is begun anew after all the retries of its calls: it may not be given up early."""


@dataclass(eq=False)
class _SetbackError(Exception):
    """Why a release goes no further."""

    result: Result
    reason: str
    culprits: tuple[Member, ...] = ()
    """Functions whose new code is to blame, and is not to be released again."""


@dataclass(eq=False)
class _PausedError(Exception):
    reason: str


class Running:
    """The release of one or several functions, from wherever their journals are."""

    def __init__(
        self,
        members: Sequence[Member],
        ramp: Ramp,
        options: ReleaseOptions,
        clock: Clock,
        teller: Teller,
        cancelled: Callable[[], bool],
    ):
        self._members = tuple(members)
        self._ramp = ramp
        self._options = options
        self._clock = clock
        self._teller = teller
        self._cancelled = cancelled

    def run(self) -> Outcome:
        """Bring the release to an end: promoted, paused, or back where it began.

        Raise LockedError if somebody else has taken an alias, without touching that again.
        """
        try:
            self._advance()
        except _PausedError as paused:
            return self._outcome(Result.PAUSED, paused.reason, "--resume")
        except _SetbackError as setback:
            self._restore(setback.reason, setback.culprits)
            return self._outcome(setback.result, setback.reason)
        except (LockedError, UnsafeAliasError) as error:
            self._abandon(error)
            raise
        except KeyboardInterrupt:
            self._interrupted(ReleaseError("interrupted"))
            raise
        except Exception as error:
            raise self._interrupted(error) from error
        return self._outcome(Result.PROMOTED, "the new version serves all calls")

    def go_back(self) -> Outcome:
        """Bring an unfinished release to its end backward, unless it was decided that the new version stays."""
        if self._members[0].journal.phase is Phase.COMMIT:
            return self.run()
        told = "the unfinished release was taken back"
        self._restore(told, ())
        return self._outcome(Result.RESTORED, told)

    def _advance(self) -> None:
        phase = self._members[0].journal.phase
        if phase is Phase.BACK:
            raise _SetbackError(Result.ROLLED_BACK, "the release had been given up already")
        if phase is not Phase.COMMIT:
            self._lock()
            self._probe()
            self._climb()
            self._swap()
            self._await_capacity()
            self._watch()
        self._commit()

    def _lock(self) -> None:
        for member in self._members:
            member.lock()
            self._teller.tell(member, EventKind.LOCKED, f"locked by release {member.journal.run}")

    def _probe(self) -> None:
        for member in self._members:
            if member.journal.phase is not Phase.PROBE:
                continue
            self._check_cancelled()
            result = member.probe(self._options.probes, self._cancelled)
            self._check_cancelled()
            if result is None:
                self._teller.tell(member, EventKind.NOTE, "no probe is configured: the first calls will be users'")
                continue
            self._teller.tell(member, EventKind.PROBED, str(result))
            if not result.passed:
                told = f"version {member.to_version} of {member.target.name} got no calls: {result}"
                raise _SetbackError(Result.ROLLED_BACK, told, (member,))

    def _climb(self) -> None:
        for step in range(min(map(self._next_step, self._members)), len(self._ramp.steps)):
            if self._ramp.steps[step] is None:
                self._pause(step, "the ramp pauses here")
            for member in self._members:
                self._check_cancelled()
                if self._next_step(member) <= step and not self._stands_at(member, step):
                    member.shift(step)
                    told = f"{member.journal.percentage:g} % of the calls go to version {member.to_version}"
                    self._teller.tell(member, EventKind.SHIFTED, told)
            self._hold(step)

    def _next_step(self, member: Member) -> int:
        """Return the first step that a function has yet to prove itself at."""
        journal = member.journal
        if journal.phase is Phase.PROBE:
            return 0
        if member.is_swapped:
            return len(self._ramp.steps)
        return journal.step + (journal.phase is Phase.PAUSE and self._ramp.steps[journal.step] is None)

    def _stands_at(self, member: Member, step: int) -> bool:
        return (member.journal.phase, member.journal.step) == (Phase.RAMP, step)

    def _hold(self, step: int) -> None:
        """Hold the weight until every function passes; give up when one fails, or when time is up."""
        end = self._clock.monotonic() + self._options.maximum_hold_seconds
        while True:
            self._wait(self._options.poll_seconds)
            doubts = [
                (member, judgement.reason)
                for member, judgement in zip(self._members, self._judge(), strict=True)
                # A release that died while it swapped has functions with nothing left to compare with.
                if judgement.verdict is Verdict.UNKNOWN and not member.is_swapped
            ]
            if not doubts:
                return
            if self._clock.monotonic() >= end:
                self._inconclusive(step, self._joined(doubts))
                return

    def _judge(self) -> list[Judgement]:
        """Look at every function once; raise a setback for those that fail."""
        judgements = [self._judged(member) for member in self._members]
        failed = [
            (member, judgement.reason)
            for member, judgement in zip(self._members, judgements, strict=True)
            if judgement.verdict is Verdict.FAIL
        ]
        if failed:
            reason = self._joined(failed)
            raise _SetbackError(Result.ROLLED_BACK, reason, tuple(member for member, _ in failed))
        return judgements

    def _joined(self, reasons: Sequence[tuple[Member, str]]) -> str:
        """Return reasons as one, with names where there are several functions."""
        if len(self._members) == 1:
            return reasons[0][1]
        return "; ".join(f"{member.target.name}: {reason}" for member, reason in reasons)

    def _judged(self, member: Member) -> Judgement:
        try:
            member.look()
        except CallError as error:
            self._teller.tell(member, EventKind.NOTE, f"no metrics at the moment: {error.message}")
        judgement = member.judged(self._options.judge)
        left = seconds_left(member, self._options)
        self._teller.tell(member, EventKind.JUDGED, judgement.reason, judgement, left)
        if member.seconds_since_beat >= _BEAT_SECONDS:
            member.beat()
        return judgement

    def _inconclusive(self, step: int, doubt: str) -> None:
        reason = f"not decided after {self._options.maximum_hold_seconds / 60:g} minutes: {doubt}"
        if self._options.if_inconclusive is IfInconclusive.PAUSE:
            self._pause(step, reason)
        if self._options.if_inconclusive is IfInconclusive.ROLLBACK:
            raise _SetbackError(Result.INCONCLUSIVE, reason)
        for member in self._members:
            self._teller.tell(member, EventKind.NOTE, f"{reason}; promoted all the same, as asked")

    def _pause(self, step: int, reason: str) -> None:
        for member in self._members:
            if not member.is_swapped:
                member.pause(step)
            self._teller.tell(member, EventKind.PAUSED, reason)
        raise _PausedError(reason)

    def _swap(self) -> None:
        for member in self._members:
            self._check_cancelled()
            if not member.is_swapped:
                member.swap()
                self._teller.tell(member, EventKind.SWAPPED, f"all calls go to version {member.to_version}")

    def _await_capacity(self) -> None:
        """Wait until the new versions have the environments that are kept ready for their aliases."""
        end = self._clock.monotonic() + self._options.maximum_hold_seconds
        for member in self._members:
            while (capacity := member.capacity()).status == "IN_PROGRESS" and self._clock.monotonic() < end:
                self._wait(self._options.poll_seconds)
            if capacity.status != "READY":
                told = f"the {capacity.environments} environments of version {member.to_version} are {capacity.status}"
                raise _SetbackError(Result.INCONCLUSIVE, f"{told}: {capacity.reason or 'no reason given'}")

    def _watch(self) -> None:
        """Watch the new version for a while: it can still be taken back by one write."""
        end = self._clock.monotonic() + self._options.watch_seconds
        while (rest := end - self._clock.monotonic()) > 0:
            self._wait(min(rest, self._options.poll_seconds))
            self._judge()

    def _commit(self) -> None:
        self._decide(Phase.COMMIT, (), self._members)
        for member in self._members:
            self._teller.tell(member, EventKind.PROMOTED, f"version {member.to_version} is live")

    def _restore(self, reason: str, culprits: Sequence[Member]) -> None:
        """Take the release back; where that fails, say what the aliases serve and what to do."""
        try:
            self._decide_back(culprits)
        except LockedError:
            raise
        except ReleaseError as error:
            kind = AccessError if isinstance(error, AccessError) else UnsafeAliasError
            told = f"{reason}; the old version could not be restored: {error.message}; {self._serving()}"
            recipe = self._recipe("--if-unfinished")
            raise kind(told, error.hint if isinstance(error, UnsafeAliasError) else recipe) from error
        for member in self._members:
            told = f"all calls go to version {member.from_version} again: {reason}"
            self._teller.tell(member, EventKind.RESTORED, told)

    def _abandon(self, error: ReleaseError) -> None:
        """Take the other functions back when one is lost to somebody else, unless it is this release that goes on."""
        journal = self._members[0].journal
        if len(self._members) == 1 or journal.phase is Phase.COMMIT:
            return
        if isinstance(error, TakenError) and f"run={journal.run}." in error.found.description:
            return
        held = [member for member in self._members if member.is_held]
        with suppress(ReleaseError):
            self._decide(Phase.BACK, (), held)

    def _decide_back(self, culprits: Sequence[Member]) -> None:
        for _ in range(_MORE_ATTEMPTS):
            with suppress(CallError):
                self._decide(Phase.BACK, culprits, self._members)
                return
        self._decide(Phase.BACK, culprits, self._members)

    def _decide(self, phase: Phase, culprits: Sequence[Member], members: Sequence[Member]) -> None:
        """Write the decision, the first function first, and clear the journals, the first one last."""
        if len(members) == 1:
            members[0].finish(phase, condemned=bool(culprits))
            return
        problems: dict[Member, ReleaseError] = {}
        for member in members:
            try:
                member.decide(phase, condemned=member in culprits)
            except ReleaseError as error:
                if phase is Phase.COMMIT:
                    raise
                problems[member] = error  # the others are to be safe all the same
        # Functions that are lost to somebody else will never close; the decision need not wait for them.
        if all(isinstance(problem, LockedError | UnsafeAliasError) for problem in problems.values()):
            for member in reversed(members):
                if member not in problems:
                    member.close()
        if problems:
            raise next(iter(problems.values()))

    def _interrupted(self, error: Exception) -> ReleaseError:
        """Take the release back after something unforeseen, and say what the aliases serve then."""
        problem = error.message if isinstance(error, ReleaseError) else f"{type(error).__name__}: {error}"
        if self._members[0].journal.phase is Phase.COMMIT:
            return _retold(error, f"{problem}; the new version is live", self._recipe("--resume"))
        if not (isinstance(error, AccessError | PreflightError) and not any(each.is_held for each in self._members)):
            self._restore(problem, ())
        return _retold(error, f"{problem}; {self._serving()}", getattr(error, "hint", None))

    def _serving(self) -> str:
        return "; ".join(f"the alias of {member.target.name} serves {member.alias.state}" for member in self._members)

    def _wait(self, seconds: float) -> None:
        self._check_cancelled()
        self._clock.sleep(seconds)
        self._check_cancelled()

    def _check_cancelled(self) -> None:
        if self._cancelled():
            raise _SetbackError(Result.CANCELLED, "cancelled")

    def _recipe(self, option: str) -> str:
        command = "release" if option == "--resume" else "rollback"
        return f"lambdaform {command} {' '.join(member.target.name for member in self._members)} {option}"

    def _outcome(self, result: Result, reason: str, option: str = "") -> Outcome:
        recipe = self._recipe(option) if option else ""
        return outcome_of(result, reason, self._members, recipe)


def outcome_of(result: Result, reason: str, members: Sequence[Member], recipe: str = "") -> Outcome:
    """Return the end of a release of these functions."""
    functions = tuple(
        FunctionOutcome(
            member.target.name,
            member.target.function_name,
            member.target.alias,
            member.from_version,
            member.to_version,
            str(member.alias.state),
        )
        for member in members
    )
    return Outcome(result, reason, functions, members[0].journal.run if members else "", recipe)


def _retold(error: Exception, message: str, hint: str | None) -> ReleaseError:
    """Return the error with more to say, and its own exit code."""
    kind = type(error) if isinstance(error, ReleaseError) and not isinstance(error, CallError) else ReleaseError
    return kind(message, hint)
