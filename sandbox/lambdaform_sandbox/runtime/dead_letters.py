"""Where an asynchronous event goes after its last failed attempt: a queue or a topic, under the role's credentials."""

import json
from typing import Any

from ..deployed import DeployedFunction, InvocationResult
from ..server import AwsServer

__all__ = ["send_dead_letter"]

MAXIMUM_MESSAGE_CHARACTERS = 1_024


def send_dead_letter(
    aws: AwsServer, function: DeployedFunction, payload: bytes, request_id: str, result: InvocationResult
) -> None:
    """Send the event with Lambda's three attributes. Raises botocore's errors when the role may not."""
    arn, body = function.dead_letter_arn or "", payload.decode() or "{}"
    credentials = aws.role_credentials(function.role_arn)
    message = {"MessageAttributes": _attributes(request_id, result)}
    if arn.split(":")[2] == "sns":
        aws.client("sns", credentials).publish(TopicArn=arn, Message=body, **message)
    else:
        url = _queue_url(aws, arn)
        aws.client("sqs", credentials).send_message(QueueUrl=url, MessageBody=body, **message)


def _queue_url(aws: AwsServer, arn: str) -> str:
    """Return a queue's URL; Lambda knows it without a permission, so the administrator asks."""
    account, name = arn.split(":")[4:6]
    return aws.client("sqs").get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]


def _attributes(request_id: str, result: InvocationResult) -> dict[str, Any]:
    message = str(json.loads(result.payload).get("errorMessage", ""))
    return {
        "RequestID": {"DataType": "String", "StringValue": request_id},
        "ErrorCode": {"DataType": "Number", "StringValue": str(result.status_code)},
        "ErrorMessage": {"DataType": "String", "StringValue": message[:MAXIMUM_MESSAGE_CHARACTERS] or "unknown"},
    }
