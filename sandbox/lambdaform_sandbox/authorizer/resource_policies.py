"""Policies that hang on what is called: a function's, a queue's, a bucket's."""

# moto carries no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import json
from collections.abc import Callable, Mapping
from typing import Any

from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends

__all__ = ["FunctionPolicy", "policy_on"]

Document = Mapping[str, Any]
FunctionPolicy = Callable[[str], Document | None]
"""Returns the policy of the function, alias or version with this ARN."""


def policy_on(arn: str, account: str, function_policy: FunctionPolicy) -> Document | None:
    """Return the policy of the resource, or None if it has none or is of a kind whose policies are not read."""
    kind = arn.split(":")[2] if arn.startswith("arn:") else ""
    if kind == "lambda":
        return function_policy(arn)
    if kind == "sqs":
        return _queue_policy(arn, account)
    if kind == "s3":
        return _bucket_policy(arn, account)
    return None


def _queue_policy(arn: str, account: str) -> Document | None:
    region, name = arn.split(":")[3], arn.split(":")[5]
    queue = sqs_backends[account][region].queues.get(name)
    return json.loads(queue.policy) if queue is not None and queue.policy else None


def _bucket_policy(arn: str, account: str) -> Document | None:
    bucket = s3_backends[account]["aws"].buckets.get(arn.split(":")[5].split("/", 1)[0])
    return json.loads(bucket.policy) if bucket is not None and bucket.policy else None
