"""Credentials for calls to the sandbox, and who stands behind them."""

from dataclasses import dataclass, field

__all__ = ["ADMINISTRATOR", "Credentials"]


@dataclass(frozen=True)
class Credentials:
    """What an SDK signs its calls with."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    """Only for the session of a role."""


ADMINISTRATOR = Credentials("SANDBOXADMINISTRATOR", "sandbox")
"""May do anything in the sandbox and is known nowhere else. moto expects ids of 20 capitals and digits."""
