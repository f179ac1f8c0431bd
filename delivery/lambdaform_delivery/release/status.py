"""Where the functions of a stack stand: what each alias serves, its record, and a release that is unfinished."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..errors import PreflightError, UnsafeAliasError
from .account import Account, CallError
from .alias_state import AliasState
from .description import Description
from .journal import Journal
from .preflight import check_account
from .record import Record
from .target import ReleaseTarget
from .versions import list_versions

__all__ = ["FunctionStatus", "Unfinished", "status"]

_ABSENT = "ResourceNotFoundException"
_LATEST = "$LATEST"


@dataclass(frozen=True)
class Unfinished:
    """A release that has not come to its end: it runs, waits, or its process has died."""

    journal: Journal
    age_seconds: float
    """Since the release began."""
    quiet_seconds: float
    """Since its last sign of life."""
    names: tuple[str, ...]
    """The functions in it that were looked at, in its order."""

    @property
    def resume(self) -> str:
        """The command that goes on."""
        return f"lambdaform release {' '.join(self.names)} --resume"

    @property
    def restore(self) -> str:
        """The command that goes back."""
        return f"lambdaform rollback {' '.join(self.names)} --if-unfinished"


@dataclass(frozen=True)
class FunctionStatus:
    """One function."""

    target: ReleaseTarget
    state: AliasState | None
    """What the alias serves; None if there is no alias."""
    record: Record | None = None
    """None before the first release."""
    unfinished: Unfinished | None = None
    newer: tuple[str, ...] = ()
    """Published versions that are newer than the live one, oldest first."""
    danger: str = ""
    """Why somebody has to look; empty if the alias is in a safe state."""
    recipe: str = ""
    """What ends the danger."""
    notes: tuple[str, ...] = ()
    """What to know, though it is no danger."""

    @property
    def exit_code(self) -> int:
        """What the command line ends with for this function: 0, or 7 if somebody has to look."""
        return UnsafeAliasError.exit_code if self.danger else 0


def status(account: Account, targets: Sequence[ReleaseTarget]) -> tuple[FunctionStatus, ...]:
    """Look at functions in the account's region; reads alone, and needs `GetAlias` and `ListVersionsByFunction`.

    An alias is in danger if it is missing, serves `$LATEST`, is split without a journal, serves what its journal does
    not know, or has a record that cannot be read. Raises PreflightError with the credentials of another account.
    """
    found = [_looked_at(account, target) for target in targets]
    return tuple(_with_names(each, found) for each in found)


def _looked_at(account: Account, target: ReleaseTarget) -> FunctionStatus:
    check_account(account, target, None)
    try:
        answer = account.read("lambda", "GetAlias", FunctionName=target.function_name, Name=target.alias)
    except CallError as error:
        if error.code != _ABSENT:
            raise
        absent = f"there is no alias `{target.function_name}:{target.alias}`"
        return FunctionStatus(target, None, danger=absent, recipe="`pulumi up` makes it, and its permissions with it")
    state = AliasState.of(answer)
    numbers = [version.number for version in list_versions(account, target.function_name)]
    try:
        description = Description.parse(state.description)
    except PreflightError as error:
        newer = _newer(state, numbers, None)
        return FunctionStatus(target, state, newer=newer, danger=error.message, recipe=error.hint or "")
    danger, recipe = _danger(target, state, description)
    return FunctionStatus(
        target=target,
        state=state,
        record=description.record,
        unfinished=_unfinished(description.journal, account.now()) if description.journal else None,
        newer=_newer(state, numbers, description.journal),
        danger=danger,
        recipe=recipe,
        notes=tuple(_notes(state, description, numbers)),
    )


def _unfinished(journal: Journal, now: float) -> Unfinished:
    return Unfinished(journal, now - journal.started, now - journal.beat, ())


def _newer(state: AliasState, numbers: Sequence[str], journal: Journal | None) -> tuple[str, ...]:
    if not state.version.isdecimal():
        return tuple(numbers)
    known = {*state.versions, journal.to.number if journal else state.version}
    return tuple(number for number in numbers if int(number) > int(state.version) and number not in known)


def _danger(target: ReleaseTarget, state: AliasState, description: Description) -> tuple[str, str]:
    """Return what is not safe about an alias that exists and can be read, and what to do about it."""
    back = f"`lambdaform rollback {target.name}`"
    if _LATEST in state.versions:
        update = f"aws lambda update-alias --function-name {target.function_name} --name {target.alias}"
        return "the alias serves $LATEST, which changes under its callers", f"`{update} --function-version N`"
    if description.journal is None:
        split = f"the alias is split, and no release has done it: it serves {state}"
        return (split, f"{back} gives all calls to version {state.version}") if state.weights else ("", "")
    known = {description.journal.to.number, description.record.live.number if description.record else ""}
    strange = [number for number in state.versions if number not in known]
    if not strange:
        return "", ""
    return f"the unfinished release does not know version {strange[0]}, which the alias serves", f"{back} ends it"


def _notes(state: AliasState, description: Description, numbers: Sequence[str]) -> Iterator[str]:
    record = description.record
    if record is None:
        return
    if description.journal is None and record.live.number != state.version:
        yield f"somebody else has moved the alias: in the record, version {record.live.number} is live"
    if record.previous and record.previous[0] not in numbers:
        yield f"version {record.previous[0]}, to which `rollback` returns, does not exist any more"


def _with_names(one: FunctionStatus, found: Sequence[FunctionStatus]) -> FunctionStatus:
    """Name the functions that are in the same release."""
    if one.unfinished is None:
        return one
    run = one.unfinished.journal.run
    others = [(each.unfinished.journal, each.target.name) for each in found if each.unfinished]
    members = sorted((journal.member, name) for journal, name in others if journal.run == run)
    return replace(one, unfinished=replace(one.unfinished, names=tuple(name for _, name in members)))
