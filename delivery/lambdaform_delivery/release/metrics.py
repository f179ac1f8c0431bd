"""What CloudWatch knows of an alias: its past, and minute by minute the two versions behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import Any

from .account import Account
from .judge import Counts, Minute

__all__ = ["NO_HISTORY", "AliasMetrics", "History", "Reading"]

_MINUTE_SECONDS = 60
_HOUR_SECONDS = 3600
_DAY_SECONDS = 24 * _HOUR_SECONDS
_GROWING_SECONDS = 60
"""How long a minute may grow at the least, beside the duration of its longest calls: metrics carry their start."""
_SETTLING_SECONDS = 120
"""How long it may grow where one of the versions has not shown up yet."""
_MILLISECONDS = 1000

Series = Mapping[int, float]
"""Start of a period, in seconds since the epoch, to value."""


@dataclass(frozen=True)
class History:
    """The day before a release, whichever version served."""

    calls: float
    errors: float
    p95_milliseconds: float | None
    """Median of the hours' 95th percentiles; None without calls."""
    p99_seconds: float
    """0 without calls."""
    calls_per_second: float = 0.0
    """Average of the last one to two hours."""

    @property
    def error_rate(self) -> float:
        """Errors per call; 0 without calls."""
        return self.errors / self.calls if self.calls else 0.0


NO_HISTORY = History(0, 0, None, 0)
"""Of an alias that nobody has looked at."""


@dataclass(frozen=True)
class Reading:
    """One look at a release."""

    minutes: tuple[Minute, ...]
    complete: bool
    """False when CloudWatch did not answer in full."""


class AliasMetrics:
    """Reads the metrics of one alias, one call of GetMetricData at a time."""

    def __init__(self, account: Account, function_name: str, alias: str):
        self._account = account
        self._dimensions = {"FunctionName": function_name, "Resource": f"{function_name}:{alias}"}

    def history(self, before: float) -> History:
        """Return the day before this moment, in seconds since the epoch."""
        queries = [
            self._query("calls", "Invocations", "Sum", _HOUR_SECONDS),
            self._query("errors", "Errors", "Sum", _HOUR_SECONDS),
            self._query("p95", "Duration", "p95", _HOUR_SECONDS),
            self._query("p99", "Duration", "p99", _HOUR_SECONDS),
        ]
        found, _ = self._read(queries, before - _DAY_SECONDS, before)
        return History(
            calls=sum(found["calls"].values()),
            errors=sum(found["errors"].values()),
            p95_milliseconds=median(found["p95"].values()) if found["p95"] else None,
            p99_seconds=max(found["p99"].values(), default=0.0) / _MILLISECONDS,
            calls_per_second=_recent_rate(found["calls"], before),
        )

    def minutes(self, canary: str, baseline: str, since: float, history: History, swapped: float | None) -> Reading:
        """Return every minute from `since` on, with data or not, oldest first.

        `swapped` is when the canary got all calls: whether AWS still tells the version then is not documented, so from
        that minute on calls of the alias that name no version are the canary's.
        """
        queries = [*self._version_queries("canary", canary, history), *self._version_queries("base", baseline, history)]
        if swapped is not None:
            queries += self._alias_queries(history)
        now = self._account.now()
        found, complete = self._read(queries, since, now)
        minutes = tuple(
            _minute_of(start, found, now - history.p99_seconds, swapped)
            for start in range(_minute(since), _minute(now) + 1, _MINUTE_SECONDS)
        )
        return Reading(minutes, complete)

    def _version_queries(self, prefix: str, version: str, history: History) -> Iterable[dict[str, Any]]:
        return self._count_queries(prefix, history, {"ExecutedVersion": version})

    def _alias_queries(self, history: History) -> Iterable[dict[str, Any]]:
        return self._count_queries("alias", history, {})

    def _count_queries(self, prefix: str, history: History, more: Mapping[str, str]) -> Iterable[dict[str, Any]]:
        yield self._query(f"{prefix}_calls", "Invocations", "Sum", _MINUTE_SECONDS, more)
        yield self._query(f"{prefix}_errors", "Errors", "Sum", _MINUTE_SECONDS, more)
        if history.p95_milliseconds is not None:
            slower = f"TC({history.p95_milliseconds:.3f}:)"
            yield self._query(f"{prefix}_slow", "Duration", slower, _MINUTE_SECONDS, more)

    def _query(
        self, name: str, metric: str, statistic: str, period: int, more: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        dimensions = [{"Name": key, "Value": value} for key, value in {**self._dimensions, **(more or {})}.items()]
        described = {"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": dimensions}
        return {"Id": name, "MetricStat": {"Metric": described, "Period": period, "Stat": statistic}}

    def _read(self, queries: Sequence[dict[str, Any]], start: float, end: float) -> tuple[dict[str, Series], bool]:
        """Return the series by the id of their query, and whether all of them are complete."""
        found: dict[str, dict[int, float]] = {query["Id"]: {} for query in queries}
        complete, more = True, {}
        while True:
            page = self._account.read(
                "cloudwatch",
                "GetMetricData",
                MetricDataQueries=list(queries),
                StartTime=datetime.fromtimestamp(_minute(start), UTC),
                EndTime=datetime.fromtimestamp(end, UTC),
                **more,
            )
            for result in page["MetricDataResults"]:
                complete = complete and result.get("StatusCode", "Complete") == "Complete"
                times = (int(moment.timestamp()) for moment in result["Timestamps"])
                found[result["Id"]].update(zip(times, result["Values"], strict=True))
            if not page.get("NextToken"):
                return dict(found), complete
            more = {"NextToken": page["NextToken"]}


def _recent_rate(hourly: Series, before: float) -> float:
    """Return the calls per second of the present hour and the one before."""
    first = (int(before) // _HOUR_SECONDS - 1) * _HOUR_SECONDS
    recent = {start: calls for start, calls in hourly.items() if start >= first}
    return sum(recent.values()) / max(before - min(recent), 1.0) if recent else 0.0


def is_settled(age_seconds: float, canary: Counts, baseline: Counts) -> bool:
    """Whether a minute has grown to its end, by its age without the duration of its longest calls."""
    both_show = canary.calls > 0 and baseline.calls > 0
    return age_seconds >= (_GROWING_SECONDS if both_show else _SETTLING_SECONDS)


def _minute_of(start: int, found: Mapping[str, Series], by: float, swapped: float | None) -> Minute:
    canary, baseline = _counts("canary", start, found), _counts("base", start, found)
    if swapped is not None and start >= _minute(swapped) and not canary.invocations:
        everything = _counts("alias", start, found)
        # In the minute of the swap itself the baseline had calls as well.
        canary = everything if not baseline.invocations else canary
    return Minute(start, is_settled(by - start - _MINUTE_SECONDS, canary, baseline), canary, baseline)


def _counts(prefix: str, start: int, found: Mapping[str, Series]) -> Counts:
    calls = round(found[f"{prefix}_calls"].get(start, 0))
    slow = found.get(f"{prefix}_slow")
    return Counts(
        invocations=calls,
        errors=min(round(found[f"{prefix}_errors"].get(start, 0)), calls),
        slow=None if slow is None or not calls else min(round(slow.get(start, 0)), calls),
    )


def _minute(moment: float) -> int:
    return int(moment) // _MINUTE_SECONDS * _MINUTE_SECONDS
