"""The guard in front of everything: the sandbox works for its own account on loopback, and for nothing else."""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from .errors import SandboxError

__all__ = ["SANDBOX_ACCOUNT", "require_loopback", "require_sandbox_account"]

SANDBOX_ACCOUNT = "000000000000"
"""No AWS account has this id."""

_ACCOUNT_DIGITS = 12


def require_sandbox_account(account_ids: Iterable[object], where: str) -> None:
    """Raise SandboxError unless the allowed accounts are exactly the sandbox's.

    `where` names the setting for the message. YAML may have made a number of an id, so ids are compared as text of 12
    digits.
    """
    found = [str(account_id).zfill(_ACCOUNT_DIGITS) for account_id in account_ids]
    if found != [SANDBOX_ACCOUNT]:
        raise SandboxError(
            f"{where} must be exactly `{SANDBOX_ACCOUNT}` to run in the sandbox, it is {_listed(found)}",
            hint=f'run the stack `sandbox`, or give this one `aws:allowedAccountIds: ["{SANDBOX_ACCOUNT}"]`',
        )


def require_loopback(endpoint: str) -> None:
    """Raise SandboxError unless the URL's host is an address of this machine alone."""
    host = urlsplit(endpoint).hostname or ""
    if not _is_loopback(host):
        raise SandboxError(
            f"the endpoint `{endpoint}` is not on loopback: the sandbox talks to nothing else",
            hint="unset AWS_ENDPOINT_URL, or start the sandbox anew",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listed(account_ids: list[str]) -> str:
    return ", ".join(f"`{account_id}`" for account_id in account_ids) or "not set"
