"""EventBridge on the default bus: rules and their targets. The sandbox stores them and fires none."""

from collections.abc import Mapping
from typing import Any

from .change import Change
from .cloud import Cloud
from .naming import Naming
from .resource_type import Resource, ResourceType
from .shape import Block, Shape, call_arguments, properties
from .tags import Tagging, tag_list

__all__ = ["TYPES"]

_BUS = "default"

_RULE: Shape = {
    "description": "Description",
    "eventPattern": "EventPattern",
    "forceDestroy": None,
    "name": "Name",
    "namePrefix": None,
    "roleArn": "RoleArn",
    "scheduleExpression": "ScheduleExpression",
    "state": "State",
    "tags": None,
}
_TARGET: Shape = {
    "arn": "Arn",
    "deadLetterConfig": Block("DeadLetterConfig", {"arn": "Arn"}),
    "forceDestroy": None,
    "input": "Input",
    "inputPath": "InputPath",
    "inputTransformer": Block("InputTransformer", {"inputPaths": "InputPathsMap", "inputTemplate": "InputTemplate"}),
    "retryPolicy": Block(
        "RetryPolicy",
        {
            "maximumEventAgeInSeconds": "MaximumEventAgeInSeconds",
            "maximumRetryAttempts": "MaximumRetryAttempts",
        },
    ),
    "roleArn": "RoleArn",
    "rule": None,
    "targetId": "Id",
}


def _create_rule(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    cloud.client("events").put_rule(**call_arguments(inputs, _RULE), Tags=tag_list(inputs))
    return inputs["name"]


def _read_rule(cloud: Cloud, identifier: str, _known: Mapping[str, Any]) -> Resource:
    name = identifier.removeprefix(f"{_BUS}/")
    rule = cloud.client("events").describe_rule(Name=name)
    return Resource(name, {**properties(rule, _RULE), "arn": rule["Arn"], "eventBusName": _BUS})


def _update_rule(cloud: Cloud, _name: str, change: Change) -> None:
    cloud.client("events").put_rule(**call_arguments(change.after, _RULE))


def _delete_rule(cloud: Cloud, name: str, _outputs: Mapping[str, Any]) -> None:
    cloud.client("events").delete_rule(Name=name)


def _create_target(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    cloud.client("events").put_targets(Rule=inputs["rule"], Targets=[call_arguments(inputs, _TARGET)])
    return f"{inputs['rule']}-{inputs['targetId']}"


def _read_target(cloud: Cloud, identifier: str, known: Mapping[str, Any]) -> Resource | None:
    rule, target_id = _target_names(identifier, known)
    targets = cloud.client("events").list_targets_by_rule(Rule=rule)["Targets"]
    found = [target for target in targets if target["Id"] == target_id]
    if not found:
        return None
    return Resource(f"{rule}-{target_id}", {**properties(found[0], _TARGET), "rule": rule, "eventBusName": _BUS})


def _update_target(cloud: Cloud, _identifier: str, change: Change) -> None:
    _create_target(cloud, change.after)


def _delete_target(cloud: Cloud, identifier: str, outputs: Mapping[str, Any]) -> None:
    rule, target_id = _target_names(identifier, outputs)
    cloud.client("events").remove_targets(Rule=rule, Ids=[target_id])


def _target_names(identifier: str, known: Mapping[str, Any]) -> tuple[str, str]:
    """Return rule and target: an import names them `rule/target`, or `default/rule/target`."""
    if "rule" in known:
        return known["rule"], known["targetId"]
    rule, _, target_id = identifier.removeprefix(f"{_BUS}/").partition("/")
    return rule, target_id


TYPES = (
    ResourceType(
        "aws:cloudwatch/eventRule:EventRule",
        _RULE,
        create=_create_rule,
        read=_read_rule,
        update=_update_rule,
        delete=_delete_rule,
        replaces=frozenset({"name", "namePrefix"}),
        computed=frozenset({"arn", "name", "namePrefix"}),
        settled=frozenset({"name", "namePrefix"}),
        defaults={"forceDestroy": False},
        absent={"state": "ENABLED"},
        documents=frozenset({"eventPattern"}),
        naming=Naming(longest=64),
        tagging=Tagging("events", "ResourceARN"),
    ),
    ResourceType(
        "aws:cloudwatch/eventTarget:EventTarget",
        _TARGET,
        create=_create_target,
        read=_read_target,
        update=_update_target,
        delete=_delete_target,
        replaces=frozenset({"rule", "targetId"}),
        computed=frozenset({"targetId"}),
        settled=frozenset({"targetId"}),
        defaults={"forceDestroy": False},
        naming=Naming(longest=64, property="targetId", prefix_property=None),
    ),
)
