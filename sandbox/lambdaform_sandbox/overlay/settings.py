"""What Lambda keeps beside a version or alias: retries, runtime updates, recursion, limits."""

from collections.abc import Mapping
from typing import Any

from ..moto_call import AwsError
from .functions import LATEST, Function, Functions
from .pages import page

__all__ = ["EVENT_INVOKE", "OPERATIONS"]

EVENT_INVOKE = "event invoke"
_RUNTIME = "runtime management"
_RECURSION = "recursion"

_EVENT_INVOKE_RANGES = {"MaximumRetryAttempts": (0, 2), "MaximumEventAgeInSeconds": (60, 21_600)}
_CONCURRENCY = 1000
_CODE_BYTES, _UNZIPPED_BYTES, _ZIPPED_BYTES = 80_530_636_800, 262_144_000, 52_428_800


def put_function_event_invoke_config(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Replace how asynchronous calls of one qualifier are retried and where failures go."""
    function, qualifier = functions.find(parameters)
    return _keep_event_invoke(functions, function, qualifier, {}, parameters)


def update_function_event_invoke_config(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Change only the given fields."""
    function, qualifier = functions.find(parameters)
    return _keep_event_invoke(functions, function, qualifier, _event_invoke(function, qualifier), parameters)


def get_function_event_invoke_config(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration of one qualifier; another one's does not count."""
    return _event_invoke(*functions.find(parameters))


def delete_function_event_invoke_config(functions: Functions, parameters: Mapping[str, Any]) -> None:
    """Delete the configuration of one qualifier, and of no other."""
    function, qualifier = functions.find(parameters)
    _event_invoke(function, qualifier)
    del function.settings[EVENT_INVOKE, qualifier or LATEST]


def list_function_event_invoke_configs(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List the configurations of all qualifiers."""
    function, _ = functions.find({"FunctionName": parameters["FunctionName"]})
    return page(_of_kind(function, EVENT_INVOKE), parameters, "FunctionEventInvokeConfigs")


def put_runtime_management_config(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Say when the runtime of a version is updated; `Manual` needs the ARN of a runtime version, others forbid it."""
    function, qualifier = functions.find(parameters)
    manual = parameters["UpdateRuntimeOn"] == "Manual"
    if manual != bool(parameters.get("RuntimeVersionArn")):
        raise AwsError(
            "InvalidParameterValueException", "RuntimeVersionArn is required for Manual, and not allowed otherwise"
        )
    kept = {name: parameters[name] for name in ("UpdateRuntimeOn", "RuntimeVersionArn") if name in parameters}
    function.settings[_RUNTIME, qualifier or LATEST] = kept
    return get_runtime_management_config(functions, parameters)


def get_runtime_management_config(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return when the runtime of a version is updated; `Auto` unless set."""
    function, qualifier = functions.find(parameters)
    kept = function.settings.get((_RUNTIME, qualifier or LATEST), {"UpdateRuntimeOn": "Auto"})
    return {"FunctionArn": function.qualified_arn(qualifier or LATEST), **kept}


def put_function_recursion_config(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Say what happens to a function that calls itself over a queue or topic."""
    function, _ = functions.find(parameters)
    function.settings[_RECURSION, LATEST] = {"RecursiveLoop": parameters["RecursiveLoop"]}
    return get_function_recursion_config(functions, parameters)


def get_function_recursion_config(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return what happens to a function that calls itself; `Terminate` unless set."""
    function, _ = functions.find(parameters)
    return function.settings.get((_RECURSION, LATEST), {"RecursiveLoop": "Terminate"})


def get_function_code_signing_config(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Answer that nothing is signed: the sandbox has no signer."""
    function, _ = functions.find(parameters)
    return {"FunctionName": function.name}


def get_account_settings(functions: Functions, _parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the limits of a new account and what of them is used."""
    everything = [version for function in functions for version in (function.latest, *function.versions.values())]
    reserved = sum(function.reserved_concurrency or 0 for function in functions)
    limit = {
        "TotalCodeSize": _CODE_BYTES,
        "CodeSizeUnzipped": _UNZIPPED_BYTES,
        "CodeSizeZipped": _ZIPPED_BYTES,
        "ConcurrentExecutions": _CONCURRENCY,
        "UnreservedConcurrentExecutions": _CONCURRENCY - reserved,
    }
    usage = {"TotalCodeSize": sum(len(version.code) for version in everything), "FunctionCount": len(list(functions))}
    return {"AccountLimit": limit, "AccountUsage": usage}


OPERATIONS = {
    "PutFunctionEventInvokeConfig": put_function_event_invoke_config,
    "UpdateFunctionEventInvokeConfig": update_function_event_invoke_config,
    "GetFunctionEventInvokeConfig": get_function_event_invoke_config,
    "DeleteFunctionEventInvokeConfig": delete_function_event_invoke_config,
    "ListFunctionEventInvokeConfigs": list_function_event_invoke_configs,
    "PutRuntimeManagementConfig": put_runtime_management_config,
    "GetRuntimeManagementConfig": get_runtime_management_config,
    "PutFunctionRecursionConfig": put_function_recursion_config,
    "GetFunctionRecursionConfig": get_function_recursion_config,
    "GetFunctionCodeSigningConfig": get_function_code_signing_config,
    "GetAccountSettings": get_account_settings,
}


def _keep_event_invoke(
    functions: Functions,
    function: Function,
    qualifier: str | None,
    before: Mapping[str, Any],
    parameters: Mapping[str, Any],
) -> dict[str, Any]:
    for field, (lowest, highest) in _EVENT_INVOKE_RANGES.items():
        if not lowest <= parameters.get(field, lowest) <= highest:
            raise AwsError("ValidationException", f"{field} must be between {lowest} and {highest}")
    fields = (*_EVENT_INVOKE_RANGES, "DestinationConfig")
    kept: dict[str, Any] = {
        "DestinationConfig": {"OnSuccess": {}, "OnFailure": {}},
        **before,
        **{field: parameters[field] for field in fields if field in parameters},
        "FunctionArn": function.qualified_arn(qualifier or LATEST),
        "LastModified": functions.now(),
    }
    function.settings[EVENT_INVOKE, qualifier or LATEST] = kept
    return kept


def _event_invoke(function: Function, qualifier: str | None) -> dict[str, Any]:
    kept = function.settings.get((EVENT_INVOKE, qualifier or LATEST))
    if kept is None:
        arn = function.qualified_arn(qualifier or LATEST)
        raise AwsError("ResourceNotFoundException", f"The function {arn} doesn't have an EventInvokeConfig")
    return kept


def _of_kind(function: Function, kind: str) -> list[dict[str, Any]]:
    return [kept for (found, _), kept in sorted(function.settings.items()) if found == kind]
