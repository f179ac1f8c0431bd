"""Lambda functions: code, configuration, published version."""

from collections.abc import Mapping
from typing import Any

from .archives import zip_bytes
from .change import Change
from .cloud import Cloud
from .naming import Naming
from .resource_type import Resource, ResourceType
from .shape import Block, Shape, call_arguments, properties
from .tags import Tagging, tag_map

__all__ = ["TYPES", "as_known", "invoke_arn"]

_CODE: Shape = {"s3Bucket": "S3Bucket", "s3Key": "S3Key", "s3ObjectVersion": "S3ObjectVersion"}
_CONFIGURATION: Shape = {
    "architectures": "Architectures",
    "deadLetterConfig": Block("DeadLetterConfig", {"targetArn": "TargetArn"}),
    "description": "Description",
    "environment": Block("Environment", {"variables": "Variables"}),
    "ephemeralStorage": Block("EphemeralStorage", {"size": "Size"}),
    "handler": "Handler",
    "kmsKeyArn": "KMSKeyArn",
    "layers": "Layers",
    "loggingConfig": Block(
        "LoggingConfig",
        {
            "applicationLogLevel": "ApplicationLogLevel",
            "logFormat": "LogFormat",
            "logGroup": "LogGroup",
            "systemLogLevel": "SystemLogLevel",
        },
    ),
    "memorySize": "MemorySize",
    "name": "FunctionName",
    "packageType": "PackageType",
    "publish": "Publish",
    "role": "Role",
    "runtime": "Runtime",
    "snapStart": Block("SnapStart", {"applyOn": "ApplyOn"}),
    "timeout": "Timeout",
    "tracingConfig": Block("TracingConfig", {"mode": "Mode"}),
}
_FUNCTION: Shape = {
    **_CONFIGURATION,
    **dict.fromkeys(_CODE),
    "code": None,
    "reservedConcurrentExecutions": None,
    "skipDestroy": None,
    "sourceCodeHash": None,
    "tags": None,
}
"""Without VPC, file system, container image and code signing: the sandbox has no network, image or signer to offer."""

_UNRESERVED = -1
_ONLY_AT_FIRST = {"name", "packageType", "publish"}
_READ: Shape = {name: target for name, target in _CONFIGURATION.items() if name not in {"layers", "publish"}}
_UPDATED: Shape = {
    name: target for name, target in _CONFIGURATION.items() if name not in {*_ONLY_AT_FIRST, "architectures"}
}
_CODE_CHANGES = frozenset({*_CODE, "architectures", "code", "sourceCodeHash"})
_VERSION_CHANGES = frozenset(_UPDATED) | _CODE_CHANGES
_PUBLISHED = frozenset({"qualifiedArn", "qualifiedInvokeArn", "version"})


def _create_function(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    arguments = call_arguments(inputs, _CONFIGURATION)
    cloud.client("lambda").create_function(**arguments, Code=_code(inputs), Tags=tag_map(inputs))
    return inputs["name"]


def _read_function(cloud: Cloud, name: str, _known: Mapping[str, Any]) -> Resource:
    function = cloud.client("lambda").get_function(FunctionName=name)
    configuration, reserved = function["Configuration"], function.get("Concurrency", {})
    return Resource(
        name,
        {
            **properties(configuration, _READ),
            **_outputs(cloud, name, configuration),
            "layers": [layer["Arn"] for layer in configuration.get("Layers", [])] or None,
            "reservedConcurrentExecutions": reserved.get("ReservedConcurrentExecutions", _UNRESERVED),
        },
    )


def _update_function(cloud: Cloud, name: str, change: Change) -> None:
    """Change configuration, then code, then concurrency, then publish: the order of the real provider."""
    lambda_ = cloud.client("lambda")
    if change.has(*_UPDATED):
        lambda_.update_function_configuration(FunctionName=name, **change.arguments(_UPDATED))
    if change.has(*_CODE_CHANGES):
        architectures = change.after.get("architectures", change.before.get("architectures"))
        lambda_.update_function_code(FunctionName=name, Architectures=architectures, **_code(change.after))
    if change.has("reservedConcurrentExecutions"):
        _reserve(lambda_, name, change.after["reservedConcurrentExecutions"])
    if change.after["publish"] and change.has("publish", *_VERSION_CHANGES):
        lambda_.publish_version(FunctionName=name)


def _delete_function(cloud: Cloud, name: str, outputs: Mapping[str, Any]) -> None:
    if not outputs.get("skipDestroy"):
        cloud.client("lambda").delete_function(FunctionName=name)


def _reserve(lambda_: Any, name: str, reserved: int) -> None:  # noqa: ANN401  # boto3 has no types
    if reserved == _UNRESERVED:
        lambda_.delete_function_concurrency(FunctionName=name)
    else:
        lambda_.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)


