"""How long a release takes, as far as the present traffic tells."""

import math
from collections.abc import Iterator

from .member import Member
from .metrics import History
from .options import ReleaseOptions
from .ramp import Ramp

__all__ = ["expected_seconds", "seconds_left"]

_PERCENT = 100
_SETTLING_SECONDS = 90
"""How long the last minute of a step takes to be settled, on average."""


def expected_seconds(ramp: Ramp, history: History, options: ReleaseOptions) -> float | None:
    """Return the time of a whole ramp and watch if all goes well; None if it has too few calls for that."""
    settling = _SETTLING_SECONDS + history.p99_seconds
    steps = [max(options.judge.minimum_seconds, each) + settling for each in _sampling_seconds(ramp, history, options)]
    if any(seconds > options.maximum_hold_seconds for seconds in steps):
        return None
    return sum(steps) + options.watch_seconds


def _sampling_seconds(ramp: Ramp, history: History, options: ReleaseOptions) -> Iterator[float]:
    """Yield for each step how long it takes until the new version has had its calls."""
    for percentage in ramp.percentages:
        calls_per_second = history.calls_per_second * percentage / _PERCENT
        yield options.judge.minimum_calls / calls_per_second if calls_per_second else math.inf


def seconds_left(member: Member, options: ReleaseOptions) -> float | None:
    """Return the time from now to the end of a running release if all goes well; None where nobody can tell."""
    if member.is_swapped:
        return max(0.0, options.watch_seconds - member.seconds_at_weight)
    rest = Ramp(member.journal.ramp.steps[member.journal.step :])
    whole = expected_seconds(rest, member.history, options)
    return None if whole is None else max(float(options.watch_seconds), whole - member.seconds_at_weight)
