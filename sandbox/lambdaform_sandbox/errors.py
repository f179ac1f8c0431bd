"""The errors of the sandbox.

lambdaform_delivery.errors.LambdaformError
└── SandboxError             anything the sandbox refuses; shown as one clean message, never a stack trace
    ├── PortInUseError       another program listens on the port that was asked for
    └── UnfinishedError      AWS made a resource, but refused a part of it
"""

from collections.abc import Mapping
from typing import Any

from lambdaform_delivery.errors import LambdaformError

__all__ = ["PortInUseError", "SandboxError", "UnfinishedError"]


class SandboxError(LambdaformError):
    """Say what the sandbox does not do, and how to go on."""


class PortInUseError(SandboxError):
    """Say that the sandbox cannot listen where it was told to."""

    def __init__(self, port: int):
        self.port = port
        super().__init__(f"port {port} is in use", hint="choose another with --port, or leave it out to get a free one")


class UnfinishedError(SandboxError):
    """Say what AWS refused, and keep what is there all the same: the next `up` goes on from it."""

    def __init__(self, error: SandboxError, resource_id: str, outputs: Mapping[str, Any]):
        self.resource_id = resource_id
        self.outputs = dict(outputs)
        super().__init__(error.message, hint=error.hint)
