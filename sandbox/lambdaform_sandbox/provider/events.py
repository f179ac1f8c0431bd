"""EventBridge on the default bus: rules and their targets. The sandbox stores them and fires none."""

from collections.abc import Mapping
from typing import Any

from .cloud import Cloud
from .naming import Naming
from .resource_type import Created, ResourceType
from .shape import Block, Shape, call_arguments
from .tags import tag_list

__all__ = ["TYPES"]

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


def _create_rule(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    rule = cloud.client("events").put_rule(**call_arguments(inputs, _RULE), Tags=tag_list(inputs))
    return Created(inputs["name"], {"arn": rule["RuleArn"]})


def _create_target(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    target = call_arguments(inputs, _TARGET)
    cloud.client("events").put_targets(Rule=inputs["rule"], Targets=[target])
    return Created(f"{inputs['rule']}-{inputs['targetId']}")


TYPES = (
    ResourceType(
        "aws:cloudwatch/eventRule:EventRule",
        _RULE,
        _create_rule,
        naming=Naming(longest=64),
        taggable=True,
        defaults={"state": "ENABLED", "eventBusName": "default"},
    ),
    ResourceType(
        "aws:cloudwatch/eventTarget:EventTarget",
        _TARGET,
        _create_target,
        naming=Naming(longest=64, property="targetId", prefix_property=None),
        defaults={"eventBusName": "default"},
    ),
)
