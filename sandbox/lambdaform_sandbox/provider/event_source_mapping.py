"""Event source mappings: from a queue to a function or alias."""

from collections.abc import Mapping
from typing import Any

from ..errors import SandboxError
from .change import Change
from .cloud import Cloud
from .resource_type import Resource, ResourceType
from .shape import Block, Shape, call_arguments, properties
from .tags import Tagging, tag_map

__all__ = ["TYPES"]

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


def _create_mapping(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    source = str(inputs.get("eventSourceArn", ""))
    if ":sqs:" not in source:
        raise SandboxError(
            "the sandbox delivers from SQS queues only, not from this `eventSourceArn`",
            hint="leave it out of the sandbox stack",
        )
    arguments = call_arguments(inputs, _EVENT_SOURCE_MAPPING)
    return cloud.client("lambda").create_event_source_mapping(**arguments, Tags=tag_map(inputs))["UUID"]


def _read_mapping(cloud: Cloud, identifier: str, known: Mapping[str, Any]) -> Resource:
    mapping = cloud.client("lambda").get_event_source_mapping(UUID=identifier)
    target = mapping["FunctionArn"]
    said = {
        "arn": cloud.arn("lambda", f"event-source-mapping:{identifier}"),
        "enabled": mapping["State"] in ("Creating", "Enabled", "Enabling"),
        "functionArn": target,
        "functionName": _target(target, known.get("functionName")),
        "lastModified": mapping["LastModified"].isoformat(),
        "state": mapping["State"],
        "stateTransitionReason": mapping["StateTransitionReason"],
        "uuid": identifier,
    }
    return Resource(identifier, {**properties(mapping, _EVENT_SOURCE_MAPPING), **said})


def _target(arn: str, known: object) -> object:
    """Return function or alias in the form it was given: AWS has the ARN of both."""
    return known if known and arn.endswith(f":function:{known}") else arn


def _update_mapping(cloud: Cloud, identifier: str, change: Change) -> None:
    changed = change.arguments(_EVENT_SOURCE_MAPPING)
    cloud.client("lambda").update_event_source_mapping(UUID=identifier, **changed)


def _delete_mapping(cloud: Cloud, identifier: str, _outputs: Mapping[str, Any]) -> None:
    cloud.client("lambda").delete_event_source_mapping(UUID=identifier)


TYPES = (
    ResourceType(
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        _EVENT_SOURCE_MAPPING,
        create=_create_mapping,
        read=_read_mapping,
        update=_update_mapping,
        delete=_delete_mapping,
        replaces=frozenset({"eventSourceArn"}),
        computed=frozenset({
            "arn", "functionArn", "lastModified", "lastProcessingResult", "maximumRecordAgeInSeconds",
            "maximumRetryAttempts", "parallelizationFactor", "state", "stateTransitionReason", "uuid",
        }),
        recomputed={"functionArn": frozenset({"functionName"})},
        defaults={"enabled": True},
        absent={
            "batchSize": 10,
            "filterCriteria": {"filters": []},
            "functionResponseTypes": [],
            "maximumBatchingWindowInSeconds": 0,
            "metricsConfig": {"metrics": []},
            "scalingConfig": {},
        },
        sets=frozenset({"filterCriteria.filters", "functionResponseTypes", "metricsConfig.metrics"}),
        tagging=Tagging("lambda", "Resource", listed=False, list_call="list_tags"),
    ),
)  # fmt: skip
