"""Provisioned concurrency of an alias: environments kept ready for whatever version it points to.

While an alias is split its capacity cannot change. When the alias moves, AWS goes on sending every call to the former
version, shown as a weight of 1, until the new one has its environments.
"""

from dataclasses import dataclass

from .account import Account, CallError
from .target import ReleaseTarget

__all__ = ["Capacity", "read_capacity"]

_ABSENT = ("ProvisionedConcurrencyConfigNotFoundException", "ResourceNotFoundException")


@dataclass(frozen=True)
class Capacity:
    """What is kept ready for an alias."""

    environments: int
    """As many as were asked for; 0 for an alias without."""
    status: str = "READY"
    """`READY`, `IN_PROGRESS` or `FAILED`."""
    reason: str = ""
    """Why it failed."""


def read_capacity(account: Account, target: ReleaseTarget) -> Capacity:
    """Return the capacity of a function's alias."""
    try:
        answer = account.read(
            "lambda", "GetProvisionedConcurrencyConfig", FunctionName=target.function_name, Qualifier=target.alias
        )
    except CallError as error:
        if error.code not in _ABSENT:
            raise
        return Capacity(0)
    return Capacity(
        answer["RequestedProvisionedConcurrentExecutions"], answer["Status"], answer.get("StatusReason", "")
    )
