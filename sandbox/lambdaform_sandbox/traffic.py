"""Synthetic traffic to an alias: calls that no handler runs, counted as users and as CloudWatch would count them."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
from statistics import NormalDist

from .clock import ManualClock
from .draws import binomial, multinomial, poisson
from .errors import SandboxError
from .overlay.metric_store import MINUTE
from .runtime.metrics import dimension_sets, put
from .server import AwsServer

__all__ = ["Behaviour", "Traffic", "log_normal"]

Rate = float | Callable[[float], float]
"""A number, or a function of the seconds since the traffic began."""
Latency = Mapping[float, float]
"""Share of the calls by duration in milliseconds."""

_STEPS = 40
_MILLISECONDS = 1_000.0


def log_normal(median_milliseconds: float, spread: float = 0.5) -> Latency:
    """Return durations as services have them: 40 equally frequent ones around the median, with a long tail.

    `spread` is the standard deviation of the logarithm.
    """
    normal = NormalDist(math.log(median_milliseconds), spread)
    return {round(math.exp(normal.inv_cdf((step + 0.5) / _STEPS)), 3): 1 / _STEPS for step in range(_STEPS)}


@dataclass(frozen=True)
class Behaviour:
    """How a version answers."""

    error_rate: Rate = 0.0
    """Share of its calls that fail, 0 to 1."""
    latency: Latency | Callable[[float], Latency] = field(default_factory=lambda: log_normal(40.0))
    """Durations, always or by the seconds since the traffic began."""


@dataclass(frozen=True)
class _Slice:
    """A piece of one minute during which nothing changes."""

    start: float
    seconds: float
    elapsed: float
    """Seconds since the traffic began, in the middle of the slice."""


class Traffic:
    """Calls of users to an alias while its account's manual clock advances; the same for the same seed.

    Whenever time passes, calls are drawn for it and divided by the weights that the alias has then. Each counts in
    `calls` and, if it failed, in `failed`, by version; CloudWatch has them as late as ever. `calls_per_second` may be a
    function of the seconds since the traffic began. Versions without a behaviour never fail.
    """

    def __init__(
        self,
        aws: AwsServer,
        function: str,
        alias: str,
        calls_per_second: Rate,
        behaviours: Mapping[str, Behaviour] | None = None,
        seed: int = 0,
    ):
        if not isinstance(aws.clock, ManualClock):
            raise SandboxError("traffic needs an account with a `ManualClock`", hint="AwsServer(clock=ManualClock())")
        self.calls: Counter[str] = Counter()
        """Calls of users so far, by version."""
        self.failed: Counter[str] = Counter()
        """Those of them that failed, by version."""
        self.unanswered = 0
        """Calls that met no alias, or a version that is gone or takes no calls: they are in no metric."""
        self._aws, self._function, self._alias = aws, function, alias
        self._rate = calls_per_second
        self._behaviours = dict(behaviours or {})
        self._draw = Random(seed)  # noqa: S311  # traffic is no secret
        self._began = aws.clock.now()
        aws.clock.on_advance(self._pass)

    def behave(self, version: str, behaviour: Behaviour) -> None:
        """Let a version behave like this from now on."""
        self._behaviours[version] = behaviour

    def _pass(self, before: float, after: float) -> None:
        for piece in self._slices(before, after):
            calls = poisson(self._draw, _at(self._rate, piece.elapsed) * piece.seconds)
            for version, share in self._divided(calls).items():
                self._serve(piece, version, share)

    def _slices(self, before: float, after: float) -> Iterator[_Slice]:
        """Cut the time at the ends of minutes: a point belongs to one."""
        start = before
        while start < after:
            end = min((start // MINUTE + 1) * MINUTE, after)
            yield _Slice(start, end - start, (start + end) / 2 - self._began)
            start = end

    def _divided(self, calls: int) -> dict[str, int]:
        """Divide calls by the present weights of the alias: each call is a draw of its own."""
        shares = self._aws.functions.shares(self._function, self._alias)
        if not shares:
            self.unanswered += calls
        return multinomial(self._draw, calls, shares)

    def _serve(self, piece: _Slice, version: str, calls: int) -> None:
        if not self._aws.functions.answers(self._function, version):
            self.unanswered += calls
            return
        behaviour = self._behaviours.get(version, _USUAL)
        failed = binomial(self._draw, calls, _at(behaviour.error_rate, piece.elapsed))
        self.calls[version] += calls
        self.failed[version] += failed
        latency = behaviour.latency(piece.elapsed) if callable(behaviour.latency) else behaviour.latency
        self._report(piece, version, failed, multinomial(self._draw, calls, latency))

    def _report(self, piece: _Slice, version: str, failed: int, durations: Mapping[float, int]) -> None:
        """Put the points of calls; those that take longer than the minute are reported when they end."""
        dimensions = _dimensions(self._function, version, self._alias)
        for reported, group in _by_end(piece, durations).items():
            calls = sum(group.values())
            errors = min(failed, calls)
            failed -= errors
            values = {
                "Invocations": {1.0: calls},
                "Errors": {1.0: errors, 0.0: calls - errors},
                "Duration": group,
            }
            put(self._aws.metrics, dimensions, piece.start, values, reported)


_USUAL = Behaviour()


@cache
def _dimensions(function: str, version: str, alias: str) -> list[dict[str, str]]:
    return dimension_sets(function, version, alias)


def _by_end(piece: _Slice, durations: Mapping[float, int]) -> dict[float, dict[float, int]]:
    """Return the durations by the minute in which their calls end, as seen from the middle of the slice."""
    groups: dict[float, dict[float, int]] = {}
    for milliseconds, count in durations.items():
        end = piece.start + piece.seconds / 2 + milliseconds / _MILLISECONDS
        groups.setdefault(max(end // MINUTE * MINUTE, piece.start), {})[milliseconds] = count
    return groups


def _at(rate: Rate, elapsed: float) -> float:
    return rate(elapsed) if callable(rate) else rate
