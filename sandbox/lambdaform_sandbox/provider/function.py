"""Lambda functions: code, configuration, published version."""

from collections.abc import Mapping
from typing import Any

from .archives import zip_bytes
from .cloud import Cloud
from .naming import Naming
from .resource_type import Created, ResourceType
from .shape import Block, Shape, call_arguments
from .tags import tag_map

__all__ = ["TYPES", "invoke_arn"]

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


def _create_function(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    lambda_, name = cloud.client("lambda"), inputs["name"]
    made = lambda_.create_function(**call_arguments(inputs, _CONFIGURATION), Code=_code(inputs), Tags=tag_map(inputs))
    reserved = inputs["reservedConcurrentExecutions"]
    if reserved != _UNRESERVED:
        lambda_.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)
    return Created(name, _outputs(cloud, name, made))


def _code(inputs: Mapping[str, Any]) -> dict[str, Any]:
    stored = call_arguments(inputs, _CODE)
    return stored or {"ZipFile": zip_bytes(inputs["code"])}


def _outputs(cloud: Cloud, name: str, made: Mapping[str, Any]) -> dict[str, Any]:
    arn = cloud.arn("lambda", f"function:{name}")
    qualified_arn = f"{arn}:{made['Version']}"
    return {
        "arn": arn,
        "invokeArn": invoke_arn(cloud, arn),
        "version": made["Version"],
        "qualifiedArn": qualified_arn,
        "qualifiedInvokeArn": invoke_arn(cloud, qualified_arn),
        "codeSha256": made["CodeSha256"],
        "sourceCodeSize": made["CodeSize"],
        "lastModified": made["LastModified"],
    }


def invoke_arn(cloud: Cloud, arn: str) -> str:
    """Return the ARN under which API Gateway invokes a function or alias."""
    return f"arn:{cloud.partition}:apigateway:{cloud.region}:lambda:path/2015-03-31/functions/{arn}/invocations"


TYPES = (
    ResourceType(
        "aws:lambda/function:Function",
        _FUNCTION,
        _create_function,
        naming=Naming(longest=64, prefix_property=None),
        taggable=True,
        defaults={
            "architectures": ["x86_64"],
            "memorySize": 128,
            "packageType": "Zip",
            "publish": False,
            "reservedConcurrentExecutions": _UNRESERVED,
            "skipDestroy": False,
            "timeout": 3,
        },
    ),
)
