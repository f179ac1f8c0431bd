"""Prune: delete published versions that nothing needs, before they fill the account's code storage."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..errors import AccessError, ReleaseInputError
from .account import Account, CallError
from .preflight import check_account
from .retention import DEFAULT_KEEP, SMALLEST_KEEP, Decision, Holdings, decide, reason_to_keep, reason_to_wait
from .target import ReleaseTarget
from .versions import StoredVersion, delete_version, list_aliases, list_versions

__all__ = ["CodeStorage", "Pruned", "prune", "read_code_storage"]

_REFERENCED = "ResourceConflictException"
_UNENDED = ("RUNNING", "PAUSING", "PAUSED")
_EXECUTION_VERSION = re.compile(r":function:[^:]+:([^:/]+)/durable-execution/")


@dataclass(frozen=True)
class Pruned:
    """What became of the versions of one function, or would become of them."""

    target: ReleaseTarget
    decisions: tuple[Decision, ...]
    """Every version, oldest first."""
    left_alone: str = ""
    """Why nothing of the function was considered; empty if it was."""

    @property
    def total_bytes(self) -> int:
        """Code storage of all versions before anything was deleted, without `$LATEST`."""
        return sum(each.version.size_bytes for each in self.decisions)

    @property
    def freed_bytes(self) -> int:
        """Code storage of the versions that are not kept."""
        return sum(each.version.size_bytes for each in self.decisions if not each.is_kept)


@dataclass(frozen=True)
class CodeStorage:
    """Code storage of an account in one region."""

    used_bytes: int
    limit_bytes: int


def prune(
    account: Account, targets: Sequence[ReleaseTarget], *, keep: int = DEFAULT_KEEP, delete: bool = False
) -> tuple[Pruned, ...]:
    """Plan what to delete of functions in the account's region, and with `delete` do it, oldest first.

    Kept are the `keep` newest versions (at least 2), those that an alias serves or a record names, the last one of the
    stack, and those younger than a day, with provisioned concurrency or with running durable executions. A function
    with an unfinished release is left alone. May be interrupted at any moment: the next one finds the rest.
    """
    if keep < SMALLEST_KEEP:
        raise ReleaseInputError(
            f"keep is {keep}: at least {SMALLEST_KEEP} versions stay, the live one and one to go back to"
        )
    return tuple(_pruned(account, target, keep, delete=delete) for target in targets)


def read_code_storage(account: Account) -> CodeStorage | None:
    """Return the account's code storage in the region; None where `GetAccountSettings` is not allowed."""
    try:
        answer = account.read("lambda", "GetAccountSettings")
    except AccessError:
        return None
    return CodeStorage(answer["AccountUsage"]["TotalCodeSize"], answer["AccountLimit"]["TotalCodeSize"])


def _pruned(account: Account, target: ReleaseTarget, keep: int, *, delete: bool) -> Pruned:
    check_account(account, target, None)
    holdings = _holdings(account, target)
    left_alone = reason_to_wait(holdings.aliases)
    if left_alone:
        kept = tuple(Decision(version, is_kept=True, reason=left_alone) for version in holdings.versions)
        return Pruned(target, kept, left_alone)
    decisions = decide(holdings, keep, account.now())
    if delete:
        decisions = tuple(
            each if each.is_kept else _deleted(account, target, holdings, each, keep) for each in decisions
        )
    return Pruned(target, decisions)


def _deleted(account: Account, target: ReleaseTarget, holdings: Holdings, decision: Decision, keep: int) -> Decision:
    """Delete a version unless an alias has come to need it since the plan was made; AWS has the last word."""
    version, now = decision.version, account.now()
    fresh = replace(holdings, aliases=list_aliases(account, target.function_name))
    reason = reason_to_wait(fresh.aliases) or reason_to_keep(version, fresh, keep, now)
    if reason:
        return Decision(version, is_kept=True, reason=reason)
    try:
        delete_version(account, target.function_name, version.number)
    except CallError as error:
        if error.code != _REFERENCED:
            raise
        return Decision(version, is_kept=True, reason=error.message)
    return decision


def _holdings(account: Account, target: ReleaseTarget) -> Holdings:
    versions = list_versions(account, target.function_name)
    return Holdings(
        versions=versions,
        aliases=list_aliases(account, target.function_name),
        stack_version=target.published_version,
        provisioned=_provisioned(account, target.function_name),
        running=_running(account, target.function_name, versions),
    )


def _provisioned(account: Account, function_name: str) -> frozenset[str]:
    key = "ProvisionedConcurrencyConfigs"
    listed = account.pages("lambda", "ListProvisionedConcurrencyConfigs", key, FunctionName=function_name)
    return frozenset(item["FunctionArn"].rpartition(":")[2] for item in listed)


def _running(account: Account, function_name: str, versions: Sequence[StoredVersion]) -> frozenset[str]:
    """Return the versions with durable executions that have not ended; asks only where a version is durable."""
    if not any(version.is_durable for version in versions):
        return frozenset()
    operation, key = "ListDurableExecutionsByFunction", "DurableExecutions"
    listed = account.pages("lambda", operation, key, FunctionName=function_name, Statuses=list(_UNENDED))
    found = (_EXECUTION_VERSION.search(item["DurableExecutionArn"]) for item in listed)
    return frozenset(match[1] for match in found if match)
