"""What a function may do to something it does not own, one verb a function.

Each returns a statement for the `permissions` of a `Function`, with exactly the actions the verb needs (Service
Authorization Reference). Where AWS encrypts with a customer key, add `decrypt_key` for that key.
"""

import pulumi

from ..outputs import joined
from .statements import Condition, Statement

__all__ = [
    "decrypt_key",
    "invoke_function",
    "publish_topic",
    "put_events",
    "read_bucket",
    "read_parameter",
    "read_secret",
    "read_table",
    "send_queue",
    "write_bucket",
    "write_table",
]


def read_table(table_arn: pulumi.Input[str]) -> Statement:
    """Allow to get, query and scan a DynamoDB table and its indexes."""
    actions = [
        "dynamodb:BatchGetItem",
        "dynamodb:ConditionCheckItem",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
    ]
    return Statement(actions=actions, resources=[table_arn, joined(table_arn, "/index/*")])


def write_table(table_arn: pulumi.Input[str]) -> Statement:
    """Allow to put, update and delete items of a DynamoDB table."""
    actions = ["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
    return Statement(actions=actions, resources=[table_arn])


def send_queue(queue_arn: pulumi.Input[str]) -> Statement:
    """Allow to send to an SQS queue, by its URL or looked up by name."""
    return Statement(actions=["sqs:GetQueueUrl", "sqs:SendMessage"], resources=[queue_arn])


def publish_topic(topic_arn: pulumi.Input[str]) -> Statement:
    """Allow to publish to an SNS topic."""
    return Statement(actions=["sns:Publish"], resources=[topic_arn])


def read_bucket(bucket_arn: pulumi.Input[str]) -> Statement:
    """Allow to list an S3 bucket and get its objects.

    Listing is part of reading: without it S3 answers 403 for a missing object instead of 404.
    """
    return Statement(actions=["s3:GetObject", "s3:ListBucket"], resources=[bucket_arn, joined(bucket_arn, "/*")])


def write_bucket(bucket_arn: pulumi.Input[str]) -> Statement:
    """Allow to put and delete objects of an S3 bucket, also in parts."""
    actions = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"]
    return Statement(actions=actions, resources=[joined(bucket_arn, "/*")])


def read_parameter(parameter_arn: pulumi.Input[str]) -> Statement:
    """Allow to get one SSM parameter, by name; add `decrypt_key` for a SecureString under a customer key."""
    return Statement(actions=["ssm:GetParameter", "ssm:GetParameters"], resources=[parameter_arn])


def read_secret(secret_arn: pulumi.Input[str]) -> Statement:
    """Allow to get the value of one secret; `secret_arn` ends in the six characters that Secrets Manager adds."""
    return Statement(actions=["secretsmanager:GetSecretValue"], resources=[secret_arn])


def decrypt_key(key_arn: pulumi.Input[str], via_service: str | None = None) -> Statement:
    """Allow to decrypt with one KMS key; `via_service` narrows it, such as `ssm.eu-west-1.amazonaws.com`."""
    statement = Statement(actions=["kms:Decrypt"], resources=[key_arn])
    if via_service:
        statement["conditions"] = [Condition(test="StringEquals", variable="kms:ViaService", values=[via_service])]
    return statement


def put_events(event_bus_arn: pulumi.Input[str]) -> Statement:
    """Allow to put events on one EventBridge bus."""
    return Statement(actions=["events:PutEvents"], resources=[event_bus_arn])


def invoke_function(alias_arn: pulumi.Input[str]) -> Statement:
    """Allow to invoke another function through its alias, and only through it."""
    return Statement(actions=["lambda:InvokeFunction"], resources=[alias_arn])
