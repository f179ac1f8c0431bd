"""What most canary releases are watched with: an alarm on the errors of the new version.

Assumed of CloudWatch: an alarm looks at the newest readable minutes once a minute; what it sets off reacts within 30
seconds.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from lambdaform_delivery.release.judge import Minute
from traffic import MINUTE_SECONDS, Traffic

__all__ = ["RULES", "AlarmRule"]

REACTION_SECONDS = 30


@dataclass(frozen=True)
class AlarmRule:
    """So many of the last minutes have to be above an error rate."""

    what: str
    error_rate: float
    minutes: int
    of_last: int

    def stopped_at(self, traffic: Traffic, seed: str, step_seconds: int) -> float | None:
        """Return when the alarm has stopped a release that is over after so many seconds, or None."""
        source = random.Random(seed)  # noqa: S311  # a simulation
        tick, reaction = source.uniform(0, MINUTE_SECONDS), source.uniform(0, REACTION_SECONDS)
        while (at := tick + reaction) < step_seconds:
            if self._is_breached(traffic.readable(traffic.start + tick)):
                return traffic.start + at
            tick += MINUTE_SECONDS
        return None

    def _is_breached(self, readable: Sequence[Minute]) -> bool:
        shown = [minute for minute in readable if minute.canary.invocations]
        last = (minute for minute in shown if minute.start > shown[-1].start - self.of_last * MINUTE_SECONDS)
        above = [each for each in last if each.canary.errors > self.error_rate * each.canary.invocations]
        return len(above) >= self.minutes


RULES = (
    AlarmRule("A1: errors in 1 of 1 minutes", 0, 1, 1),
    AlarmRule("A2: errors in 2 of 2 minutes", 0, 2, 2),
    AlarmRule("A3: over 1 % in 2 of 3 minutes", 0.01, 2, 3),
)
