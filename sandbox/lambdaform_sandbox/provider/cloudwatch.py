"""CloudWatch alarms: metric alarms, also on metric math, and the composites that join them."""

from collections.abc import Mapping
from typing import Any

from .change import Change
from .cloud import Cloud
from .naming import Naming
from .resource_type import Resource, ResourceType
from .shape import Block, Shape, call_arguments, properties
from .tags import Tagging, tag_list

__all__ = ["TYPES"]

_ACTIONS: Shape = {
    "actionsEnabled": "ActionsEnabled",
    "alarmActions": "AlarmActions",
    "alarmDescription": "AlarmDescription",
    "insufficientDataActions": "InsufficientDataActions",
    "okActions": "OKActions",
    "tags": None,
}
_QUERY: Shape = {
    "accountId": "AccountId",
    "expression": "Expression",
    "id": "Id",
    "label": "Label",
    "metric": None,
    "period": "Period",
    "returnData": "ReturnData",
}
_QUERY_METRIC: Shape = {
    "dimensions": None,
    "metricName": "MetricName",
    "namespace": "Namespace",
    "period": None,
    "stat": None,
    "unit": None,
}
_METRIC_ALARM: Shape = {
    **_ACTIONS,
    "comparisonOperator": "ComparisonOperator",
    "datapointsToAlarm": "DatapointsToAlarm",
    "dimensions": None,
    "evaluateLowSampleCountPercentiles": "EvaluateLowSampleCountPercentile",
    "evaluationPeriods": "EvaluationPeriods",
    "extendedStatistic": "ExtendedStatistic",
    "metricName": "MetricName",
    "metricQueries": Block("Metrics", {**_QUERY, "metric": Block("MetricStat", _QUERY_METRIC)}),
    "name": "AlarmName",
    "namespace": "Namespace",
    "period": "Period",
    "statistic": "Statistic",
    "threshold": "Threshold",
    "thresholdMetricId": "ThresholdMetricId",
    "treatMissingData": "TreatMissingData",
    "unit": "Unit",
}
_COMPOSITE_ALARM: Shape = {**_ACTIONS, "alarmName": "AlarmName", "alarmRule": "AlarmRule"}


def _create_metric_alarm(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    _put_metric_alarm(cloud, inputs, Tags=tag_list(inputs))
    return inputs["name"]


def _read_metric_alarm(cloud: Cloud, name: str, _known: Mapping[str, Any]) -> Resource | None:
    alarm = _described(cloud, name, "MetricAlarm")
    if alarm is None:
        return None
    said = {
        "arn": alarm["AlarmArn"],
        "dimensions": _named(alarm),
        "metricQueries": [_found_query(query) for query in alarm.get("Metrics", [])] or None,
    }
    return Resource(name, {**properties(alarm, {**_METRIC_ALARM, "metricQueries": None}), **said})


def _update_metric_alarm(cloud: Cloud, _name: str, change: Change) -> None:
    _put_metric_alarm(cloud, change.after)


def _put_metric_alarm(cloud: Cloud, inputs: Mapping[str, Any], **tags: Any) -> None:  # noqa: ANN401  # of boto3
    arguments = call_arguments(inputs, {**_METRIC_ALARM, "metricQueries": None})
    if "metricQueries" in inputs:
        arguments["Metrics"] = [_query(query) for query in inputs["metricQueries"]]
    if "dimensions" in inputs:
        arguments["Dimensions"] = _dimensions(inputs)
    cloud.client("cloudwatch").put_metric_alarm(**arguments, **tags)


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return one metric query; AWS nests the metric itself one level deeper than the provider does."""
    arguments = call_arguments(query, _QUERY)
    metric = query.get("metric")
    if metric:
        named = {**call_arguments(metric, _QUERY_METRIC), "Dimensions": _dimensions(metric)}
        statistic = {"Metric": named, "Period": metric["period"], "Stat": metric["stat"]}
        arguments["MetricStat"] = {**statistic, **({"Unit": metric["unit"]} if "unit" in metric else {})}
    return arguments


def _dimensions(inputs: Mapping[str, Any]) -> list[dict[str, str]]:
    dimensions: Mapping[str, str] = inputs.get("dimensions", {})
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


def _found_query(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return one metric query of AWS as the provider nests it."""
    found = properties(query, _QUERY)
    statistic = query.get("MetricStat")
    if statistic:
        metric = {**properties(statistic["Metric"], _QUERY_METRIC), "dimensions": _named(statistic["Metric"])}
        metric |= {"period": statistic["Period"], "stat": statistic["Stat"], "unit": statistic.get("Unit")}
        found["metric"] = {name: value for name, value in metric.items() if value is not None}
    return {name: value for name, value in found.items() if value is not None}


def _named(metric: Mapping[str, Any]) -> dict[str, str] | None:
    return {dimension["Name"]: dimension["Value"] for dimension in metric.get("Dimensions", [])} or None


def _create_composite_alarm(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    cloud.client("cloudwatch").put_composite_alarm(**call_arguments(inputs, _COMPOSITE_ALARM), Tags=tag_list(inputs))
    return inputs["alarmName"]


def _read_composite_alarm(cloud: Cloud, name: str, _known: Mapping[str, Any]) -> Resource | None:
    alarm = _described(cloud, name, "CompositeAlarm")
    return Resource(name, {**properties(alarm, _COMPOSITE_ALARM), "arn": alarm["AlarmArn"]}) if alarm else None


def _update_composite_alarm(cloud: Cloud, _name: str, change: Change) -> None:
    cloud.client("cloudwatch").put_composite_alarm(**call_arguments(change.after, _COMPOSITE_ALARM))


def _delete_alarm(cloud: Cloud, name: str, _outputs: Mapping[str, Any]) -> None:
    cloud.client("cloudwatch").delete_alarms(AlarmNames=[name])


def _described(cloud: Cloud, name: str, kind: str) -> Any:  # noqa: ANN401  # boto3 has no types
    found = cloud.client("cloudwatch").describe_alarms(AlarmNames=[name], AlarmTypes=[kind])
    alarms = found.get(f"{kind}s") or [None]
    return alarms[0]


_ACTION_SETS = frozenset({"alarmActions", "insufficientDataActions", "okActions"})

TYPES = (
    ResourceType(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        _METRIC_ALARM,
        create=_create_metric_alarm,
        read=_read_metric_alarm,
        update=_update_metric_alarm,
        delete=_delete_alarm,
        replaces=frozenset({"name"}),
        computed=frozenset({"arn", "evaluateLowSampleCountPercentiles"}),
        settled=frozenset({"evaluateLowSampleCountPercentiles"}),
        defaults={"actionsEnabled": True, "treatMissingData": "missing"},
        sets=_ACTION_SETS | {"metricQueries"},
        naming=Naming(longest=255, prefix_property=None),
        tagging=Tagging("cloudwatch", "ResourceARN"),
    ),
    ResourceType(
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        _COMPOSITE_ALARM,
        create=_create_composite_alarm,
        read=_read_composite_alarm,
        update=_update_composite_alarm,
        delete=_delete_alarm,
        replaces=frozenset({"actionsEnabled", "alarmName"}),
        computed=frozenset({"arn"}),
        defaults={"actionsEnabled": True},
        sets=_ACTION_SETS,
        tagging=Tagging("cloudwatch", "ResourceARN"),
        delete_before_replace=True,
    ),
)
