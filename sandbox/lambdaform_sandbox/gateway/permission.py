"""Whether API Gateway may call a function: the resource policy of the alias decides."""

import json
from typing import Any

from ..authorizer.policy import Policies, Principal, Request, evaluate

__all__ = ["missing_permission"]

SERVICE = Principal("Service", "apigateway.amazonaws.com")
ACTION = "lambda:InvokeFunction"


def missing_permission(lambda_client: Any, account: str, function_arn: str, source_arn: str) -> str | None:  # noqa: ANN401  # boto3 has no types
    """Return what is missing for a call on behalf of a route, None when the alias's policy allows it.

    Raises botocore's `ClientError` when there is no such function or alias.
    """
    circumstances = {"aws:SourceArn": source_arn, "aws:SourceAccount": account}
    request = Request(SERVICE, ACTION, function_arn, circumstances)
    decision = evaluate(request, Policies(resource=_policy(lambda_client, function_arn)))
    if decision.allowed:
        return None
    return f"{SERVICE.name} is not authorized to perform {ACTION} on {function_arn} for {source_arn}, {decision.reason}"


def _policy(lambda_client: Any, function_arn: str) -> dict[str, Any] | None:  # noqa: ANN401  # boto3 has no types
    try:
        return json.loads(lambda_client.get_policy(FunctionName=function_arn)["Policy"])
    except lambda_client.exceptions.ResourceNotFoundException:
        # Said of a policy that is not there and of a function that is not there: the second is asked for by name.
        lambda_client.get_function_configuration(FunctionName=function_arn)
        return None
