"""What a function has published, and which aliases refer to it: lists of AWS, read to their end."""

import re
from dataclasses import dataclass
from datetime import datetime

from ..errors import ReleaseInputError
from .account import Account
from .alias_state import AliasState

__all__ = ["StoredVersion", "delete_version", "list_aliases", "list_versions"]

_LATEST = "$LATEST"
_NUMBER = re.compile(r"[1-9][0-9]*")
_NAME = re.compile(r"[a-zA-Z0-9-_]{1,64}")


@dataclass(frozen=True)
class StoredVersion:
    """A published version, which takes storage until it is deleted."""

    number: str
    size_bytes: int
    """Size of its package, as it counts towards the account's code storage. 0 for an image, which lies elsewhere."""
    modified: float
    """LastModified in seconds since the epoch: when it was published, or its code was uploaded before that."""
    is_durable: bool = False
    """Whether it can have durable executions, which only this version can go on with."""

    def __str__(self) -> str:
        return f"version {self.number}"


def list_versions(account: Account, function_name: str) -> tuple[StoredVersion, ...]:
    """Return the published versions, oldest first, without `$LATEST`."""
    listed = account.pages("lambda", "ListVersionsByFunction", "Versions", FunctionName=function_name)
    versions = [
        StoredVersion(
            number=item["Version"],
            size_bytes=item["CodeSize"],
            modified=datetime.fromisoformat(item["LastModified"]).timestamp(),
            is_durable="DurableConfig" in item,
        )
        for item in listed
        if item["Version"] != _LATEST
    ]
    return tuple(sorted(versions, key=lambda version: int(version.number)))


def list_aliases(account: Account, function_name: str) -> dict[str, AliasState]:
    """Return all aliases of a function by name."""
    listed = account.pages("lambda", "ListAliases", "Aliases", FunctionName=function_name)
    return {item["Name"]: AliasState.of(item) for item in listed}


def delete_version(account: Account, function_name: str, number: str) -> None:
    """Delete one published version; one that is gone is no error.

    Raises ReleaseInputError unless function and number are what they should be: without a number the same call deletes
    the function. Raises `CallError` where an alias still refers to it.
    """
    if not _NUMBER.fullmatch(number) or not _NAME.fullmatch(function_name):
        raise ReleaseInputError(
            f"`{number}` of `{function_name}` is not deleted: only numbered versions of a function named without "
            "qualifier are, for everything else may be the function itself"
        )
    # May be repeated after a lost answer: no number is ever given twice.
    account.read("lambda", "DeleteFunction", FunctionName=function_name, Qualifier=number)
