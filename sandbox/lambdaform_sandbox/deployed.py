"""Values that pass between the emulated control plane and the runtime: one deployed version, one answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["DeployedFunction", "InvocationResult", "Runtime"]


@dataclass(frozen=True)
class DeployedFunction:
    """One version of a function as it was invoked: everything that is needed to run its handler."""

    name: str
    version: str
    """Published number, or `$LATEST`."""
    alias: str | None
    """The alias the caller used; None for a direct invoke of a version."""
    invoked_arn: str
    """The ARN as the handler sees it in its context: with the alias when there is one."""
    handler: str
    runtime: str
    architecture: str
    role_arn: str
    timeout_seconds: int
    memory_mb: int
    environment: Mapping[str, str] = field(repr=False)
    code: bytes = field(repr=False)
    """The zip that was published, byte for byte."""
    code_sha256: str
    layers: tuple[bytes, ...] = field(default=(), repr=False)
    log_group: str = ""
    log_format: str = "Text"
    dead_letter_arn: str | None = None
    maximum_retry_attempts: int = 2
    account: str = "000000000000"
    region: str = "us-east-1"


@dataclass(frozen=True)
class InvocationResult:
    """The answer to one invocation, as Lambda's Invoke API gives it."""

    payload: bytes
    executed_version: str
    status_code: int = 200
    function_error: str | None = None
    """`Handled`, `Unhandled`, or None when the handler returned."""
    log_tail: str = ""
    duration_milliseconds: float = 0.0


class Runtime(Protocol):
    """What runs handlers for the control plane."""

    def invoke(self, function: DeployedFunction, payload: bytes) -> InvocationResult:
        """Run the handler once and wait for its answer."""
        ...

    def invoke_later(self, function: DeployedFunction, payload: bytes) -> None:
        """Queue an asynchronous invocation: retries and the dead-letter target are the runtime's business."""
        ...
