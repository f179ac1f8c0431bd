"""CloudWatch's metrics: points are aggregated by the minute, and those of AWS's own services are readable late."""

# moto carries no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from ..faults import data_status
from ..moto_call import AwsError, Call
from ..patching import Patches
from . import statistics
from .metric_store import MINUTE, MetricStore, Series

__all__ = ["install"]

_DAY = 86_400
_DAYS_OF_MINUTES, _MINUTES_KEPT_LONGER = 15, 5
_MOST_QUERIES, _MOST_POINTS, _MOST_STATISTICS_POINTS = 500, 100_800, 1_440
_LISTED = 500

Operation = Callable[[MetricStore, Mapping[str, Any]], Mapping[str, Any] | None]
Point = tuple[datetime, float]


@dataclass(frozen=True)
class _Window:
    """Which minutes are asked for, and how many of them make one point."""

    start: float
    end: float
    period: int

    @classmethod
    def of(cls, parameters: Mapping[str, Any], period: int) -> "_Window":
        """Return the window from `StartTime`, rounded down to a minute, to before `EndTime`."""
        start, end = (parameters[name].replace(tzinfo=UTC).timestamp() for name in ("StartTime", "EndTime"))
        if start >= end:
            raise _invalid("The parameter StartTime must be less than the parameter EndTime.")
        if period < MINUTE or period % MINUTE:
            raise _invalid(f"the sandbox knows only periods that are multiples of {MINUTE}, not {period}")
        return cls(start // MINUTE * MINUTE, end, period)


def put_metric_data(store: MetricStore, parameters: Mapping[str, Any]) -> None:
    """Add values to the minute of their time; namespaces that begin with `AWS/` are AWS's own."""
    if parameters["Namespace"].startswith("AWS/"):
        raise _invalid(f"The value {parameters['Namespace']} for parameter Namespace is invalid.")
    for datum in parameters["MetricData"]:
        if "StatisticValues" in datum:
            raise _invalid("the sandbox does not keep `StatisticValues`, put single values")
        series = _series(parameters["Namespace"], datum["MetricName"], datum)
        stamped = datum.get("Timestamp")
        moment = stamped.replace(tzinfo=UTC).timestamp() if stamped else store.clock.now()
        store.put(series, moment, _values(datum))


def get_metric_data(store: MetricStore, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the points of each query, newest first unless told otherwise; a series without points is empty.

    Up to 500 queries; more than `MaxDatapoints` (100,800) points come in pages, with `PartialData` where a page ends.
    """
    queries = parameters["MetricDataQueries"]
    if len(queries) > _MOST_QUERIES:
        raise _invalid(f"The collection MetricDataQueries must not have a size greater than {_MOST_QUERIES}.")
    if len({query["Id"] for query in queries}) < len(queries):
        raise _invalid("The values for parameter id in MetricDataQueries are not unique.")
    oldest_first = parameters.get("ScanBy") == "TimestampAscending"
    results = [
        _result(query, sorted(_queried(store, query, parameters), reverse=not oldest_first))
        for query in queries
        if query.get("ReturnData", True)
    ]
    return _page([_harmed(result, data_status()) for result in results], parameters)


def get_metric_statistics(store: MetricStore, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return at most 1,440 points of one series with several statistics, in no order."""
    window = _Window.of(parameters, parameters["Period"])
    simple, extended = parameters.get("Statistics", []), parameters.get("ExtendedStatistics", [])
    if not simple and not extended:
        raise AwsError("InvalidParameterCombination", "Must specify either Statistics or ExtendedStatistics")
    if (window.end - window.start) / window.period > _MOST_STATISTICS_POINTS:
        message = f"You have requested more datapoints than the limit of {_MOST_STATISTICS_POINTS}"
        raise AwsError("InvalidParameterCombination", message)
    series = _series(parameters["Namespace"], parameters["MetricName"], parameters)
    points: list[dict[str, Any]] = []
    for start, values in _periods(store, series, window):
        point = {"Timestamp": start, **{name: _statistic(name)(values) for name in simple}}
        more = {name: _statistic(name)(values) for name in extended}
        points.append({**point, "ExtendedStatistics": more} if more else point)
    return {"Label": parameters["MetricName"], "Datapoints": points}


def list_metrics(store: MetricStore, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List the series that have points, 500 at a time, also by only some of their dimensions."""
    wanted = {(each["Name"], each.get("Value")) for each in parameters.get("Dimensions", [])}
    found = [
        series
        for series in sorted(store.series(), key=lambda series: (*_name(series), sorted(series.dimensions)))
        if parameters.get("Namespace") in (None, series.namespace)
        and parameters.get("MetricName") in (None, series.name)
        and all((name, value) in series.dimensions or _has(series, name, value) for name, value in wanted)
    ]
    start = int(parameters.get("NextToken", "0"))
    rest = {"NextToken": str(start + _LISTED)} if start + _LISTED < len(found) else {}
    return {"Metrics": [_listed(series) for series in found[start : start + _LISTED]], **rest}


OPERATIONS: Mapping[str, Operation] = {
    "put_metric_data": put_metric_data,
    "get_metric_data": get_metric_data,
    "get_metric_statistics": get_metric_statistics,
    "list_metrics": list_metrics,
}


def install(patches: Patches, store: MetricStore) -> None:
    """Put the metrics into moto, kept in this store."""
    for name, operation in OPERATIONS.items():
        patches.replace(CloudWatchResponse, name, _method(store, operation))


def _method(store: MetricStore, operation: Operation) -> Any:  # noqa: ANN401  # takes the place of moto's method
    def method(self: Any) -> ActionResult:  # noqa: ANN401  # moto's response class
        return ActionResult(operation(store, Call.of(self).parameters) or {})

    return method


def _queried(store: MetricStore, query: Mapping[str, Any], parameters: Mapping[str, Any]) -> Iterator[Point]:
    if "MetricStat" not in query:
        raise _invalid(f"the sandbox does not evaluate metric math, `Expression` of the query `{query['Id']}`")
    asked = query["MetricStat"]
    series = _series(asked["Metric"]["Namespace"], asked["Metric"]["MetricName"], asked["Metric"])
    calculate, window = _statistic(asked["Stat"]), _Window.of(parameters, asked["Period"])
    return ((start, calculate(values)) for start, values in _periods(store, series, window))


def _periods(store: MetricStore, series: Series, window: _Window) -> Iterator[tuple[datetime, statistics.Distribution]]:
    """Yield the values of every period that has any, with its start; minutes are kept for 15 days."""
    oldest = store.clock.now() - _DAYS_OF_MINUTES * _DAY if window.period < _MINUTES_KEPT_LONGER * MINUTE else 0.0
    periods: dict[int, Counter[float]] = {}
    for minute, values in store.read(series, max(window.start, oldest), window.end).items():
        number = int(minute * MINUTE - window.start) // window.period
        periods.setdefault(number, Counter()).update(values)
    for number, values in periods.items():
        yield datetime.fromtimestamp(window.start + number * window.period, UTC), values


def _result(query: Mapping[str, Any], points: Sequence[Point]) -> dict[str, Any]:
    known = [point for point in points if not math.isnan(point[1])]
    return {
        "Id": query["Id"],
        "Label": query.get("Label", query["MetricStat"]["Metric"]["MetricName"]),
        "Timestamps": [moment for moment, _ in known],
        "Values": [value for _, value in known],
        "StatusCode": "Complete",
    }


def _harmed(result: dict[str, Any], status: str | None) -> dict[str, Any]:
    """Return a result as it is when CloudWatch cannot read everything: only its older half, or nothing."""
    if status is None:
        return result
    moments = sorted(result["Timestamps"])
    kept = moments[: len(moments) // 2] if status == "PartialData" else []
    points = [point for point in zip(result["Timestamps"], result["Values"], strict=True) if point[0] in kept]
    cut = {"Timestamps": [moment for moment, _ in points], "Values": [value for _, value in points]}
    return {**result, **cut, "StatusCode": status}


def _page(results: list[dict[str, Any]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the points from `NextToken` on, as many as may be, counted through all results."""
    start = int(parameters.get("NextToken", "0"))
    end = start + parameters.get("MaxDatapoints", _MOST_POINTS)
    passed, page = 0, list[dict[str, Any]]()
    for result in results:
        first, last = max(start - passed, 0), max(end - passed, 0)
        total = len(result["Values"])
        cut = {name: result[name][first:last] for name in ("Timestamps", "Values")}
        page.append({**result, **cut, **({"StatusCode": "PartialData"} if last < total else {})})
        passed += total
    return {"MetricDataResults": page, **({"NextToken": str(end)} if end < passed else {})}


def _statistic(name: str) -> statistics.Statistic:
    found = statistics.parse(name)
    if found is None:
        raise _invalid(f"The value {name} for parameter Stat is not supported.")
    return found


def _series(namespace: str, name: str, given: Mapping[str, Any]) -> Series:
    return Series.of(namespace, name, {each["Name"]: each["Value"] for each in given.get("Dimensions", [])})


def _values(datum: Mapping[str, Any]) -> Counter[float]:
    if "Values" not in datum:
        return Counter({datum["Value"]: 1})
    counts = datum.get("Counts") or [1.0] * len(datum["Values"])
    values = Counter[float]()
    for value, count in zip(datum["Values"], counts, strict=True):
        values[value] += int(count)
    return values


def _name(series: Series) -> tuple[str, str]:
    return series.namespace, series.name


def _has(series: Series, name: str, value: str | None) -> bool:
    return value is None and any(each == name for each, _ in series.dimensions)


def _listed(series: Series) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in sorted(series.dimensions)]
    return {"Namespace": series.namespace, "MetricName": series.name, "Dimensions": dimensions}


def _invalid(message: str) -> AwsError:
    return AwsError("ValidationError", message)
