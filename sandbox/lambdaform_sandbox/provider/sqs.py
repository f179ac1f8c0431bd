"""SQS: queues, and the policies that are attached to them separately."""

import json
from collections.abc import Mapping
from typing import Any

from .cloud import Cloud
from .naming import Naming
from .resource_type import Created, ResourceType
from .shape import Shape, call_arguments
from .tags import tag_map

__all__ = ["TYPES"]

_ATTRIBUTES: Shape = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deduplicationScope": "DeduplicationScope",
    "delaySeconds": "DelaySeconds",
    "fifoQueue": "FifoQueue",
    "fifoThroughputLimit": "FifoThroughputLimit",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "redrivePolicy": "RedrivePolicy",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
_QUEUE: Shape = {**_ATTRIBUTES, "name": None, "namePrefix": None, "tags": None}
_QUEUE_POLICY: Shape = {"policy": "Policy", "queueUrl": None}
_REDRIVE_ALLOW_POLICY: Shape = {"queueUrl": None, "redriveAllowPolicy": "RedriveAllowPolicy"}


def _create_queue(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    sqs = cloud.client("sqs")
    attributes = _attributes(inputs, _ATTRIBUTES)
    url = sqs.create_queue(QueueName=inputs["name"], Attributes=attributes, tags=tag_map(inputs))["QueueUrl"]
    return Created(url, {"url": url, "arn": cloud.arn("sqs", inputs["name"])})


def _create_queue_policy(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    return _set_attributes(cloud, inputs, _QUEUE_POLICY)


def _create_redrive_allow_policy(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    return _set_attributes(cloud, inputs, _REDRIVE_ALLOW_POLICY)


def _set_attributes(cloud: Cloud, inputs: Mapping[str, Any], shape: Shape) -> Created:
    url = inputs["queueUrl"]
    cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes=_attributes(inputs, shape))
    return Created(url)


def _attributes(inputs: Mapping[str, Any], shape: Shape) -> dict[str, str]:
    # AWS refuses FifoQueue=false, so an attribute that is false is left out where false means absent.
    given = {name: value for name, value in inputs.items() if not (name == "fifoQueue" and not value)}
    return {name: _text(value) for name, value in call_arguments(given, shape).items()}


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


TYPES = (
    ResourceType(
        "aws:sqs/queue:Queue",
        _QUEUE,
        _create_queue,
        naming=Naming(longest=80, fifo_property="fifoQueue"),
        taggable=True,
        defaults={
            "delaySeconds": 0,
            "fifoQueue": False,
            "messageRetentionSeconds": 345600,
            "receiveWaitTimeSeconds": 0,
            "visibilityTimeoutSeconds": 30,
        },
    ),
    ResourceType("aws:sqs/queuePolicy:QueuePolicy", _QUEUE_POLICY, _create_queue_policy),
    ResourceType("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", _REDRIVE_ALLOW_POLICY, _create_redrive_allow_policy),
)
