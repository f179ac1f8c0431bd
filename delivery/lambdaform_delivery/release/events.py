"""What a release tells while it runs; a view shows it to people, to CI or to programs."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from .journal import Phase
from .judge import Judgement, Minute
from .ramp import Ramp

__all__ = ["Event", "EventKind", "Listener"]


class EventKind(StrEnum):
    """What happened."""

    PLANNED = "planned"
    """Preflight is done; the message says what will happen, and how long it may take."""
    NOTE = "note"
    """Something to know that stops nothing."""
    LOCKED = "locked"
    """The alias carries our journal."""
    PROBED = "probed"
    """The new version answered probes; the message counts them."""
    SHIFTED = "shifted"
    """The weight of the new version changed."""
    JUDGED = "judged"
    """The counts were read and judged; comes at every poll."""
    PAUSED = "paused"
    """The release waits for `--resume`."""
    SWAPPED = "swapped"
    """The new version has all calls."""
    RESTORED = "restored"
    """The old version has all calls again."""
    PROMOTED = "promoted"
    """The release is done."""


@dataclass(frozen=True)
class Event:
    """One thing that happened to one function."""

    kind: EventKind
    time: float
    """Seconds since the epoch."""
    run: str
    """Id of the release; empty before there is one."""
    function: str
    """Logical name."""
    function_name: str
    alias: str
    from_version: str
    to_version: str
    message: str
    """One sentence."""
    phase: Phase | None = None
    step: int = 0
    """Index of the step, from 0."""
    steps: int = 0
    """Steps of the ramp, pauses included."""
    ramp: Ramp | None = None
    """The whole ramp; None before it is known, and in a rollback."""
    percentage: float = 0.0
    """Configured share of the new version, 0 to 100."""
    revision_id: str = ""
    judgement: Judgement | None = None
    minutes: tuple[Minute, ...] = ()
    """All minutes of the release so far, with a judgement."""
    seconds_left: float | None = None
    """Least time to the end, if everything goes well; None when nobody can tell."""


Listener = Callable[[Event], None]
"""Gets every event, from the thread of the release. What it raises is not heard: a release outlives its log."""
