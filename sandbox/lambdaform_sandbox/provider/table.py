"""The provider's table: every resource type that the sandbox emulates, by its token."""

from collections.abc import Mapping

from ..errors import SandboxError
from . import (
    apigatewayv2,
    cloudwatch,
    dynamodb,
    event_source_mapping,
    events,
    explicit,
    function,
    function_settings,
    iam,
    lambda_,
    logs,
    sns,
    sqs,
)
from .resource_type import ResourceType

__all__ = ["TABLE", "resource_type"]

_SERVICES = (
    apigatewayv2,
    cloudwatch,
    dynamodb,
    event_source_mapping,
    events,
    explicit,
    function,
    function_settings,
    iam,
    lambda_,
    logs,
    sns,
    sqs,
)

TABLE: Mapping[str, ResourceType] = {row.token: row for service in _SERVICES for row in service.TYPES}


def resource_type(token: str) -> ResourceType:
    """Return the row of a type token; raise SandboxError for a type that is not emulated."""
    if token not in TABLE:
        raise SandboxError(
            f"the sandbox does not emulate the resource type `{token}`",
            hint=f"leave it out of the sandbox stack; emulated are {', '.join(sorted(TABLE))}",
        )
    return TABLE[token]
