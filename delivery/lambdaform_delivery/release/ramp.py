"""The ramp of a release: which share of the calls the new version gets, step by step, before it gets all."""

from dataclasses import dataclass
from itertools import pairwise

from ..errors import ReleaseInputError

__all__ = ["ALL_AT_ONCE", "Ramp"]

ALL_AT_ONCE = "all-at-once"
_PAUSE = "pause"
_MOST_STEPS = 10
_LARGEST_PERCENT = 50
"""A split beyond half leaves the baseline too few calls to compare with; after it comes the swap."""
_SMALLEST_PERCENT = 0.01
"""AWS keeps four digits of a weight."""
_SYNTAX = "write `all-at-once`, or rising percentages such as `5,25,50` with `pause` between them"


@dataclass(frozen=True)
class Ramp:
    """Steps before the swap; a pause waits until somebody resumes the release."""

    steps: tuple[float | None, ...]
    """Percentages in (0, 50], rising; None is a pause. Empty: all at once."""

    @classmethod
    def parse(cls, text: str) -> "Ramp":
        """Read `all-at-once`, `5,25,50` or `5,pause,50`; raise ReleaseInputError with what is wrong."""
        if text.strip() == ALL_AT_ONCE:
            return cls(())
        words = [word.strip() for word in text.split(",")]
        if not text.strip() or len(words) > _MOST_STEPS:
            raise _refused(text, f"has 1 to {_MOST_STEPS} steps")
        ramp = cls(tuple(_step(word, text) for word in words))
        weights = ramp.percentages
        if any(second <= first for first, second in pairwise(weights)):
            raise _refused(text, "rises with every step")
        if not weights or weights[-1] > _LARGEST_PERCENT:
            raise _refused(text, f"ends at {_LARGEST_PERCENT} or less; the step after it is the swap to 100")
        return ramp

    @property
    def percentages(self) -> tuple[float, ...]:
        """The steps without pauses."""
        return tuple(step for step in self.steps if step is not None)

    def percentage_at(self, index: int) -> float:
        """Return the share of the new version at a step; a pause keeps that of the step before it."""
        return next((step for step in reversed(self.steps[: index + 1]) if step is not None), 0.0)

    def __str__(self) -> str:
        return ",".join(_PAUSE if step is None else f"{step:g}" for step in self.steps) or ALL_AT_ONCE


def _step(word: str, text: str) -> float | None:
    if word == _PAUSE:
        return None
    try:
        percent = float(word)
    except ValueError:
        raise _refused(text, f"consists of numbers and `{_PAUSE}`, not of `{word}`") from None
    if not _SMALLEST_PERCENT <= percent <= 100:  # noqa: PLR2004  # per cent
        raise _refused(text, f"consists of percentages from {_SMALLEST_PERCENT} on, not of `{word}`")
    return round(percent, 2)


def _refused(text: str, rule: str) -> ReleaseInputError:
    return ReleaseInputError(f"ramp is `{text}`: a ramp {rule}", _SYNTAX)
