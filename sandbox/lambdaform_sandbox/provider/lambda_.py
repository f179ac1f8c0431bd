"""What Lambda keeps beside a function: aliases, permissions, event source mappings, and settings per qualifier."""

from collections.abc import Mapping
from typing import Any

from ..errors import SandboxError
from .cloud import Cloud
from .function import invoke_arn
from .naming import Naming
from .resource_type import Created, ResourceType
from .shape import Block, Shape, call_arguments
from .tags import tag_map

__all__ = ["TYPES"]

_ALIAS: Shape = {
    "description": "Description",
    "functionName": "FunctionName",
    "functionVersion": "FunctionVersion",
    "name": "Name",
    "routingConfig": Block("RoutingConfig", {"additionalVersionWeights": "AdditionalVersionWeights"}),
}
_PERMISSION: Shape = {
    "action": "Action",
    "eventSourceToken": "EventSourceToken",
    "function": "FunctionName",
    "functionUrlAuthType": "FunctionUrlAuthType",
    "principal": "Principal",
    "principalOrgId": "PrincipalOrgID",
    "qualifier": "Qualifier",
    "sourceAccount": "SourceAccount",
    "sourceArn": "SourceArn",
    "statementId": "StatementId",
    "statementIdPrefix": None,
}
_EVENT_SOURCE_MAPPING: Shape = {
    "batchSize": "BatchSize",
    "enabled": "Enabled",
    "eventSourceArn": "EventSourceArn",
    "filterCriteria": Block("FilterCriteria", {"filters": Block("Filters", {"pattern": "Pattern"})}),
    "functionName": "FunctionName",
    "functionResponseTypes": "FunctionResponseTypes",
    "maximumBatchingWindowInSeconds": "MaximumBatchingWindowInSeconds",
    "metricsConfig": Block("MetricsConfig", {"metrics": "Metrics"}),
    "scalingConfig": Block("ScalingConfig", {"maximumConcurrency": "MaximumConcurrency"}),
    "tags": None,
}
_EVENT_INVOKE_CONFIG: Shape = {
    "functionName": "FunctionName",
    "maximumEventAgeInSeconds": "MaximumEventAgeInSeconds",
    "maximumRetryAttempts": "MaximumRetryAttempts",
    "qualifier": "Qualifier",
}
"""Without destinations, which the sandbox's runtime does not deliver to."""
_PROVISIONED_CONCURRENCY: Shape = {
    "functionName": "FunctionName",
    "provisionedConcurrentExecutions": "ProvisionedConcurrentExecutions",
    "qualifier": "Qualifier",
    "skipDestroy": None,
}
_RUNTIME_MANAGEMENT: Shape = {
    "functionName": "FunctionName",
    "qualifier": "Qualifier",
    "runtimeVersionArn": "RuntimeVersionArn",
    "updateRuntimeOn": "UpdateRuntimeOn",
}
_RECURSION: Shape = {"functionName": "FunctionName", "recursiveLoop": "RecursiveLoop"}


def _create_alias(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    arn = cloud.client("lambda").create_alias(**call_arguments(inputs, _ALIAS))["AliasArn"]
    return Created(arn, {"arn": arn, "invokeArn": invoke_arn(cloud, arn)})


def _create_permission(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    cloud.client("lambda").add_permission(**call_arguments(inputs, _PERMISSION))
    return Created(inputs["statementId"])


def _create_event_source_mapping(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    source = str(inputs.get("eventSourceArn", ""))
    if ":sqs:" not in source:
        raise SandboxError(
            f"the sandbox delivers from SQS queues only, not from `{source}`", hint="leave it out of the sandbox stack"
        )
    arguments = call_arguments(inputs, _EVENT_SOURCE_MAPPING)
    mapping = cloud.client("lambda").create_event_source_mapping(**arguments, Tags=tag_map(inputs))
    identifier = mapping["UUID"]
    outputs = {
        "uuid": identifier,
        "arn": cloud.arn("lambda", f"event-source-mapping:{identifier}"),
        "functionArn": mapping["FunctionArn"],
        "state": mapping["State"],
    }
    return Created(identifier, outputs)


def _create_event_invoke_config(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    cloud.client("lambda").put_function_event_invoke_config(**call_arguments(inputs, _EVENT_INVOKE_CONFIG))
    qualifier = inputs.get("qualifier")
    return Created(f"{inputs['functionName']}:{qualifier}" if qualifier else inputs["functionName"])


def _create_provisioned_concurrency(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    arguments = call_arguments(inputs, _PROVISIONED_CONCURRENCY)
    cloud.client("lambda").put_provisioned_concurrency_config(**arguments)
    return Created(f"{inputs['functionName']},{inputs['qualifier']}")


def _create_runtime_management(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    made = cloud.client("lambda").put_runtime_management_config(**call_arguments(inputs, _RUNTIME_MANAGEMENT))
    return Created(f"{inputs['functionName']},{inputs.get('qualifier', '')}", {"functionArn": made["FunctionArn"]})


def _create_recursion(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    cloud.client("lambda").put_function_recursion_config(**call_arguments(inputs, _RECURSION))
    return Created(inputs["functionName"])


TYPES = (
    ResourceType("aws:lambda/alias:Alias", _ALIAS, _create_alias, naming=Naming(longest=128, prefix_property=None)),
    ResourceType(
        "aws:lambda/permission:Permission",
        _PERMISSION,
        _create_permission,
        naming=Naming(longest=100, property="statementId", prefix_property="statementIdPrefix"),
    ),
    ResourceType(
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        _EVENT_SOURCE_MAPPING,
        _create_event_source_mapping,
        taggable=True,
        defaults={"enabled": True, "batchSize": 10},
    ),
    ResourceType(
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        _EVENT_INVOKE_CONFIG,
        _create_event_invoke_config,
    ),
    ResourceType(
        "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
        _PROVISIONED_CONCURRENCY,
        _create_provisioned_concurrency,
    ),
    ResourceType(
        "aws:lambda/runtimeManagementConfig:RuntimeManagementConfig",
        _RUNTIME_MANAGEMENT,
        _create_runtime_management,
        defaults={"updateRuntimeOn": "Auto"},
    ),
    ResourceType("aws:lambda/functionRecursionConfig:FunctionRecursionConfig", _RECURSION, _create_recursion),
)
