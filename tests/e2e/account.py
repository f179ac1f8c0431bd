"""What an AWS account holds, read through its API, without what differs from one deployment to the next."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

# boto3 has no types, and what it answers is of any shape:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

__all__ = ["Client", "held", "snapshot"]

Client = Callable[[str], Any]
"""Service to its boto3 client."""

_MADE_UP = re.compile(
    r"(?<=-)[0-9a-f]{26}(?![0-9a-f])|(?<=-)[0-9a-f]{7}(?![0-9a-f])"  # random ends of names
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"  # ids of mappings
    r"|(?<=127\.0\.0\.1:)\d+"
)
_OF_THE_MOMENT = {
    "ResponseMetadata", "RevisionId", "RoleId", "RoleLastUsed", "TableId", "ItemCount", "TableSizeBytes",
    "AlarmConfigurationUpdatedTimestamp", "CreateDate", "CreatedDate", "CreatedTimestamp", "CreationDateTime",
    "BillingModeSummary", "EarliestRestorableDateTime", "LastModified", "LastModifiedTimestamp", "LastUpdatedDate",
    "LatestRestorableDateTime", "StateTransitionedTimestamp", "StateUpdatedTimestamp", "creationTime",
}  # fmt: skip


def snapshot(client: Client) -> Mapping[str, list[Any]]:
    """Return service to everything in it; equal for two accounts that hold the same under other names and ids."""
    found = {service: list(read(client(service))) for service, read in _READERS.items()}
    ids = [api["ApiId"] for api in found["apigatewayv2"]]
    ids += [part[key] for api in found["apigatewayv2"] for key, parts in api["Parts"].items() for part in parts]
    text = _MADE_UP.sub("*", json.dumps(_lasting(found), default=str))
    for each in sorted(filter(None, map(str, ids)), key=len, reverse=True):
        text = text.replace(each, "*") if each != "$default" else text
    return {service: _in_order(things) for service, things in json.loads(text).items()}


def held(client: Client) -> Mapping[str, int]:
    """Return how much there is of each service that holds anything."""
    counts = {service: len(list(read(client(service)))) for service, read in _READERS.items()}
    return {service: count for service, count in counts.items() if count}


def _lasting(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lasting(item) for key, item in value.items() if key not in _OF_THE_MOMENT}
    return [_lasting(item) for item in value] if isinstance(value, list) else value


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _in_order(item) for key, item in sorted(value.items())}
    if isinstance(value, list):
        return sorted(map(_in_order, value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


def _pages(client: Any, operation: str, key: str, **arguments: Any) -> list[Any]:
    return [each for page in client.get_paginator(operation).paginate(**arguments) for each in page[key]]


def _functions(client: Any) -> Iterable[Any]:
    for function in _pages(client, "list_functions", "Functions"):
        name = function["FunctionName"]
        yield {
            **function,
            "Tags": client.get_function(FunctionName=name).get("Tags"),
            "Versions": [
                each["Version"] for each in _pages(client, "list_versions_by_function", "Versions", FunctionName=name)
            ],
            "Aliases": [
                _alias(client, name, each) for each in _pages(client, "list_aliases", "Aliases", FunctionName=name)
            ],
            "Asynchronous": _pages(
                client, "list_function_event_invoke_configs", "FunctionEventInvokeConfigs", FunctionName=name
            ),
            "Concurrency": client.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions"),
            "Recursion": client.get_function_recursion_config(FunctionName=name)["RecursiveLoop"],
        }
    yield from _pages(client, "list_event_source_mappings", "EventSourceMappings")


def _alias(client: Any, function: str, alias: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        policy = client.get_policy(FunctionName=function, Qualifier=alias["Name"])["Policy"]
    except client.exceptions.ResourceNotFoundException:
        return alias
    return {**alias, "Policy": json.loads(policy)}


def _roles(client: Any) -> Iterable[Any]:
    for role in _pages(client, "list_roles", "Roles"):
        name = role["RoleName"]
        policies = _pages(client, "list_role_policies", "PolicyNames", RoleName=name)
        yield {
            **client.get_role(RoleName=name)["Role"],
            "Policies": [client.get_role_policy(RoleName=name, PolicyName=each) for each in policies],
            "Attached": _pages(client, "list_attached_role_policies", "AttachedPolicies", RoleName=name),
        }
    yield from _pages(client, "list_policies", "Policies", Scope="Local")


def _queues(client: Any) -> Iterable[Any]:
    for url in client.list_queues().get("QueueUrls", []):
        attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        documents = {key: json.loads(value) for key, value in attributes.items() if value.startswith("{")}
        yield {**attributes, **documents, "Tags": client.list_queue_tags(QueueUrl=url).get("Tags")}


def _log_groups(client: Any) -> Iterable[Any]:
    for group in _pages(client, "describe_log_groups", "logGroups"):
        name = group["logGroupName"]
        tags = client.list_tags_for_resource(resourceArn=group["logGroupArn"])["tags"]
        filters = client.describe_subscription_filters(logGroupName=name)["subscriptionFilters"]
        yield {**{key: value for key, value in group.items() if key != "storedBytes"}, "tags": tags, "filters": filters}


def _alarms(client: Any) -> Iterable[Any]:
    kinds = {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}
    for page in client.get_paginator("describe_alarms").paginate(**kinds):
        for alarm in [*page["MetricAlarms"], *page["CompositeAlarms"]]:
            stored = {key: value for key, value in alarm.items() if not key.startswith("State")}
            yield {**stored, "Tags": client.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]}


def _tables(client: Any) -> Iterable[Any]:
    for name in _pages(client, "list_tables", "TableNames"):
        table = client.describe_table(TableName=name)["Table"]
        yield {
            **table,
            "Backups": client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"],
            "Items": client.scan(TableName=name)["Items"],
            "Tags": client.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"],
            "TimeToLive": client.describe_time_to_live(TableName=name)["TimeToLiveDescription"],
        }


def _apis(client: Any) -> Iterable[Any]:
    for api in _pages(client, "get_apis", "Items"):
        called = {"ApiId": api["ApiId"]}
        operations = {"IntegrationId": "get_integrations", "RouteId": "get_routes", "StageName": "get_stages"}
        yield {**api, "Parts": {key: getattr(client, name)(**called)["Items"] for key, name in operations.items()}}


def _rules(client: Any) -> Iterable[Any]:
    for rule in client.list_rules()["Rules"]:
        yield {**rule, "Targets": client.list_targets_by_rule(Rule=rule["Name"])["Targets"]}


def _topics(client: Any) -> Iterable[Any]:
    for topic in _pages(client, "list_topics", "Topics"):
        yield client.get_topic_attributes(TopicArn=topic["TopicArn"])["Attributes"]


_READERS: Mapping[str, Callable[[Any], Iterable[Any]]] = {
    "apigatewayv2": _apis,
    "cloudwatch": _alarms,
    "dynamodb": _tables,
    "events": _rules,
    "iam": _roles,
    "lambda": _functions,
    "logs": _log_groups,
    "sns": _topics,
    "sqs": _queues,
}
