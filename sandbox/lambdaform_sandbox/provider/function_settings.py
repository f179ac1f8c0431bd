"""What Lambda keeps per qualifier: retries, provisioned concurrency, runtime updates; and per function, recursion."""

from collections.abc import Mapping
from typing import Any

from .change import Change
from .cloud import Cloud
from .resource_type import Resource, ResourceType
from .shape import Shape, call_arguments, properties

__all__ = ["TYPES"]

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


def _create_event_invoke_config(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    cloud.client("lambda").put_function_event_invoke_config(**call_arguments(inputs, _EVENT_INVOKE_CONFIG))
    qualifier = inputs.get("qualifier")
    return f"{inputs['functionName']}:{qualifier}" if qualifier else inputs["functionName"]


def _read_event_invoke_config(cloud: Cloud, identifier: str, known: Mapping[str, Any]) -> Resource:
    place = _place(identifier, known, ":")
    found = cloud.client("lambda").get_function_event_invoke_config(**call_arguments(place, _EVENT_INVOKE_CONFIG))
    return Resource(identifier, {**properties(found, _EVENT_INVOKE_CONFIG), **_NOWHERE, **place})


def _update_event_invoke_config(cloud: Cloud, _identifier: str, change: Change) -> None:
    _create_event_invoke_config(cloud, change.after)


def _delete_event_invoke_config(cloud: Cloud, identifier: str, outputs: Mapping[str, Any]) -> None:
    place = call_arguments(_place(identifier, outputs, ":"), _EVENT_INVOKE_CONFIG)
    cloud.client("lambda").delete_function_event_invoke_config(**place)


def _create_provisioned_concurrency(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    arguments = call_arguments(inputs, _PROVISIONED_CONCURRENCY)
    cloud.client("lambda").put_provisioned_concurrency_config(**arguments)
    return f"{inputs['functionName']},{inputs['qualifier']}"


def _read_provisioned_concurrency(cloud: Cloud, identifier: str, known: Mapping[str, Any]) -> Resource:
    place = _place(identifier, known, ",")
    found = cloud.client("lambda").get_provisioned_concurrency_config(**call_arguments(place, _PROVISIONED_CONCURRENCY))
    requested = found["RequestedProvisionedConcurrentExecutions"]
    return Resource(identifier, {**place, "provisionedConcurrentExecutions": requested})


def _update_provisioned_concurrency(cloud: Cloud, _identifier: str, change: Change) -> None:
    if change.has("provisionedConcurrentExecutions"):
        _create_provisioned_concurrency(cloud, change.after)


def _delete_provisioned_concurrency(cloud: Cloud, identifier: str, outputs: Mapping[str, Any]) -> None:
    if not outputs.get("skipDestroy"):
        place = call_arguments(_place(identifier, outputs, ","), _PROVISIONED_CONCURRENCY)
        cloud.client("lambda").delete_provisioned_concurrency_config(**place)


def _create_runtime_management(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    arguments = call_arguments({**_AUTOMATIC, **inputs}, _RUNTIME_MANAGEMENT)
    cloud.client("lambda").put_runtime_management_config(**arguments)
    return f"{inputs['functionName']},{inputs.get('qualifier', '')}"


def _read_runtime_management(cloud: Cloud, identifier: str, known: Mapping[str, Any]) -> Resource:
    place = _place(identifier, known, ",")
    found = cloud.client("lambda").get_runtime_management_config(**call_arguments(place, _RUNTIME_MANAGEMENT))
    said = {"functionArn": found["FunctionArn"], **_NOWHERE, **place}
    return Resource(identifier, {**properties(found, _RUNTIME_MANAGEMENT), **said})


def _update_runtime_management(cloud: Cloud, _identifier: str, change: Change) -> None:
    _create_runtime_management(cloud, change.after)


def _delete_runtime_management(cloud: Cloud, identifier: str, outputs: Mapping[str, Any]) -> None:
    """Let AWS decide again, as without a configuration."""
    _create_runtime_management(cloud, _place(identifier, outputs, ","))


def _create_recursion(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    cloud.client("lambda").put_function_recursion_config(**call_arguments(inputs, _RECURSION))
    return inputs["functionName"]


def _read_recursion(cloud: Cloud, name: str, _known: Mapping[str, Any]) -> Resource:
    found = cloud.client("lambda").get_function_recursion_config(FunctionName=name)
    return Resource(name, {"functionName": name, "recursiveLoop": found["RecursiveLoop"]})


def _update_recursion(cloud: Cloud, _name: str, change: Change) -> None:
    _create_recursion(cloud, change.after)


def _delete_recursion(cloud: Cloud, name: str, _outputs: Mapping[str, Any]) -> None:
    """Let AWS end loops again, as without a configuration."""
    cloud.client("lambda").put_function_recursion_config(FunctionName=name, RecursiveLoop="Terminate")


_NOWHERE: Mapping[str, Any] = {"qualifier": None}
_AUTOMATIC = {"updateRuntimeOn": "Auto"}


def _place(identifier: str, known: Mapping[str, Any], between: str) -> dict[str, Any]:
    """Return function and qualifier; an import has both in the id."""
    if "functionName" in known:
        return {name: known[name] for name in ("functionName", "qualifier") if name in known}
    function, _, qualifier = identifier.partition(between)
    return {"functionName": function, "qualifier": qualifier} if qualifier else {"functionName": function}


_PLACE = frozenset({"functionName", "qualifier"})

TYPES = (
    ResourceType(
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        _EVENT_INVOKE_CONFIG,
        create=_create_event_invoke_config,
        read=_read_event_invoke_config,
        update=_update_event_invoke_config,
        delete=_delete_event_invoke_config,
        replaces=_PLACE,
        defaults={"maximumRetryAttempts": 2},
    ),
    ResourceType(
        "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
        _PROVISIONED_CONCURRENCY,
        create=_create_provisioned_concurrency,
        read=_read_provisioned_concurrency,
        update=_update_provisioned_concurrency,
        delete=_delete_provisioned_concurrency,
        replaces=_PLACE,
        defaults={"skipDestroy": False},
    ),
    ResourceType(
        "aws:lambda/runtimeManagementConfig:RuntimeManagementConfig",
        _RUNTIME_MANAGEMENT,
        create=_create_runtime_management,
        read=_read_runtime_management,
        update=_update_runtime_management,
        delete=_delete_runtime_management,
        replaces=_PLACE,
        computed=frozenset({"functionArn"}),
        absent=_AUTOMATIC,
    ),
    ResourceType(
        "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
        _RECURSION,
        create=_create_recursion,
        read=_read_recursion,
        update=_update_recursion,
        delete=_delete_recursion,
        replaces=frozenset({"functionName"}),
    ),
)
