"""The same functions twice: as components of this library, and as the raw resources that those register."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
from lambdaform import Function

__all__ = ["VARIANTS"]

ARCHIVE = "code.zip"
TOPICS = ["arn:aws:sns:eu-west-1:123456789012:pager"]


def components(count: int) -> None:
    """Make `count` functions with the library."""
    for index in range(count):
        Function(
            f"worker-{index}",
            {
                "archive": ARCHIVE,
                "handler": "handler.handle",
                "environment": {"TABLE": "people"},
                "alarm_topics": TOPICS,
            },
        )


def raw_resources(count: int) -> None:
    """Make `count` functions as one writes them without the library."""
    account = aws.get_caller_identity_output().account_id
    aws.get_region_output()
    trust = account.apply(_trust)
    for index in range(count):
        _raw_function(f"worker-{index}", trust)


VARIANTS: Mapping[str, Callable[[int], None]] = {"components": components, "raw": raw_resources}
"""What is compared, by the name it has in the table."""


def _raw_function(name: str, trust: pulumi.Output[str]) -> None:
    group = aws.cloudwatch.LogGroup(
        name, name_prefix=f"/aws/lambda/{name}-", retention_in_days=365, log_group_class="STANDARD"
    )
    dead_letters = _dead_letters(name)
    role = aws.iam.Role(name, assume_role_policy=trust, max_session_duration=3600)
    policy = aws.iam.RolePolicy(
        name, role=role.name, policy=pulumi.Output.all(group.arn, dead_letters.arn).apply(_rights)
    )
    path = Path(pulumi.get_root_directory() or "") / ARCHIVE
    function = aws.lambda_.Function(
        name,
        package_type="Zip",
        code=pulumi.FileArchive(str(path)),
        source_code_hash=base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode(),
        role=role.arn,
        publish=True,
        handler="handler.handle",
        runtime="python3.13",
        architectures=["arm64"],
        memory_size=256,
        timeout=10,
        environment={"variables": {"TABLE": "people"}},
        tracing_config={"mode": "Active"},
        logging_config={
            "log_format": "JSON",
            "log_group": group.name,
            "application_log_level": "INFO",
            "system_log_level": "INFO",
        },
        dead_letter_config={"target_arn": dead_letters.arn},
        opts=pulumi.ResourceOptions(depends_on=[policy, group]),
    )
    alias = aws.lambda_.Alias(
        name,
        name="live",
        function_name=function.name,
        function_version=function.version,
        description=f"live traffic of {name}",
    )
    _alarms(name, function, alias, dead_letters)


def _dead_letters(name: str) -> aws.sqs.Queue:
    queue = aws.sqs.Queue(f"{name}-dead-letters", message_retention_seconds=1_209_600, sqs_managed_sse_enabled=True)
    aws.sqs.QueuePolicy(f"{name}-dead-letters", queue_url=queue.url, policy=queue.arn.apply(_tls_only))
    return queue


def _alarms(name: str, function: aws.lambda_.Function, alias: aws.lambda_.Alias, dead_letters: aws.sqs.Queue) -> None:
    resource = pulumi.Output.concat(function.name, ":", alias.name)
    dimensions: dict[str, pulumi.Input[str]] = {"FunctionName": function.name, "Resource": resource}
    alarms = [
        _alarm(name, "errors", "Errors", "Sum", 1, "calls fail", dimensions),
        _alarm(name, "throttles", "Throttles", "Sum", 1, "calls find no capacity", dimensions),
        _alarm(name, "duration", "Duration", "Maximum", 8000, "calls take almost as long as they may", dimensions),
        _alarm(name, "async-age", "AsyncEventAge", "Maximum", 300_000, "events wait too long", dimensions),
        _alarm(name, "async-drops", "AsyncEventsDropped", "Sum", 1, "events were given up", dimensions, datapoints=1),
        aws.cloudwatch.MetricAlarm(
            f"{name}-dead-letters",
            namespace="AWS/SQS",
            metric_name="ApproximateNumberOfMessagesVisible",
            dimensions={"QueueName": dead_letters.name},
            statistic="Maximum",
            threshold=1,
            period=60,
            evaluation_periods=5,
            datapoints_to_alarm=1,
            alarm_description=f"{name}: failed events wait in the dead-letter queue",
            **_behaviour(),
        ),
        _error_rate(name, dimensions),
    ]
    aws.cloudwatch.CompositeAlarm(
        name,
        alarm_name=pulumi.Output.concat(function.name, "-unhealthy"),
        alarm_rule=pulumi.Output.all(*[alarm.name for alarm in alarms]).apply(_any_of),
        alarm_description=f"{name} is not healthy",
    )


def _alarm(
    name: str,
    suffix: str,
    metric: str,
    statistic: str,
    threshold: int,
    says: str,
    dimensions: dict[str, pulumi.Input[str]],
    datapoints: int = 3,
) -> aws.cloudwatch.MetricAlarm:
    return aws.cloudwatch.MetricAlarm(
        f"{name}-{suffix}",
        namespace="AWS/Lambda",
        metric_name=metric,
        dimensions=dimensions,
        statistic=statistic,
        threshold=threshold,
        period=60,
        evaluation_periods=5,
        datapoints_to_alarm=datapoints,
        alarm_description=f"{name}: {says}",
        **_behaviour(),
    )


def _error_rate(name: str, dimensions: dict[str, pulumi.Input[str]]) -> aws.cloudwatch.MetricAlarm:
    metric: Any = {"namespace": "AWS/Lambda", "dimensions": dimensions, "stat": "Sum", "period": 300}
    errors: Any = {"id": "errors", "metric": {**metric, "metric_name": "Errors"}}
    invocations: Any = {"id": "invocations", "metric": {**metric, "metric_name": "Invocations"}}
    rate = "IF(invocations >= 20, 100 * errors / invocations, 0)"
    return aws.cloudwatch.MetricAlarm(
        f"{name}-error-rate",
        metric_queries=[
            {"id": "rate", "expression": rate, "label": "error rate in percent", "return_data": True},
            errors,
            invocations,
        ],
        evaluation_periods=1,
        threshold=5,
        alarm_description=f"{name}: too large a share of the calls fails",
        **_behaviour(),
    )


def _behaviour() -> dict[str, Any]:
    return {
        "comparison_operator": "GreaterThanOrEqualToThreshold",
        "treat_missing_data": "notBreaching",
        "alarm_actions": TOPICS,
        "ok_actions": TOPICS,
    }


def _trust(account: str) -> str:
    return _document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        }
    )


def _rights(arns: list[str]) -> str:
    group, queue = arns
    trace = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    return _document(
        {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": [f"{group}:*"]},
        {"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": [queue]},
        {"Effect": "Allow", "Action": trace, "Resource": ["*"]},
    )


def _tls_only(queue: str) -> str:
    return _document(
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sqs:*",
            "Resource": queue,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    )


def _document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))


def _any_of(names: list[str]) -> str:
    return " OR ".join(f'ALARM("{name}")' for name in names)
