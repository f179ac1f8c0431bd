"""States of functions and versions: what takes AWS a while, and what is refused until it is done."""

import math
from dataclasses import dataclass

from ..moto_call import AwsError

__all__ = ["ACTIVE", "INACTIVE", "State", "pending", "require_invokable", "require_settled"]


@dataclass(frozen=True)
class State:
    """State of a function or version, as `GetFunctionConfiguration` shows it."""

    name: str
    """`Pending`, `Active`, `Inactive` or `Failed`."""
    reason_code: str = ""
    """Such as `Creating` or `InvalidConfiguration`; empty when active."""
    reason: str = ""
    until: float = math.inf
    """When a pending one becomes active, in seconds since the epoch."""

    def at(self, now: float) -> "State":
        """Return the state as time passes: a pending one becomes active."""
        return ACTIVE if self.name == "Pending" and now >= self.until else self

    def described(self) -> dict[str, str]:
        """Return the fields of `FunctionConfiguration`."""
        reasons = {"StateReason": self.reason, "StateReasonCode": self.reason_code}
        return {"State": self.name, **(reasons if self.reason_code else {})}


ACTIVE = State("Active")
INACTIVE = State("Inactive", "Idle", "The function is idle.")


def pending(now: float, seconds: float, *, restoring: bool = False) -> State:
    """Return the state of what becomes active in some seconds; of what needs no time it is active."""
    if seconds <= 0:
        return ACTIVE
    code, reason = ("Restoring", "restored") if restoring else ("Creating", "created")
    return State("Pending", code, f"The function is being {reason}.", until=now + seconds)


def require_settled(arn: str, state: State, *, updating: bool) -> None:
    """Refuse a change of what is still being created or updated: 409."""
    if updating:
        raise _not_now(f"An update is in progress for resource: {arn}")
    if state.name == "Pending":
        raise _not_now("The function is currently in the following state: Pending")


def require_invokable(arn: str, state: State, *, has_snapshots: bool) -> None:
    """Refuse calls of what is not active. Only without SnapStart does an inactive version answer its first call."""
    if state.name == "Active" or (state.name == "Inactive" and not has_snapshots):
        return
    if has_snapshots and state.name != "Failed":
        raise AwsError(
            "SnapStartNotReadyException",
            f"Lambda is initializing {arn}. It can be invoked when its state becomes Active.",
        )
    raise _not_now(f"The function is currently in the following state: {state.name}")


def _not_now(reason: str) -> AwsError:
    return AwsError("ResourceConflictException", f"The operation cannot be performed at this time. {reason}")
