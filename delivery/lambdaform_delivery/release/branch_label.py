"""What the description of a branch alias says: which branch, which commit, and when it was moved there."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from ..errors import ReleaseInputError

__all__ = ["BranchLabel"]

_LONGEST_BRANCH = 150
"""What fits beside the rest into the 256 characters of a description; of a longer branch, its beginning."""
_COMMIT = re.compile(r"[0-9a-f]{4,64}")
_LABEL = re.compile(r"branch=(?P<branch>\S+)(?: commit=(?P<commit>[0-9a-f]+))? moved=(?P<moved>\S+)")


@dataclass(frozen=True)
class BranchLabel:
    """The description of a branch alias."""

    branch: str
    moved: float
    """Seconds since the epoch at which the alias came to serve its version: AWS keeps no time of an alias."""
    commit: str = ""

    @classmethod
    def of(cls, branch: str, commit: str, now: float) -> "BranchLabel":
        """Return the label for a branch; raise ReleaseInputError for what is no commit of git."""
        if commit and not _COMMIT.fullmatch(commit):
            raise ReleaseInputError(f"commit is `{commit}`: it is written in hexadecimal digits, as by `git rev-parse`")
        return cls(branch[:_LONGEST_BRANCH], int(now), commit)

    @classmethod
    def parse(cls, description: str) -> "BranchLabel | None":
        """Read a description; None if nobody of ours wrote it."""
        found = _LABEL.fullmatch(description)
        if found is None:
            return None
        try:
            moved = datetime.fromisoformat(found["moved"]).timestamp()
        except ValueError:
            return None
        return cls(found["branch"], moved, found["commit"] or "")

    def is_of(self, other: "BranchLabel") -> bool:
        """Tell whether both are of the same branch."""
        return self.branch == other.branch

    def __str__(self) -> str:
        commit = f" commit={self.commit}" if self.commit else ""
        return f"branch={self.branch}{commit} moved={datetime.fromtimestamp(self.moved, UTC):%Y-%m-%dT%H:%M:%SZ}"
