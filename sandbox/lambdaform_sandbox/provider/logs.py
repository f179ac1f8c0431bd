"""CloudWatch Logs: log groups and subscription filters."""

from collections.abc import Mapping
from typing import Any

from .cloud import Cloud
from .naming import Naming
from .resource_type import Created, ResourceType
from .shape import Shape, call_arguments
from .tags import tag_map

__all__ = ["TYPES"]

_LOG_GROUP: Shape = {
    "deletionProtectionEnabled": "deletionProtectionEnabled",
    "kmsKeyId": "kmsKeyId",
    "logGroupClass": "logGroupClass",
    "name": "logGroupName",
    "namePrefix": None,
    "retentionInDays": None,
    "skipDestroy": None,
    "tags": None,
}
_SUBSCRIPTION_FILTER: Shape = {
    "destinationArn": "destinationArn",
    "distribution": "distribution",
    "filterPattern": "filterPattern",
    "logGroup": "logGroupName",
    "name": "filterName",
    "roleArn": "roleArn",
}


def _create_log_group(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    name, logs = inputs["name"], cloud.client("logs")
    tags = {"tags": tag_map(inputs)} if tag_map(inputs) else {}
    logs.create_log_group(**call_arguments(inputs, _LOG_GROUP), **tags)
    if inputs["retentionInDays"]:
        logs.put_retention_policy(logGroupName=name, retentionInDays=inputs["retentionInDays"])
    return Created(name, {"arn": cloud.arn("logs", f"log-group:{name}")})


def _create_subscription_filter(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    cloud.client("logs").put_subscription_filter(**call_arguments(inputs, _SUBSCRIPTION_FILTER))
    return Created(f"{inputs['logGroup']}|{inputs['name']}")


TYPES = (
    ResourceType(
        "aws:cloudwatch/logGroup:LogGroup",
        _LOG_GROUP,
        _create_log_group,
        naming=Naming(longest=512),
        taggable=True,
        defaults={"retentionInDays": 0, "logGroupClass": "STANDARD", "skipDestroy": False},
    ),
    ResourceType(
        "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        _SUBSCRIPTION_FILTER,
        _create_subscription_filter,
        naming=Naming(longest=512, prefix_property=None),
        defaults={"filterPattern": "", "distribution": "ByLogStream"},
    ),
)
