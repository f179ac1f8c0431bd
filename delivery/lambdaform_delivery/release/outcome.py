"""How a release ended, and what the alias serves now."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["FunctionOutcome", "Outcome", "Result"]


class Result(StrEnum):
    """The kinds of end, each with its exit code."""

    PROMOTED = "promoted"
    NOTHING_TO_DO = "nothing to do"
    PLANNED = "planned"
    """A dry run."""
    ROLLED_BACK = "rolled back"
    """By judge or probe."""
    INCONCLUSIVE = "inconclusive"
    """The old version serves again: there was too little to judge by."""
    PAUSED = "paused"
    """The split stays until somebody resumes or rolls back."""
    CANCELLED = "cancelled"
    """By a signal; the old version serves again."""
    RESTORED = "restored"
    """By `rollback`, as asked."""

    @property
    def exit_code(self) -> int:
        """What the command line ends with."""
        return _EXIT_CODES.get(self, 0)


_EXIT_CODES = {Result.ROLLED_BACK: 4, Result.INCONCLUSIVE: 5, Result.PAUSED: 5, Result.CANCELLED: 8}


@dataclass(frozen=True)
class FunctionOutcome:
    """One function at the end."""

    name: str
    function_name: str
    alias: str
    from_version: str
    to_version: str
    serves: str
    """Where its calls go now, such as `version 7, 25 % to version 8`."""


@dataclass(frozen=True)
class Outcome:
    """The end of a release that could be brought to one; everything else is a `ReleaseError`."""

    result: Result
    reason: str
    """One sentence."""
    functions: tuple[FunctionOutcome, ...]
    run: str = ""
    """Id of the release; empty if none was begun."""
    recipe: str = ""
    """The one command that goes on or restores safety; empty if there is nothing to do."""

    @property
    def exit_code(self) -> int:
        """What the command line ends with."""
        return self.result.exit_code
