"""Lambda's own CloudWatch metrics: per function, per alias, and per version behind an alias."""

from collections.abc import Mapping

from ..overlay.metric_store import MetricStore, Series

__all__ = ["dimension_sets", "put"]

_NAMESPACE = "AWS/Lambda"


def dimension_sets(function: str, version: str, alias: str | None) -> list[dict[str, str]]:
    """Return the dimension sets that an invocation counts under, by name and value.

    A call through an alias counts under `name:alias` and its version; a call of a version only under `name:version`.
    """
    qualifier = alias or ("" if version == "$LATEST" else version)
    by_resource = {"FunctionName": function, "Resource": f"{function}:{qualifier}" if qualifier else function}
    sets = [{"FunctionName": function}, by_resource]
    if alias:
        sets.append({**by_resource, "ExecutedVersion": version})
    return sets


def put(
    store: MetricStore,
    dimensions: list[dict[str, str]],
    started: float,
    values: Mapping[str, Mapping[float, int]],
    reported: float | None = None,
) -> None:
    """Put the values of each metric, by how often, at the start of the invocation, in every dimension set.

    The service does this itself, with no permission of the function's role. Times are in seconds since the epoch.
    """
    for each in dimensions:
        for name, distribution in values.items():
            store.put(Series.of(_NAMESPACE, name, each), started, distribution, reported)