def _code(inputs: Mapping[str, Any]) -> dict[str, Any]:
    stored = call_arguments(inputs, _CODE)
    return stored or {"ZipFile": zip_bytes(inputs["code"])}


def _outputs(cloud: Cloud, name: str, configuration: Mapping[str, Any]) -> dict[str, Any]:
    arn = cloud.arn("lambda", f"function:{name}")
    version = _latest_version(cloud, name)
    qualified_arn = f"{arn}:{version}"
    return {
        "arn": arn,
        "invokeArn": invoke_arn(cloud, arn),
        "version": version,
        "qualifiedArn": qualified_arn,
        "qualifiedInvokeArn": invoke_arn(cloud, qualified_arn),
        "codeSha256": configuration["CodeSha256"],
        "sourceCodeSize": configuration["CodeSize"],
        "lastModified": configuration["LastModified"],
    }


def _latest_version(cloud: Cloud, name: str) -> str:
    """Return the number that was published last, else `$LATEST`."""
    pages = cloud.client("lambda").get_paginator("list_versions_by_function").paginate(FunctionName=name)
    return [version["Version"] for page in pages for version in page["Versions"]][-1]


def as_known(known: Mapping[str, Any], function: str) -> str:
    """Return a function in the form in which it was given: its name and its ARN are the same to AWS."""
    given = str(known.get("functionName", ""))
    return given if given.endswith(f":function:{function}") else function


def invoke_arn(cloud: Cloud, arn: str) -> str:
    """Return the ARN under which API Gateway invokes a function or alias."""
    return f"arn:{cloud.partition}:apigateway:{cloud.region}:lambda:path/2015-03-31/functions/{arn}/invocations"


TYPES = (
    ResourceType(
        "aws:lambda/function:Function",
        _FUNCTION,
        create=_create_function,
        read=_read_function,
        update=_update_function,
        delete=_delete_function,
        replaces=frozenset({"name", "packageType"}),
        computed=frozenset({
            "architectures", "arn", "codeSha256", "invokeArn", "lastModified", "qualifiedArn", "qualifiedInvokeArn",
            "signingJobArn", "signingProfileVersionArn", "sourceCodeHash", "sourceCodeSize", "version",
        }),
        recomputed={
            **dict.fromkeys(_PUBLISHED, _VERSION_CHANGES),
            **dict.fromkeys(("codeSha256", "lastModified", "sourceCodeSize"), _CODE_CHANGES),
        },
        published=_PUBLISHED,
        settled=frozenset({"architectures", "ephemeralStorage.size", "loggingConfig.logGroup", "sourceCodeHash"}),
        defaults={
            "memorySize": 128,
            "packageType": "Zip",
            "publish": False,
            "reservedConcurrentExecutions": _UNRESERVED,
            "skipDestroy": False,
            "timeout": 3,
        },
        absent={
            "deadLetterConfig": {"targetArn": ""},
            "description": "",
            "environment": {"variables": {}},
            "ephemeralStorage": {"size": 512},
            "kmsKeyArn": "",
            "layers": [],
            "loggingConfig": {"logFormat": "Text"},
            "snapStart": {"applyOn": "None"},
            "tracingConfig": {"mode": "PassThrough"},
        },
        afterwards=frozenset({"reservedConcurrentExecutions"}),
        naming=Naming(longest=64, prefix_property=None),
        tagging=Tagging("lambda", "Resource", listed=False, list_call="list_tags"),
    ),
)  # fmt: skip
