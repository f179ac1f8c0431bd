"""The errors of delivery.

Exception
└── LambdaformError              anything refused on purpose; shown as one clean message, never a stack trace
    ├── CommentError             no comment can be made or written
    │   └── DigestError          what was given is not the digest of a preview
    ├── ReleaseError             a release, or one of its neighbours, cannot go on
    │   ├── ReleaseInputError    an argument or a record is wrong
    │   ├── PreflightError       the alias or the version is not fit for it; nothing was shifted
    │   ├── LockedError          another release holds the alias, or has taken it over
    │   ├── UnsafeAliasError     the alias could not be brought into a safe state: somebody has to look
    │   └── AccessError          no credentials, or a permission is missing
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
    "AccessError",
    "CacheError",
    "CommentError",
    "DigestError",
    "LambdaformError",
    "LockedError",
    "PackagingError",
    "PreflightError",
    "ReleaseError",
    "ReleaseInputError",
    "RequirementsError",
    "SizeError",
    "SourceError",
    "TargetError",
    "ToolError",
    "UnsafeAliasError",
    "WheelError",
]

_WRONG_INPUT = 2


class LambdaformError(Exception):
    """Say what was refused, and how to go on."""

    exit_code: ClassVar[int] = 1
    """What the command line ends with: 1, 2 if the input is wrong, or what a release ends with."""

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


class ReleaseError(LambdaformError):
    """Say why a release cannot go on."""


class ReleaseInputError(ReleaseError):
    """Say which argument or record is wrong."""

    exit_code = _WRONG_INPUT


class PreflightError(ReleaseError):
    """Say what is not fit for a release, before anything was shifted."""

    exit_code = 3


class LockedError(ReleaseError):
    """Say who holds the alias."""

    exit_code = 6


class UnsafeAliasError(ReleaseError):
    """Say what the alias serves now, and how to restore it by hand."""

    exit_code = 7


class AccessError(ReleaseError):
    """Say which credentials or which permission is missing."""

    exit_code = 9


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
