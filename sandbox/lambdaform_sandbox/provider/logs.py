"""CloudWatch Logs: log groups and subscription filters."""

from collections.abc import Mapping
from typing import Any

from .change import Change
from .cloud import Cloud
from .naming import Naming
from .resource_type import Resource, ResourceType
from .shape import Shape, call_arguments, properties
from .tags import Tagging, tag_map

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


def _create_log_group(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    tags = {"tags": tag_map(inputs)} if tag_map(inputs) else {}
    cloud.client("logs").create_log_group(**call_arguments(inputs, _LOG_GROUP), **tags)
    return inputs["name"]


def _read_log_group(cloud: Cloud, name: str, _known: Mapping[str, Any]) -> Resource | None:
    pages = cloud.client("logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
    found = [group for page in pages for group in page["logGroups"] if group["logGroupName"] == name]
    if not found:
        return None
    said = {"retentionInDays": found[0].get("retentionInDays", 0), "arn": cloud.arn("logs", f"log-group:{name}")}
    return Resource(name, {**properties(found[0], _LOG_GROUP), **said})


def _update_log_group(cloud: Cloud, name: str, change: Change) -> None:
    logs = cloud.client("logs")
    if change.has("retentionInDays"):
        _keep_for(logs, name, change.after["retentionInDays"])
    if change.has("deletionProtectionEnabled"):
        protected = bool(change.value("deletionProtectionEnabled"))
        logs.put_log_group_deletion_protection(logGroupIdentifier=name, deletionProtectionEnabled=protected)
    if change.has("kmsKeyId"):
        _encrypt(logs, name, change.value("kmsKeyId"))


def _keep_for(logs: Any, name: str, days: int) -> None:  # noqa: ANN401  # boto3 has no types
    if days:
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)
    else:
        logs.delete_retention_policy(logGroupName=name)


def _encrypt(logs: Any, name: str, key: str | None) -> None:  # noqa: ANN401  # boto3 has no types
    if key:
        logs.associate_kms_key(logGroupName=name, kmsKeyId=key)
    else:
        logs.disassociate_kms_key(logGroupName=name)


def _delete_log_group(cloud: Cloud, name: str, outputs: Mapping[str, Any]) -> None:
    if not outputs.get("skipDestroy"):
        cloud.client("logs").delete_log_group(logGroupName=name)


def _create_subscription_filter(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    cloud.client("logs").put_subscription_filter(**call_arguments(inputs, _SUBSCRIPTION_FILTER))
    return f"{inputs['logGroup']}|{inputs['name']}"


def _read_subscription_filter(cloud: Cloud, identifier: str, _known: Mapping[str, Any]) -> Resource | None:
    group, _, name = identifier.rpartition("|")
    filters = cloud.client("logs").describe_subscription_filters(logGroupName=group)["subscriptionFilters"]
    found = [each for each in filters if each["filterName"] == name]
    return Resource(identifier, properties(found[0], _SUBSCRIPTION_FILTER)) if found else None


def _update_subscription_filter(cloud: Cloud, _identifier: str, change: Change) -> None:
    _create_subscription_filter(cloud, change.after)


def _delete_subscription_filter(cloud: Cloud, identifier: str, _outputs: Mapping[str, Any]) -> None:
    group, _, name = identifier.rpartition("|")
    cloud.client("logs").delete_subscription_filter(logGroupName=group, filterName=name)


TYPES = (
    ResourceType(
        "aws:cloudwatch/logGroup:LogGroup",
        _LOG_GROUP,
        create=_create_log_group,
        read=_read_log_group,
        update=_update_log_group,
        delete=_delete_log_group,
        replaces=frozenset({"logGroupClass", "name", "namePrefix"}),
        computed=frozenset({"arn", "logGroupClass", "name", "namePrefix"}),
        settled=frozenset({"logGroupClass", "name", "namePrefix"}),
        defaults={"retentionInDays": 0, "skipDestroy": False},
        afterwards=frozenset({"retentionInDays"}),
        naming=Naming(longest=512),
        tagging=Tagging("logs", "resourceArn", listed=False, tags="tags", keys="tagKeys"),
    ),
    ResourceType(
        "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        _SUBSCRIPTION_FILTER,
        create=_create_subscription_filter,
        read=_read_subscription_filter,
        update=_update_subscription_filter,
        delete=_delete_subscription_filter,
        replaces=frozenset({"destinationArn", "logGroup", "name"}),
        computed=frozenset({"roleArn"}),
        settled=frozenset({"roleArn"}),
        defaults={"distribution": "ByLogStream"},
        naming=Naming(longest=512, prefix_property=None),
    ),
)
