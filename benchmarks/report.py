"""What a benchmark says at its end: each goal, what was measured, and whether it is met."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Goal", "conclude", "table"]


@dataclass(frozen=True)
class Goal:
    """A number that has to stay at or below a limit."""

    what: str
    measured: float
    limit: float

    @property
    def is_met(self) -> bool:
        """Whether the number is low enough."""
        return self.measured <= self.limit


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows in columns: the first aligned to the left, numbers to the right."""
    lines = [list(heading), *[list(row) for row in rows]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heading))]
    return "\n".join("  ".join(_padded(line, widths)).rstrip() for line in lines)


def conclude(goals: Sequence[Goal]) -> None:
    """Print the goals and end the process: with 1 if one is missed."""
    rows = [
        (goal.what, f"{goal.measured:.3f}", f"{goal.limit:.3f}", "met" if goal.is_met else "missed") for goal in goals
    ]
    print(table(("goal", "measured", "at most", ""), rows))
    sys.exit(0 if all(goal.is_met for goal in goals) else 1)


def _padded(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *others = (*zip(line, widths, strict=True),)
    return [first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]
