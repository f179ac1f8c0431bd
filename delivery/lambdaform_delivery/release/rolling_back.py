"""`rollback`: one write per alias, back to the version that served before. It needs two permissions and no judge."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import boto3

from ..errors import PreflightError, ReleaseError, ReleaseInputError
from .account import Account
from .clock import Clock, SystemClock
from .description import Description
from .events import Event, EventKind, Listener
from .live_alias import LiveAlias
from .metrics import NO_HISTORY
from .options import ReleaseOptions
from .outcome import FunctionOutcome, Outcome, Result
from .preflight import check_account, check_alias, check_owner
from .record import CodeVersion, Record
from .releasing import accounts_of, new_owner
from .reopening import Opened, check_complete, check_untouched, reopened
from .running import Running
from .target import ReleaseTarget
from .telling import Teller

__all__ = ["rollback"]

_WAKE_TIMEOUT_SECONDS = 60
_POLL_SECONDS = 1.0


@dataclass(frozen=True)
class _Way:
    """Where one alias goes back to."""

    account: Account
    target: ReleaseTarget
    alias: LiveAlias
    record: Record
    number: str


def rollback(
    targets: Sequence[ReleaseTarget],
    *,
    to: str | None = None,
    if_unfinished: bool = False,
    expect_account: str | None = None,
    clock: Clock | None = None,
    session: Callable[[], Any] = boto3.Session,
    listen: Listener = lambda _event: None,
) -> Outcome:
    """Give all calls back to the version that served before, and return what was done.

    An unfinished release is taken back as a whole. Otherwise the version that is live is condemned and the one before
    it serves again, or `to`, for one function and one that has served. Repeated, it does nothing. With `if_unfinished`
    only an unfinished release is taken back, and one whose alias somebody has moved meanwhile is left to them: the last
    step of every pipeline.

    Raise ReleaseInputError and PreflightError with nothing changed, LockedError if somebody else moves the alias.
    """
    clock = clock or SystemClock()
    _check_choice(targets, to, if_unfinished=if_unfinished)
    accounts = accounts_of(targets, clock, session)
    opened = {} if to else reopened(accounts, targets, None, expect_account)
    teller = Teller(listen, clock)
    if opened:
        check_complete(list(opened.values()), targets)
        if if_unfinished:
            check_untouched(opened.values())
        return _taken_back(accounts, list(opened.values()), clock, teller)
    if if_unfinished:
        return Outcome(Result.NOTHING_TO_DO, "no release is unfinished", ())
    ways = [_way_back(accounts[target.region], target, to, expect_account) for target in targets]
    return _summed([_moved_back(way, teller) for way in ways])


def _check_choice(targets: Sequence[ReleaseTarget], to: str | None, *, if_unfinished: bool) -> None:
    if not targets:
        raise ReleaseInputError("no function is named", "name at least one")
    if to is None:
        return
    if if_unfinished:
        raise ReleaseInputError("`--to` and `--if-unfinished` contradict each other", "give one of them")
    if len(targets) > 1:
        raise ReleaseInputError(f"`--to` is for one function, {len(targets)} are named", "roll them back one by one")
    if not to.isdecimal():
        raise ReleaseInputError(f"`--to {to}` is no version", "give a number; `lambdaform status` lists them")


def _taken_back(accounts: Mapping[str, Account], opened: Sequence[Opened], clock: Clock, teller: Teller) -> Outcome:
    owner = new_owner()
    members = [each.member(accounts[each.target.region], owner, NO_HISTORY) for each in opened]
    return Running(members, members[0].journal.ramp, ReleaseOptions(), clock, teller, lambda: False).go_back()


def _way_back(account: Account, target: ReleaseTarget, to: str | None, expect_account: str | None) -> _Way:
    """Find where one alias goes back to; nothing is written yet."""
    check_owner(target)
    check_account(account, target, expect_account)
    alias = check_alias(account, target)
    live, said = alias.state.version, alias.description
    record = said.record or Record(CodeVersion(live))
    if record.live.number != live:
        # Somebody has moved it by other means since: that version is the one to go back from.
        record = record.promoted(CodeVersion(live))
    number = _destination(target, live, record, split=bool(alias.state.weights), to=to)
    return _Way(account, target, alias, record, number)


def _moved_back(way: _Way, teller: Teller) -> tuple[str, FunctionOutcome]:
    """Bring one alias back; return what was done and what it serves."""
    alias, target, number, record = way.alias, way.target, way.number, way.record
    before, said = alias.state, alias.description
    if number == before.version and not before.weights and said.journal is None:
        return "", _outcome(target, alias, before.version)
    if number != before.version:
        _wake(way.account, target, number)
        record = record.rolled_back(number)
    alias.write(number, {}, Description(said.text, record))
    teller.pass_on(_restored(way, before.version))
    return f"{target.name}: all calls go to version {number}", _outcome(target, alias, before.version)


def _restored(way: _Way, before: str) -> Event:
    target = way.target
    return Event(
        kind=EventKind.RESTORED,
        time=way.account.clock.now(),
        run="",
        function=target.name,
        function_name=target.function_name,
        alias=target.alias,
        from_version=way.number,
        to_version=before,
        message=f"all calls go to version {way.number}",
        revision_id=way.alias.state.revision_id,
    )


def _destination(target: ReleaseTarget, live: str, record: Record, *, split: bool, to: str | None) -> str:
    """Return the version that is to serve; raise PreflightError if it is not known to have served."""
    if to is not None:
        if to not in (live, *record.previous):
            known = ", ".join(record.previous) or "none"
            raise PreflightError(
                f"version {to} of `{target.name}` is not among those known to have served before ({known})",
                f"`lambdaform release {target.name} --version {to}` tries it before it gets calls",
            )
        return to
    if split or record.is_rolled_back:
        return live
    if not record.previous:
        raise PreflightError(
            f"`{target.name}` has no version that served before {live}: nothing to go back to",
            "release a version that works; `lambdaform status` lists those there are",
        )
    return record.previous[0]


def _wake(account: Account, target: ReleaseTarget, number: str) -> None:
    """Wait for a version that was idle for so long that Lambda has put it away; never stand in the way otherwise."""
    end = account.clock.monotonic() + _WAKE_TIMEOUT_SECONDS
    try:
        while account.clock.monotonic() < end:
            version = account.read(
                "lambda", "GetFunctionConfiguration", FunctionName=target.function_name, Qualifier=number
            )
            if version.get("State", "Active") not in ("Inactive", "Pending"):
                return
            if version["State"] == "Inactive":
                account.invoke(version["Timeout"], FunctionName=target.function_name, Qualifier=number, Payload=b"{}")
            account.clock.sleep(_POLL_SECONDS)
    except ReleaseError:
        return


def _summed(done: Sequence[tuple[str, FunctionOutcome]]) -> Outcome:
    functions = tuple(outcome for _, outcome in done)
    told = "; ".join(what for what, _ in done if what)
    if told:
        return Outcome(Result.RESTORED, told, functions)
    serving = "; ".join(f"{outcome.name} serves {outcome.serves}" for outcome in functions)
    return Outcome(Result.NOTHING_TO_DO, f"rolled back already: {serving}; to go further back, say --to", functions)


def _outcome(target: ReleaseTarget, alias: LiveAlias, before: str) -> FunctionOutcome:
    return FunctionOutcome(
        target.name, target.function_name, target.alias, before, alias.state.version, str(alias.state)
    )
