"""Whether API Gateway may call a function: the resource policy of the alias decides."""

import json
from typing import Any

from ..authorizer.policy import Policies, Principal, Request, evaluate
from ..server import AwsServer

__all__ = ["missing_permission"]

SERVICE = Principal("Service", "apigateway.amazonaws.com")
ACTION = "lambda:InvokeFunction"


def missing_permission(aws: AwsServer, function_arn: str, source_arn: str) -> str | None:
    """Return what is missing for a call on behalf of a route, None when the alias's policy allows it.

    Raises botocore's `ClientError` when there is no such function or alias.
    """
    circumstances = {"aws:SourceArn": source_arn, "aws:SourceAccount": aws.account}
    request = Request(SERVICE, ACTION, function_arn, circumstances)
    decision = evaluate(request, Policies(resource=_policy(aws, function_arn)))
    if decision.allowed:
        return None
    return f"{SERVICE.name} is not authorized to perform {ACTION} on {function_arn} for {source_arn}, {decision.reason}"


def _policy(aws: AwsServer, function_arn: str) -> dict[str, Any] | None:
    client = aws.client("lambda")
    client.get_function_configuration(FunctionName=function_arn)
    try:
        return json.loads(client.get_policy(FunctionName=function_arn)["Policy"])
    except client.exceptions.ResourceNotFoundException:
        return None
