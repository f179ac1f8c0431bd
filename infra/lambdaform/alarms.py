"""The alarms of one function: what goes wrong with it, seen at its alias, told to a topic.

Every alarm looks at the alias (dimension `Resource`), so a version that nobody calls can neither hide nor raise it. The
composite alarm joins them into the one state that a release or a dashboard asks for; it notifies nobody by itself.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from . import limits
from .defaults import DEFAULTS_RULES, Defaults
from .errors import ABSENT, Problem
from .inputs import Rules, checked
from .naming import check_name
from .outputs import derived, joined

__all__ = [
    "ALARM_NAMES",
    "ALARM_RULES",
    "AlarmOptions",
    "AlarmThresholds",
    "FunctionAlarms",
    "FunctionAlarmsArgs",
    "alarm_behaviour",
    "alarm_problems",
    "topic_problems",
]

ALARM_NAMES = (
    "errors",
    "error-rate",
    "throttles",
    "duration",
    "concurrency",
    "async-age",
    "async-drops",
    "dead-letters",
)

MINIMUM_INVOCATIONS_FOR_A_RATE = 20
"""Below this many calls in a period an error rate says nothing."""


class AlarmThresholds(TypedDict):
    """Thresholds, each per minute and breached in 3 of 5 minutes unless it says otherwise."""

    disabled: NotRequired[Sequence[str]]
    """Alarms to leave out, by name (`ALARM_NAMES`). Default none."""
    errors: NotRequired[pulumi.Input[int]]
    """Failed calls. Default 1."""
    error_rate_percent: NotRequired[pulumi.Input[float]]
    """Share of failed calls over 5 minutes with at least 20 calls. Default 5."""
    throttles: NotRequired[pulumi.Input[int]]
    """Calls that found no capacity. Default 1."""
    duration_percent: NotRequired[pulumi.Input[float]]
    """Longest call as a share of the timeout. Default 80."""
    concurrency: NotRequired[pulumi.Input[int]]
    """Simultaneous calls. Default 80 % of the reserved concurrency; without one there is no such alarm."""
    async_age_seconds: NotRequired[pulumi.Input[int]]
    """Age of the oldest event waiting to be handled asynchronously. Default 300."""


class AlarmOptions(AlarmThresholds):
    """How the alarms of a function differ from the defaults."""

    enabled: NotRequired[bool]
    """Whether there are alarms at all. Default True."""


class FunctionAlarmsArgs(AlarmThresholds, Defaults):
    """Arguments of `FunctionAlarms`."""

    function_name: pulumi.Input[str]
    """Name of the function."""
    alias_name: pulumi.Input[str]
    """Alias whose calls are watched."""
    timeout: pulumi.Input[int]
    """Seconds the function may take."""
    reserved_concurrent_executions: NotRequired[pulumi.Input[int]]
    """Reserved concurrency of the function. Default none."""
    dead_letter_queue_name: NotRequired[pulumi.Input[str]]
    """Queue in which failed asynchronous events end. Without one there is no such alarm."""


_PERCENT = limits.Range(1, 100, "percent")
_COUNT = limits.Range(1, 1_000_000)
ALARM_RULES: Rules = {
    "disabled[]": limits.Choice(ALARM_NAMES),
    "errors": _COUNT,
    "error_rate_percent": _PERCENT,
    "throttles": _COUNT,
    "duration_percent": _PERCENT,
    "concurrency": _COUNT,
    "async_age_seconds": limits.ASYNC_EVENT_AGE,
    "timeout": limits.TIMEOUT,
    "reserved_concurrent_executions": limits.RESERVED_CONCURRENCY,
}


@dataclass(frozen=True)
class _Alarm:
    """One metric, one threshold."""

    name: str
    metric: str
    statistic: str
    threshold: pulumi.Input[float]
    says: str
    namespace: str = "AWS/Lambda"
    datapoints: int = 3


_Dimensions = dict[str, pulumi.Input[str]]


class FunctionAlarms(pulumi.ComponentResource):
    """The alarms of one alias and the composite that joins them."""

    alarm_names: pulumi.Output[Sequence[str]]
    """Physical names of the alarms, for a release to watch."""
    composite_alarm_arn: pulumi.Output[str]
    """ARN of the composite alarm."""

    def __init__(self, name: str, args: FunctionAlarmsArgs, opts: pulumi.ResourceOptions | None = None):
        check_name("FunctionAlarms", name, {"aws:cloudwatch/metricAlarm:MetricAlarm": "-dead-letters"})
        rules = {**DEFAULTS_RULES, **ALARM_RULES}
        args = checked(FunctionAlarmsArgs, "FunctionAlarms", name, args, rules, presence=alarm_problems)
        super().__init__("lambdaform:index:FunctionAlarms", name, {}, opts)
        calls = _dimensions(args)
        alarms = [_metric_alarm(self, name, alarm, calls, args) for alarm in _alarms(args)]
        if "error-rate" not in args.get("disabled", ()):
            alarms.append(_error_rate_alarm(self, name, calls, args))
        self.alarm_names = pulumi.Output.all(*[alarm.name for alarm in alarms])
        composite = aws.cloudwatch.CompositeAlarm(
            name,
            alarm_name=joined(args["function_name"], "-unhealthy"),
            alarm_rule=self.alarm_names.apply(_any_of),
            alarm_description=f"{name} is not healthy",
            tags=args.get("tags"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.composite_alarm_arn = composite.arn
        self.register_outputs({"alarm_names": self.alarm_names, "composite_alarm_arn": self.composite_alarm_arn})


def alarm_problems(args: Mapping[str, Any]) -> Iterable[Problem]:
    """Yield a problem if there would be no alarm, or alarms without a decision about whom they notify."""
    yield from topic_problems(args)
    if set(ALARM_NAMES) <= set(args.get("disabled", ())):
        yield Problem("disabled", ABSENT, "leaves no alarm", "turn alarms off with enabled: False on the function")


def topic_problems(args: Mapping[str, Any]) -> Iterable[Problem]:
    """Yield a problem if nobody decided whom alarms notify."""
    if "alarm_topics" not in args:
        rule = "is missing, and an alarm that tells nobody is no alarm"
        fix = "pass the ARNs of SNS topics, or [] to say that nobody is told"
        yield Problem("alarm_topics", ABSENT, rule, fix)


def _alarms(args: FunctionAlarmsArgs) -> list[_Alarm]:
    age_milliseconds = derived([1000.0, args.get("async_age_seconds", 300)], math.prod)
    near_timeout = derived([10.0, args["timeout"], args.get("duration_percent", 80)], math.prod)
    alarms = [
        _Alarm("errors", "Errors", "Sum", args.get("errors", 1), "calls fail"),
        _Alarm("throttles", "Throttles", "Sum", args.get("throttles", 1), "calls find no capacity"),
        _Alarm("duration", "Duration", "Maximum", near_timeout, "calls take almost as long as they may"),
        _Alarm("async-age", "AsyncEventAge", "Maximum", age_milliseconds, "events wait too long"),
        _Alarm("async-drops", "AsyncEventsDropped", "Sum", 1, "events were given up", datapoints=1),
    ]
    if "concurrency" in args or "reserved_concurrent_executions" in args:
        most = args.get("concurrency", derived(args.get("reserved_concurrent_executions", 0), _share))
        alarms.append(_Alarm("concurrency", "ConcurrentExecutions", "Maximum", most, "concurrency is nearly used up"))
    if "dead_letter_queue_name" in args:
        says = "failed events wait in the dead-letter queue"
        depth = "ApproximateNumberOfMessagesVisible"
        alarms.append(_Alarm("dead-letters", depth, "Maximum", 1, says, namespace="AWS/SQS", datapoints=1))
    return [alarm for alarm in alarms if alarm.name not in args.get("disabled", ())]


def _share(reserved: int) -> float:
    return max(1.0, reserved * 0.8)


def _metric_alarm(
    component: pulumi.ComponentResource, name: str, alarm: _Alarm, calls: _Dimensions, args: FunctionAlarmsArgs
) -> aws.cloudwatch.MetricAlarm:
    in_queue = alarm.namespace == "AWS/SQS"
    return aws.cloudwatch.MetricAlarm(
        f"{name}-{alarm.name}",
        namespace=alarm.namespace,
        metric_name=alarm.metric,
        dimensions={"QueueName": args.get("dead_letter_queue_name", "")} if in_queue else calls,
        statistic=alarm.statistic,
        period=60,
        evaluation_periods=5,
        datapoints_to_alarm=alarm.datapoints,
        threshold=alarm.threshold,
        alarm_description=f"{name}: {alarm.says}",
        **alarm_behaviour(component, args),
    )


def _error_rate_alarm(
    component: pulumi.ComponentResource, name: str, calls: _Dimensions, args: FunctionAlarmsArgs
) -> aws.cloudwatch.MetricAlarm:
    rate = f"IF(invocations >= {MINIMUM_INVOCATIONS_FOR_A_RATE}, 100 * errors / invocations, 0)"
    return aws.cloudwatch.MetricAlarm(
        f"{name}-error-rate",
        metric_queries=[
            {"id": "rate", "expression": rate, "label": "error rate in percent", "return_data": True},
            _sum("errors", "Errors", calls),
            _sum("invocations", "Invocations", calls),
        ],
        evaluation_periods=1,
        threshold=args.get("error_rate_percent", 5.0),
        alarm_description=f"{name}: too large a share of the calls fails",
        **alarm_behaviour(component, args),
    )


def _sum(identifier: str, metric: str, calls: _Dimensions) -> aws.cloudwatch.MetricAlarmMetricQueryArgsDict:
    return {
        "id": identifier,
        "metric": {
            "namespace": "AWS/Lambda",
            "metric_name": metric,
            "dimensions": calls,
            "stat": "Sum",
            "period": 300,
        },
    }


def _dimensions(args: FunctionAlarmsArgs) -> _Dimensions:
    """Return what marks the metrics of the calls to the alias."""
    resource = joined(args["function_name"], ":", args["alias_name"])
    return {"FunctionName": args["function_name"], "Resource": resource}


def alarm_behaviour(component: pulumi.ComponentResource, args: Defaults) -> dict[str, Any]:
    """Return what all alarms of this library have in common: whom they tell, and that silence is health."""
    topics = list(args.get("alarm_topics", ()))
    return {
        "comparison_operator": "GreaterThanOrEqualToThreshold",
        "treat_missing_data": "notBreaching",  # nobody calling is not a fault
        "alarm_actions": topics,
        "ok_actions": topics,
        "tags": args.get("tags"),
        "opts": pulumi.ResourceOptions(parent=component),
    }


def _any_of(names: Sequence[str]) -> str:
    return " OR ".join(f'ALARM("{name}")' for name in names)
