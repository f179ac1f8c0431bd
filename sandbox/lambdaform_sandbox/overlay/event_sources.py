"""Event source mappings: from an SQS queue to a function or alias. The sandbox's own events module delivers."""

# moto carries no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from moto.sqs.models import sqs_backends

from ..moto_call import AwsError
from .configuration import require_of_role
from .functions import Function, Functions
from .pages import page

__all__ = ["OPERATIONS"]

_SETTINGS = frozenset({
    "BatchSize", "FilterCriteria", "FunctionResponseTypes", "KMSKeyArn", "MaximumBatchingWindowInSeconds",
    "MetricsConfig", "ScalingConfig",
})  # fmt: skip
_OTHER = frozenset({"Enabled", "EventSourceArn", "FunctionName", "Tags", "UUID"})
_BATCH_AT_ONCE, _LARGEST_BATCH, _LONGEST_WINDOW_SECONDS = 10, 10_000, 300
_CONCURRENCY = (2, 1000)
_POLLER_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


def create_event_source_mapping(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Map a queue to the function or alias as it is named: one mapping for each pair, under the role's own rights."""
    function, qualifier = functions.find(parameters)
    source, target = parameters["EventSourceArn"], function.qualified_arn(qualifier)
    for identifier, mapping in functions.event_source_mappings.items():
        if (mapping["EventSourceArn"], mapping["FunctionArn"]) == (source, target):
            raise AwsError(
                "ResourceConflictException",
                f'The event source arn (" {source} ") and function (" {function.name} ") provided mapping already '
                f"exists. Please update or delete the existing mapping with UUID {identifier}",
            )
    identifier = str(uuid4())
    new = {
        "UUID": identifier,
        "EventSourceMappingArn": f"{functions.arn_prefix}:event-source-mapping:{identifier}",
        "EventSourceArn": source,
        "FunctionArn": target,
        "BatchSize": _BATCH_AT_ONCE,
        "MaximumBatchingWindowInSeconds": 0,
        "Tags": dict(parameters.get("Tags", {})),
        "State": "Enabled",
    }
    return _kept(functions, function, new, parameters)


def update_event_source_mapping(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Change the given fields, also the function or alias."""
    mapping = _find(functions, parameters)
    function, qualifier = functions.find({"FunctionName": parameters.get("FunctionName", mapping["FunctionArn"])})
    return _kept(functions, function, {**mapping, "FunctionArn": function.qualified_arn(qualifier)}, parameters)


def get_event_source_mapping(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return one mapping."""
    return _find(functions, parameters)


def delete_event_source_mapping(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Delete one mapping at once, and say that it is being deleted."""
    mapping = _find(functions, parameters)
    del functions.event_source_mappings[mapping["UUID"]]
    return {**mapping, "State": "Deleting"}


def list_event_source_mappings(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List mappings, of one queue or of exactly the function or alias that is named."""
    source, target = parameters.get("EventSourceArn"), None
    if "FunctionName" in parameters:
        function, qualifier = functions.find(parameters)
        target = function.qualified_arn(qualifier)
    listed = [
        mapping
        for mapping in functions.event_source_mappings.values()
        if source in (None, mapping["EventSourceArn"]) and target in (None, mapping["FunctionArn"])
    ]
    return page(listed, parameters, "EventSourceMappings", longest=100)


OPERATIONS = {
    "CreateEventSourceMapping": create_event_source_mapping,
    "UpdateEventSourceMapping": update_event_source_mapping,
    "GetEventSourceMapping": get_event_source_mapping,
    "DeleteEventSourceMapping": delete_event_source_mapping,
    "ListEventSourceMappings": list_event_source_mappings,
}


def _kept(
    functions: Functions, function: Function, before: Mapping[str, Any], parameters: Mapping[str, Any]
) -> dict[str, Any]:
    unknown = sorted(parameters.keys() - _SETTINGS - _OTHER)
    if unknown:
        raise AwsError("InvalidParameterValueException", f"the sandbox does not emulate `{unknown[0]}` of a mapping")
    mapping = {**before, **{name: value for name, value in parameters.items() if name in _SETTINGS}}
    if "Enabled" in parameters:
        mapping["State"] = "Enabled" if parameters["Enabled"] else "Disabled"
    mapping["LastModified"] = datetime.now(UTC)
    mapping["StateTransitionReason"] = "User initiated"
    _check(functions, function, mapping)
    functions.event_source_mappings[mapping["UUID"]] = mapping
    return mapping


def _check(functions: Functions, function: Function, mapping: Mapping[str, Any]) -> None:
    _check_batch(mapping)
    configuration = function.version(_qualifier(mapping["FunctionArn"])).configuration
    _check_queue(functions, mapping["EventSourceArn"], configuration["Timeout"])
    for action in _POLLER_ACTIONS:
        require_of_role(configuration["Role"], action, mapping["EventSourceArn"], "SQS", functions.region)


def _check_batch(mapping: Mapping[str, Any]) -> None:
    """Refuse batches that a queue cannot give: FIFO at most 10 and no window, above 10 only with a window."""
    size, window = mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]
    fifo = mapping["EventSourceArn"].endswith(".fifo")
    if not 1 <= size <= (_BATCH_AT_ONCE if fifo else _LARGEST_BATCH):
        raise AwsError("InvalidParameterValueException", f"BatchSize {size} is out of range for this queue")
    if not 0 <= window <= (0 if fifo else _LONGEST_WINDOW_SECONDS):
        raise AwsError(
            "InvalidParameterValueException", f"MaximumBatchingWindowInSeconds {window} is out of range for this queue"
        )
    if size > _BATCH_AT_ONCE and window == 0:
        raise AwsError(
            "InvalidParameterValueException",
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
        )
    concurrency = mapping.get("ScalingConfig", {}).get("MaximumConcurrency", _CONCURRENCY[0])
    if not _CONCURRENCY[0] <= concurrency <= _CONCURRENCY[1]:
        raise AwsError("InvalidParameterValueException", f"MaximumConcurrency must be between {_CONCURRENCY}")


def _check_queue(functions: Functions, arn: str, timeout_seconds: int) -> None:
    """Refuse a source that is no queue of this account, and one whose messages return before the function times out."""
    queues = sqs_backends[functions.account][functions.region].queues.values()
    queue: Any = next((queue for queue in queues if queue.queue_arn == arn), None)
    if queue is None:
        raise AwsError("InvalidParameterValueException", f"Error occurred while ReceiveMessage: no queue {arn}")
    visibility_seconds = int(queue.visibility_timeout)
    if visibility_seconds < timeout_seconds:
        raise AwsError(
            "InvalidParameterValueException",
            f"Queue visibility timeout: {visibility_seconds} seconds is less than Function timeout: "
            f"{timeout_seconds} seconds",
        )


def _find(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    mapping = functions.event_source_mappings.get(parameters["UUID"])
    if mapping is None:
        raise AwsError("ResourceNotFoundException", "The resource you requested does not exist.")
    return mapping


def _qualifier(arn: str) -> str | None:
    return ":".join(arn.split(":")[7:]) or None
