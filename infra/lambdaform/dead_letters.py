"""A queue that keeps what failed, for as long as AWS keeps anything, and accepts it over TLS only."""

import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

__all__ = ["RETENTION_SECONDS", "dead_letter_queue", "encryption", "require_tls"]

RETENTION_SECONDS = 1_209_600
"""14 days, SQS's longest: a dead letter that expires over a holiday is lost."""


def dead_letter_queue(
    component: pulumi.ComponentResource,
    name: str,
    tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None,
    kms_key_arn: pulumi.Input[str] | None = None,
    fifo: bool = False,
) -> aws.sqs.Queue:
    """Make the queue `<name>-dead-letters` below `component`."""
    queue = aws.sqs.Queue(
        f"{name}-dead-letters",
        message_retention_seconds=RETENTION_SECONDS,
        fifo_queue=True if fifo else None,
        **encryption(kms_key_arn),
        tags=tags,
        opts=pulumi.ResourceOptions(parent=component),
    )
    require_tls(component, f"{name}-dead-letters", queue)
    return queue


def encryption(kms_key_arn: pulumi.Input[str] | None) -> dict[str, Any]:
    """Return the queue arguments for encryption at rest: the given key, else SQS's own, always explicit."""
    if kms_key_arn is None:
        return {"sqs_managed_sse_enabled": True}
    return {"kms_master_key_id": kms_key_arn, "kms_data_key_reuse_period_seconds": 300}


def require_tls(component: pulumi.ComponentResource, name: str, queue: aws.sqs.Queue) -> None:
    """Refuse every call to the queue that is not over TLS."""
    aws.sqs.QueuePolicy(
        name,
        queue_url=queue.url,
        policy=queue.arn.apply(_tls_only),
        opts=pulumi.ResourceOptions(parent=component),
    )


def _tls_only(queue_arn: str) -> str:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": queue_arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))
