"""Exact random draws of counts, fast for any size: what the standard library lacks before Python 3.12."""

import math
from collections.abc import Mapping
from random import Random
from typing import TypeVar

__all__ = ["binomial", "multinomial", "poisson"]

Value = TypeVar("Value")

_FEW = 32
_SMALL_MEAN = 16.0


def binomial(draw: Random, trials: int, probability: float) -> int:
    """Draw how many of independent trials succeed.

    Many trials are halved by drawing the rank in the middle, which a beta distribution has (Relles 1972).
    """
    successes = 0
    while trials > _FEW:
        if not 0.0 < probability < 1.0:
            break
        middle = (1 + trials) // 2
        cut = draw.betavariate(middle, trials + 1 - middle)
        if cut >= probability:
            trials, probability = middle - 1, probability / cut
        else:
            successes, trials = successes + middle, trials - middle
            probability = (probability - cut) / (1.0 - cut)
    if probability <= 0.0:
        return successes
    return (
        successes + sum(draw.random() < probability for _ in range(trials)) if probability < 1 else successes + trials
    )


def multinomial(draw: Random, trials: int, shares: Mapping[Value, float]) -> dict[Value, int]:
    """Draw how trials fall on values by their shares, which need not add up to one; values without any are left out."""
    counts: dict[Value, int] = {}
    rest = math.fsum(shares.values())
    for value, share in shares.items():
        count = binomial(draw, trials, min(share / rest, 1.0)) if rest > 0 else 0
        if count:
            counts[value] = count
        trials, rest = trials - count, rest - share
    return counts


def poisson(draw: Random, mean: float) -> int:
    """Draw how many independent events happen where `mean` are to be expected.

    A large mean is reduced by drawing the moment of a late event (Ahrens and Dieter 1974).
    """
    events = 0
    while mean > _SMALL_MEAN:
        late = int(mean * 7 / 8)
        moment = draw.gammavariate(late, 1.0)
        if moment > mean:
            return events + binomial(draw, late - 1, mean / moment)
        events, mean = events + late, mean - moment
    limit, product = math.exp(-mean), draw.random()
    while product > limit:
        events, product = events + 1, product * draw.random()
    return events
