"""The errors of delivery.

Exception
└── LambdaformError              anything refused on purpose; shown as one clean message, never a stack trace
    ├── CommentError             no comment can be made or written
    │   └── DigestError          what was given is not the digest of a preview
    └── PackagingError           no package can be made
        ├── TargetError          Lambda has no such Python or architecture
        ├── SourceError          the folder cannot be packaged as it is
        ├── RequirementsError    the lock is missing, or not one of exact versions with hashes
        ├── WheelError           a dependency has no wheel for the target, or one that cannot be used
        ├── SizeError            the package is larger than Lambda takes
        ├── ToolError            pip or uv is missing or could not do its work
        └── CacheError           the cache cannot be read or written
"""

from typing import ClassVar

__all__ = [
    "CacheError",
    "CommentError",
    "DigestError",
    "LambdaformError",
    "PackagingError",
    "RequirementsError",
    "SizeError",
    "SourceError",
    "TargetError",
    "ToolError",
    "WheelError",
]

_WRONG_INPUT = 2


class LambdaformError(Exception):
    """Say what was refused, and how to go on."""

    exit_code: ClassVar[int] = 1
    """What the command line ends with: 2 if the input is wrong, otherwise 1."""

    def __init__(self, message: str, hint: str | None = None):
        self.message = message
        """One sentence that names field, value and rule."""
        self.hint = hint
        """What to do about it, if there is something to do."""
        super().__init__(message)

    def __str__(self) -> str:
        return f"{self.message}\nhint: {self.hint}" if self.hint else self.message


class CommentError(LambdaformError):
    """Say why there is no comment."""


class DigestError(CommentError):
    """Say what is wrong with the digest."""

    exit_code = _WRONG_INPUT


class PackagingError(LambdaformError):
    """Say why there is no package."""


class TargetError(PackagingError):
    """Say which Python versions or architectures there are."""

    exit_code = _WRONG_INPUT


class SourceError(PackagingError):
    """Say which file or folder cannot be packaged."""

    exit_code = _WRONG_INPUT


class RequirementsError(PackagingError):
    """Say which line of the lock breaks which rule."""

    exit_code = _WRONG_INPUT


class WheelError(PackagingError):
    """Say which dependency cannot be packaged."""

    exit_code = _WRONG_INPUT


class SizeError(PackagingError):
    """Say how much there is and how much Lambda takes."""

    exit_code = _WRONG_INPUT


class ToolError(PackagingError):
    """Say which program failed, and the end of what it printed."""


class CacheError(PackagingError):
    """Say which file of the cache is in the way."""
