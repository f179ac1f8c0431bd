"""Retention: which published versions of a function are kept, and why. Pure: what is known in, decisions out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..errors import PreflightError
from .alias_state import AliasState
from .description import Description
from .versions import StoredVersion

__all__ = ["DEFAULT_KEEP", "SMALLEST_KEEP", "Decision", "Holdings", "decide", "reason_to_keep", "reason_to_wait"]

DEFAULT_KEEP = 5
SMALLEST_KEEP = 2
"""The live version and one to go back to."""
_YOUNG_SECONDS = 24 * 60 * 60
"""Events wait up to a day for a version that was just replaced: EventBridge tries as long as that."""


@dataclass(frozen=True)
class Holdings:
    """What a function holds, and what holds on to it."""

    versions: tuple[StoredVersion, ...]
    """Published versions, oldest first."""
    aliases: Mapping[str, AliasState]
    stack_version: str
    """Version that the stack published last, which the next release takes."""
    provisioned: frozenset[str] = frozenset()
    """Qualifiers with provisioned concurrency. An alias among them keeps its versions by being one."""
    running: frozenset[str] = frozenset()
    """Versions with durable executions that have not ended."""


@dataclass(frozen=True)
class Decision:
    """What becomes of one version."""

    version: StoredVersion
    is_kept: bool
    reason: str


def decide(holdings: Holdings, keep: int, now: float) -> tuple[Decision, ...]:
    """Decide about every version, oldest first. `keep` is how many of the newest stay, `now` in seconds."""
    reasons = ((version, reason_to_keep(version, holdings, keep, now)) for version in holdings.versions)
    return tuple(
        Decision(version, is_kept=bool(reason), reason=reason or f"older than the newest {keep}, and nothing needs it")
        for version, reason in reasons
    )


def reason_to_keep(version: StoredVersion, holdings: Holdings, keep: int, now: float) -> str:
    """Return the first reason why a version stays; nothing if it may be deleted."""
    return next(_reasons(version, holdings, keep, now), "")


def reason_to_wait(aliases: Mapping[str, AliasState]) -> str:
    """Return why nothing of a function may be deleted now: a release is unfinished, or a record cannot be read."""
    for name, alias in sorted(aliases.items()):
        try:
            journal = Description.parse(alias.description).journal
        except PreflightError as error:
            return f"the alias `{name}`: {error.message}"
        if journal:
            return f"a release of the alias `{name}` to version {journal.to.number} is unfinished"
    return ""


def _reasons(version: StoredVersion, holdings: Holdings, keep: int, now: float) -> Iterator[str]:
    for name, alias in sorted(holdings.aliases.items()):
        if version.number in alias.versions:
            yield f"the alias `{name}` serves it"
        if version.number in _recorded(alias):
            yield f"the record of the alias `{name}` names it"
    if version.number == holdings.stack_version:
        yield "the stack published it last"
    if version.number in holdings.provisioned:
        yield "it has provisioned concurrency"
    if version.number in holdings.running:
        yield "durable executions are running on it"
    if version in holdings.versions[-keep:]:
        yield f"it is one of the newest {keep}"
    if now - version.modified < _YOUNG_SECONDS:
        yield "it is younger than a day"


def _recorded(alias: AliasState) -> tuple[str, ...]:
    """Return the versions that are live by the record, or were; none of a record that `reason_to_wait` is about."""
    record = Description.parse(alias.description).record
    return (record.live.number, *record.previous) if record else ()
