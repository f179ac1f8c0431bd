"""How long a release takes, as far as the traffic of the last day tells."""

from .member import Member
from .metrics import History
from .options import ReleaseOptions
from .ramp import Ramp

__all__ = ["expected_seconds", "seconds_left"]

_SETTLING_SECONDS = 90
"""How long the last minute of a step takes to be settled, on average."""


def expected_seconds(ramp: Ramp, history: History, options: ReleaseOptions) -> float | None:
    """Return the time of a whole ramp and watch if all goes well; None if there are too few calls to tell."""
    if not history.calls_per_second:
        return None if ramp.percentages else float(options.watch_seconds)
    calls = options.judge.minimum_calls / history.calls_per_second
    settling = _SETTLING_SECONDS + history.p99_seconds
    seconds = (max(options.judge.minimum_seconds, calls * 100 / step) + settling for step in ramp.percentages)
    return sum(seconds) + options.watch_seconds


def seconds_left(member: Member, options: ReleaseOptions) -> float | None:
    """Return the time from now to the end of a running release if all goes well; None where nobody can tell."""
    if member.is_swapped:
        return max(0.0, options.watch_seconds - member.seconds_at_weight)
    rest = Ramp(member.journal.ramp.steps[member.journal.step :])
    whole = expected_seconds(rest, member.history, options)
    return None if whole is None else max(float(options.watch_seconds), whole - member.seconds_at_weight)
