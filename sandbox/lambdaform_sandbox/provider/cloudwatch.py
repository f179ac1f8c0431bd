"""CloudWatch alarms: metric alarms, also on metric math, and the composites that join them."""

from collections.abc import Mapping
from typing import Any

from .cloud import Cloud
from .naming import Naming
from .resource_type import Created, ResourceType
from .shape import Block, Shape, call_arguments
from .tags import tag_list

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


def _create_metric_alarm(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    arguments = call_arguments(inputs, {**_METRIC_ALARM, "metricQueries": None})
    if "metricQueries" in inputs:
        arguments["Metrics"] = [_query(query) for query in inputs["metricQueries"]]
    if "dimensions" in inputs:
        arguments["Dimensions"] = _dimensions(inputs)
    cloud.client("cloudwatch").put_metric_alarm(**arguments, Tags=tag_list(inputs))
    return Created(inputs["name"], {"arn": cloud.arn("cloudwatch", f"alarm:{inputs['name']}")})


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


def _create_composite_alarm(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    cloud.client("cloudwatch").put_composite_alarm(**call_arguments(inputs, _COMPOSITE_ALARM), Tags=tag_list(inputs))
    name = inputs["alarmName"]
    return Created(name, {"arn": cloud.arn("cloudwatch", f"alarm:{name}")})


TYPES = (
    ResourceType(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        _METRIC_ALARM,
        _create_metric_alarm,
        naming=Naming(longest=255, prefix_property=None),
        taggable=True,
        defaults={"actionsEnabled": True, "treatMissingData": "missing"},
    ),
    ResourceType(
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        _COMPOSITE_ALARM,
        _create_composite_alarm,
        taggable=True,
        defaults={"actionsEnabled": True},
    ),
)
