"""The configuration of a function: what AWS refuses, what it fills in, how it reads back."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from moto.core.utils import get_service_model

from ..authorizer import roles
from ..moto_call import AwsError
from .functions import Function, Version
from .states import ACTIVE

__all__ = ["changed", "check_role", "configured", "described", "require_of_role"]

_DEFAULTS: Mapping[str, Any] = {
    "Description": "",
    "MemorySize": 128,
    "Timeout": 3,
    "PackageType": "Zip",
    "Architectures": ["x86_64"],
    "TracingConfig": {"Mode": "PassThrough"},
    "EphemeralStorage": {"Size": 512},
    "SnapStart": {"ApplyOn": "None"},
}
_FIELDS = frozenset(_DEFAULTS) | {
    "DeadLetterConfig",
    "DurableConfig",
    "Environment",
    "FileSystemConfigs",
    "Handler",
    "KMSKeyArn",
    "Layers",
    "LoggingConfig",
    "Role",
    "Runtime",
    "VpcConfig",
}
_RANGES = {"MemorySize": (128, 10240), "Timeout": (1, 900)}
_RESERVED_VARIABLES = frozenset({
    "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT", "_HANDLER",
    "_X_AMZN_TRACE_ID",
})  # fmt: skip
_ENVIRONMENT_BYTES = 4096
_MOST_LAYERS = 5


def configured(name: str, parameters: Mapping[str, Any], layer_sizes: Mapping[str, int]) -> dict[str, Any]:
    """Return the configuration of a new function from the parameters of CreateFunction."""
    start = {**_DEFAULTS, "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"}}
    for required in ("Runtime", "Handler"):
        if required not in parameters:
            raise AwsError(
                "InvalidParameterValueException",
                f"{required} is mandatory for functions created with deployment packages",
            )
    return changed(start, parameters, layer_sizes)


def changed(before: Mapping[str, Any], parameters: Mapping[str, Any], layer_sizes: Mapping[str, int]) -> dict[str, Any]:
    """Return the configuration with every field that is given, or refuse the whole as AWS does."""
    given = {name: value for name, value in parameters.items() if name in _FIELDS}
    for check in (_check_ranges, _check_runtime, _check_environment, _check_layers, _check_package_type):
        check(given)
    after = {**before, **given}
    if "Layers" in given:
        after["Layers"] = [{"Arn": arn, "CodeSize": layer_sizes[arn]} for arn in given["Layers"]]
    if "LoggingConfig" in given:
        after["LoggingConfig"] = _logging(before["LoggingConfig"], given["LoggingConfig"])
    return {name: value for name, value in after.items() if not _is_cleared(name, value)}


def check_role(configuration: Mapping[str, Any], region: str) -> None:
    """Refuse a role that Lambda cannot take, or that lacks what the configuration needs of it at once."""
    role = configuration["Role"]
    if not roles.trusts_service(role, "lambda.amazonaws.com").allowed:
        raise AwsError(
            "InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda."
        )
    if configuration["TracingConfig"]["Mode"] == "Active":
        require_of_role(role, "xray:PutTraceSegments", "*", "XRAY", region)
    target = configuration.get("DeadLetterConfig", {}).get("TargetArn")
    if target:
        service = target.split(":")[2]
        action = "sqs:SendMessage" if service == "sqs" else "sns:Publish"
        require_of_role(role, action, target, service.upper(), region)


def require_of_role(role: str, action: str, resource: str, where: str, region: str) -> None:
    """Refuse a configuration whose execution role lacks a right that Lambda itself will use."""
    if not roles.may(role, action, resource, region).allowed:
        raise AwsError(
            "InvalidParameterValueException",
            f"The provided execution role does not have permissions to call {action.split(':')[1]} on {where}",
        )


def described(function: Function, version: Version, qualifier: str | None) -> dict[str, Any]:
    """Return a version as `FunctionConfiguration`, under the ARN by which it was asked for.

    An alias is answered with its own ARN and the number of its version.
    """
    configuration = version.configuration
    snap_start = version.has_snapshots and version.state is ACTIVE
    return {
        **configuration,
        "FunctionName": function.name,
        "FunctionArn": function.qualified_arn(qualifier),
        "Version": version.number,
        "CodeSha256": version.code_sha256,
        "CodeSize": len(version.code),
        "RevisionId": version.revision_id,
        "LastModified": version.last_modified.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000",
        **version.state.described(),
        "LastUpdateStatus": "InProgress" if version.updating_until else "Successful",
        "SnapStart": {**configuration["SnapStart"], "OptimizationStatus": "On" if snap_start else "Off"},
    }


def _check_ranges(given: Mapping[str, Any]) -> None:
    for field, (lowest, highest) in _RANGES.items():
        if not lowest <= given.get(field, lowest) <= highest:
            raise AwsError(
                "ValidationException",
                f"1 validation error detected: Value '{given[field]}' at '{field[0].lower()}{field[1:]}' failed to "
                f"satisfy constraint: Member must have value between {lowest} and {highest}",
            )


def _check_runtime(given: Mapping[str, Any]) -> None:
    model: Any = get_service_model("lambda")
    known: Iterable[str] = model.shape_for("Runtime").enum
    if "Runtime" in given and given["Runtime"] not in known:
        raise AwsError(
            "InvalidParameterValueException",
            f"Value {given['Runtime']} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
            f"[{', '.join(known)}] or be a valid ARN",
        )


def _check_environment(given: Mapping[str, Any]) -> None:
    """Refuse more than 4 KB of variables and the names that Lambda sets itself; never say a value."""
    variables: Mapping[str, str] = given.get("Environment", {}).get("Variables", {})
    unable = (
        "Lambda was unable to configure your environment variables because the environment variables you have provided"
    )
    reserved = sorted(_RESERVED_VARIABLES & variables.keys())
    if reserved:
        raise AwsError(
            "InvalidParameterValueException",
            f"{unable} contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}",
        )
    if len(json.dumps(variables, ensure_ascii=False, separators=(",", ":")).encode()) > _ENVIRONMENT_BYTES:
        raise AwsError("InvalidParameterValueException", f"{unable} exceeded the 4KB limit.")


def _check_layers(given: Mapping[str, Any]) -> None:
    if len(given.get("Layers", ())) > _MOST_LAYERS:
        raise AwsError("InvalidParameterValueException", f"Cannot reference more than {_MOST_LAYERS} layers.")


def _check_package_type(given: Mapping[str, Any]) -> None:
    if given.get("PackageType", "Zip") != "Zip":
        raise AwsError("InvalidParameterValueException", "the sandbox does not run container images, give a zip")


def _logging(before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the logging with what is given; levels exist for JSON only."""
    levels = {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"}
    after = {**before, **given}
    if after["LogFormat"] == "JSON":
        return {**levels, **after}
    if levels.keys() & given.keys():
        raise AwsError(
            "InvalidParameterValueException",
            "To use log level filtering, you must set LogFormat to JSON in LoggingConfig.",
        )
    return {name: value for name, value in after.items() if name not in levels}


def _is_cleared(field: str, value: Any) -> bool:  # noqa: ANN401  # a value of any field
    """Tell whether a field is given in the form that removes it."""
    if field == "DeadLetterConfig":
        return not value.get("TargetArn")
    if field == "Environment":
        return not value.get("Variables")
    return field in ("KMSKeyArn", "FileSystemConfigs", "Layers") and not value
