"""How a release is to be done: what is released, how fast, and what happens when nobody can tell."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from .judge import JudgeSettings

__all__ = ["IfInconclusive", "ReleaseOptions"]


class IfInconclusive(StrEnum):
    """What becomes of a release that could not be judged in time."""

    ROLLBACK = "rollback"
    PAUSE = "pause"
    """The split stays; `--resume` goes on, `rollback` goes back."""
    PROMOTE = "promote"
    """Somebody has decided that silence is consent."""


@dataclass(frozen=True)
class ReleaseOptions:
    """Choices of whoever starts a release; at most one of `version`, `zip` and `artifact`."""

    version: str | None = None
    """Published version to release; by default the one that the stack has published."""
    zip: Path | None = None
    """Package to upload and publish; only where the pipeline owns the code."""
    artifact: str | None = None
    """Object to publish, as `s3://bucket/key`; only where the pipeline owns the code."""
    ramp: str | None = None
    """Steps in place of the record's, such as `5,pause,50` or `all-at-once`."""
    dry_run: bool = False
    """Look, plan and say so; write nothing."""
    resume: bool = False
    """Go on with an unfinished release: after a crash, or past a pause."""
    expect_account: str | None = None
    """Account id that the credentials must belong to, beside the one in the record."""
    retry_bad: bool = False
    """Release code that was rolled back before, for instance with another configuration."""
    if_inconclusive: IfInconclusive = IfInconclusive.ROLLBACK
    judge: JudgeSettings = field(default_factory=JudgeSettings)
    probes: int = 30
    """Calls of the new version before it gets traffic, with the event of the record's `probe`."""
    poll_seconds: int = 15
    maximum_hold_seconds: int = 1800
    """Longest time at one weight; after it the release is inconclusive."""
    watch_seconds: int = 120
    """Time after the swap in which the new version can still be taken back by evidence; 0 for none."""
