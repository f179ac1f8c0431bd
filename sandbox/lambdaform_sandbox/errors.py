"""The errors of the sandbox.

Exception
└── SandboxError             anything the sandbox refuses; shown as one clean message, never a stack trace
    └── PortInUseError       another program listens on the port that was asked for
"""

__all__ = ["PortInUseError", "SandboxError"]


class SandboxError(Exception):
    """Say what the sandbox does not do, and how to go on."""

    def __init__(self, message: str, hint: str | None = None):
        self.message = message
        """One sentence that names field, value and rule."""
        self.hint = hint
        """What to do about it, if there is something to do."""
        super().__init__(message)

    def __str__(self) -> str:
        return f"{self.message}\nhint: {self.hint}" if self.hint else self.message


class PortInUseError(SandboxError):
    """Say that the sandbox cannot listen where it was told to."""

    def __init__(self, port: int):
        self.port = port
        super().__init__(f"port {port} is in use", hint="choose another with --port, or leave it out to get a free one")
