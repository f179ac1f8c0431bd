"""`release`: one or several functions to a new version, from preflight to the end, or on from where it stopped."""

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import boto3

from ..errors import ReleaseInputError
from .account import Account
from .candidate import check_choice
from .clock import Clock, SystemClock
from .events import EventKind, Listener
from .journal import Journal, Phase
from .member import Member
from .options import ReleaseOptions
from .outcome import Outcome, Result
from .preflight import Preflight, looked_up
from .ramp import Ramp
from .record import CodeVersion
from .reopening import Opened, check_complete, check_untouched, reopened
from .running import Running, outcome_of
from .schedule import expected_seconds
from .target import ReleaseTarget
from .telling import Teller

__all__ = ["accounts_of", "new_owner", "release"]

_RUN_BYTES = 3
_OWNER_BYTES = 2
_UNKNOWN = CodeVersion("new")
"""A version that a dry run has not published."""


def release(
    targets: Sequence[ReleaseTarget],
    options: ReleaseOptions | None = None,
    *,
    clock: Clock | None = None,
    session: Callable[[], Any] = boto3.Session,
    listen: Listener = lambda _event: None,
    cancelled: Callable[[], bool] = lambda: False,
    folder: Path | None = None,
) -> Outcome:
    """Release functions to their new versions, all or none, and return how it ended.

    The credentials are those of `session`, the events of probes are read in `folder` (default: here). `cancelled` is
    asked between any two calls; once it says yes, the old versions get all calls back. A release whose process dies is
    continued with `ReleaseOptions(resume=True)` or taken back with `rollback(targets, if_unfinished=True)`.

    Raise ReleaseInputError, PreflightError and LockedError before anything was shifted; LockedError also when somebody
    else moves the alias meanwhile, which is then left alone; AccessError and UnsafeAliasError as they say.
    """
    options, clock, folder = options or ReleaseOptions(), clock or SystemClock(), folder or Path.cwd()
    if not targets:
        raise ReleaseInputError("no function is named", "name at least one")
    check_choice(targets, options)
    accounts = accounts_of(targets, clock, session)
    teller = Teller(listen, clock)
    opened = reopened(accounts, targets, folder, options.expect_account) if options.resume else {}
    if options.resume and not opened:
        return Outcome(Result.NOTHING_TO_DO, "no release is unfinished", ())
    if opened:
        check_complete(list(opened.values()), targets)
        check_untouched(opened.values())
    members = _members(accounts, targets, options, folder, opened)
    _announce(members, options, teller)
    waiting = [member for member in members if member.to_version != member.from_version]
    if options.dry_run:
        return outcome_of(Result.PLANNED, "nothing was written", waiting)
    if not waiting:
        return outcome_of(Result.NOTHING_TO_DO, "the newest versions serve already", members)
    return Running(waiting, waiting[0].journal.ramp, options, clock, teller, cancelled).run()


def accounts_of(targets: Sequence[ReleaseTarget], clock: Clock, session: Callable[[], Any]) -> dict[str, Account]:
    """Return the account of each target's region, one for those that share it."""
    return {region: Account(region, clock, session) for region in {target.region for target in targets}}


def new_owner() -> str:
    """Return a name for this process, unlike that of any other that may work on the same release."""
    return secrets.token_hex(_OWNER_BYTES)


def _members(
    accounts: dict[str, Account],
    targets: Sequence[ReleaseTarget],
    options: ReleaseOptions,
    folder: Path,
    opened: dict[str, Opened],
) -> list[Member]:
    """Return the functions as members: with the journals they have, or with new ones of the same release."""
    begun = next((each.journal for each in opened.values()), None)
    run, owner = begun.run if begun else secrets.token_hex(_RUN_BYTES), new_owner()
    known = [_reopened_member(accounts[each.target.region], each, owner) for each in opened.values()]
    if begun and (len(known) == begun.members or begun.phase in (Phase.COMMIT, Phase.BACK)):
        return known
    # A new release, or one that ended while it was taking its locks.
    ramp = begun.ramp if begun else _ramp(targets, options)
    rest = [target for target in targets if target.name not in opened]
    found = [looked_up(accounts[target.region], target, options, ramp, folder) for target in rest]
    moving = [each.target.name for each in found if not each.is_live]
    names = [target.name for target in targets if target.name in moving or target.name in opened]
    for each in found:
        account, name = accounts[each.target.region], each.target.name
        place = names.index(name) + 1 if name in names else 0
        known.append(_member(account, each, _journal(each, run, owner, ramp, place, len(names), int(account.now()))))
    return sorted(known, key=lambda member: member.journal.member)


def _reopened_member(account: Account, opened: Opened, owner: str) -> Member:
    return opened.member(account, owner, opened.history(account))


def _ramp(targets: Sequence[ReleaseTarget], options: ReleaseOptions) -> Ramp:
    ramps = {options.ramp} if options.ramp is not None else {target.ramp for target in targets}
    if len(ramps) > 1:
        raise ReleaseInputError(
            f"the functions have different ramps, {' and '.join(f'`{ramp}`' for ramp in sorted(ramps))}",
            "give one for all with --ramp, or release them one by one",
        )
    return Ramp.parse(ramps.pop())


def _journal(found: Preflight, run: str, owner: str, ramp: Ramp, place: int, places: int, now: int) -> Journal:
    return Journal(
        run=run,
        owner=owner,
        to=found.candidate.code if found.candidate else _UNKNOWN,
        ramp=ramp,
        member=place,
        members=places,
        started=now,
        phase=Phase.PROBE,
        beat=now,
        alarms=found.alarms_mask,
    )


def _member(account: Account, found: Preflight, journal: Journal) -> Member:
    return Member(account, found.target, found.alias, found.record, journal, found.history, found.event, found.notes)


def _announce(members: Sequence[Member], options: ReleaseOptions, teller: Teller) -> None:
    for member in members:
        if member.to_version == member.from_version:
            teller.tell(member, EventKind.NOTE, f"version {member.to_version} serves already")
            continue
        ramp = member.journal.ramp
        seconds = expected_seconds(ramp, member.history, options)
        told = f"version {member.from_version} to {member.to_version}, {ramp}" + _about(seconds)
        teller.tell(member, EventKind.PLANNED, told, seconds_left=seconds)
        for note in member.notes:
            teller.tell(member, EventKind.NOTE, note)


def _about(seconds: float | None) -> str:
    if seconds is None:
        return ": the traffic is too thin to judge by, it may end inconclusive"
    return f", about {max(1, round(seconds / 60))} min by the present traffic"
