"""Reopening: the members of an unfinished release, read back from the journals in their aliases."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import LockedError, PreflightError
from .account import Account
from .alias_state import AliasState
from .journal import Journal, Phase
from .live_alias import LiveAlias
from .member import Member
from .metrics import AliasMetrics, History
from .preflight import check_account, check_alias, check_owner
from .probes import read_event
from .record import Record
from .target import ReleaseTarget

__all__ = ["Opened", "check_complete", "check_untouched", "reopened"]

_PERCENT = 100


@dataclass(frozen=True)
class Opened:
    """A function whose alias carries a journal."""

    target: ReleaseTarget
    alias: LiveAlias
    record: Record
    journal: Journal
    event: bytes | None

    def member(self, account: Account, owner: str, history: History) -> Member:
        """Return the function as a member that belongs to this process from its next write on."""
        journal = replace(self.journal, owner=owner)
        return Member(account, self.target, self.alias, self.record, journal, history, self.event)

    def history(self, account: Account) -> History:
        """Return the day before the release began: what it found normal then stays normal."""
        return AliasMetrics(account, self.target.function_name, self.target.alias).history(self.journal.started)


def reopened(
    accounts: Mapping[str, Account],
    targets: Sequence[ReleaseTarget],
    folder: Path | None,
    expect_account: str | None,
) -> dict[str, Opened]:
    """Return those functions whose release is unfinished, by name, in the order of that release.

    Without a `folder` no probe is read: to go back needs none. Raise LockedError if the journals are of different
    releases, and PreflightError if functions of the release are not named.
    """
    found = [_opened(accounts[target.region], target, folder, expect_account) for target in targets]
    opened = sorted((each for each in found if each), key=lambda each: each.journal.member)
    if len({each.journal.run for each in opened}) > 1:
        names = ", ".join(f"{each.target.name}: {each.journal.run}" for each in opened)
        raise LockedError(f"the functions are in different releases ({names})", "name those of one release")
    return {each.target.name: each for each in opened}


def check_complete(opened: Sequence[Opened], targets: Sequence[ReleaseTarget]) -> None:
    """Raise PreflightError if the release has functions that are not named: they go all together or not at all."""
    journal = opened[0].journal
    # Before any of them has moved, nothing can have been decided: locks that were left alone need no first one.
    is_moved = any(each.journal.phase is not Phase.PROBE for each in opened)
    if journal.members > len(targets) or (journal.member != 1 and is_moved):
        raise PreflightError(
            f"release {journal.run} has {journal.members} functions: the one with the decision, its first, and all "
            "others have to be named",
            "name the same functions as when it began; or take each back alone, `lambdaform rollback NAME --to N`",
        )


def check_untouched(opened: Iterable[Opened]) -> None:
    """Raise LockedError if an alias serves something else than its journal says: every write has both at once."""
    for each in opened:
        now, written = each.alias.state, _written(each)
        if not now.is_same_as(written):
            raise LockedError(
                f"`{each.target.function_name}:{each.target.alias}` was moved by hand: it serves {now}, and its "
                f"journal says {written}",
                f"`lambdaform rollback {each.target.name}` gives all calls to version {each.record.live.number} and "
                "ends the release",
            )


def _written(opened: Opened) -> AliasState:
    """Return the alias as the release has left it."""
    journal, state = opened.journal, opened.alias.state
    old, new = opened.record.live.number, journal.to.number
    is_split = journal.phase in (Phase.RAMP, Phase.PAUSE) and journal.percentage > 0
    return replace(
        state,
        version=new if journal.phase in (Phase.WATCH, Phase.COMMIT) else old,
        weights={new: journal.percentage / _PERCENT} if is_split else {},
    )


def _opened(account: Account, target: ReleaseTarget, folder: Path | None, expect_account: str | None) -> Opened | None:
    check_owner(target)
    check_account(account, target, expect_account)
    alias = check_alias(account, target)
    said = alias.description
    if said.journal is None or said.record is None:
        return None
    event = read_event(target, folder) if folder else None
    return Opened(target, alias, said.record, said.journal, event)
