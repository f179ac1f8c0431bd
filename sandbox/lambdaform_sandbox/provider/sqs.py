"""SQS: queues, and the policies that are attached to them separately."""

import json
from collections.abc import Mapping
from typing import Any

from .change import Change
from .cloud import Cloud
from .naming import Naming
from .resource_type import Resource, ResourceType
from .shape import Shape, call_arguments
from .tags import Tagging, tag_map

__all__ = ["TYPES"]

_NUMBERS: Mapping[str, str] = {
    "delaySeconds": "DelaySeconds",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
_BOOLEANS: Mapping[str, str] = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "fifoQueue": "FifoQueue",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
}
_TEXTS: Mapping[str, str] = {
    "deduplicationScope": "DeduplicationScope",
    "fifoThroughputLimit": "FifoThroughputLimit",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "redrivePolicy": "RedrivePolicy",
}
_ATTRIBUTES: Shape = {**_NUMBERS, **_BOOLEANS, **_TEXTS}
_QUEUE: Shape = {**_ATTRIBUTES, "name": None, "namePrefix": None, "tags": None}
_NEVER_EMPTY = {"contentBasedDeduplication", "fifoQueue", "kmsDataKeyReusePeriodSeconds"}
"""AWS refuses the attributes of a FIFO queue on another one, and a period of 0."""
_REUSE, _USUAL_REUSE_SECONDS = "KmsDataKeyReusePeriodSeconds", "300"
_NUMBER_DEFAULTS = {
    "delaySeconds": 0,
    "kmsDataKeyReusePeriodSeconds": 0,
    "maxMessageSize": 262_144,
    "messageRetentionSeconds": 345_600,
    "receiveWaitTimeSeconds": 0,
    "visibilityTimeoutSeconds": 30,
}


def _create_queue(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    given = {name: value for name, value in inputs.items() if value or name not in _NEVER_EMPTY}
    attributes = _texts(call_arguments(given, _ATTRIBUTES))
    queue = cloud.client("sqs").create_queue(QueueName=inputs["name"], Attributes=attributes, tags=tag_map(inputs))
    return queue["QueueUrl"]


def _read_queue(cloud: Cloud, url: str, known: Mapping[str, Any]) -> Resource:
    found = _attributes(cloud, url)
    if not known.get("kmsDataKeyReusePeriodSeconds") and found.get(_REUSE) == _USUAL_REUSE_SECONDS:
        del found[_REUSE]  # nobody chose it, which the provider calls 0
    return Resource(
        url,
        {
            **{name: int(found.get(target) or 0) for name, target in _NUMBERS.items()},
            **{name: found.get(target, "false").lower() == "true" for name, target in _BOOLEANS.items()},
            **{name: found.get(target) or None for name, target in _TEXTS.items()},
            "arn": found["QueueArn"],
            "name": url.rpartition("/")[2],
            "url": url,
        },
    )


def _update_queue(cloud: Cloud, url: str, change: Change) -> None:
    values = {name: change.value(name) for name in change.names & _ATTRIBUTES.keys()}
    given = {name: "" if value is None else value for name, value in values.items()}
    cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes=_texts(call_arguments(given, _ATTRIBUTES)))


def _delete_queue(cloud: Cloud, url: str, _outputs: Mapping[str, Any]) -> None:
    cloud.client("sqs").delete_queue(QueueUrl=url)


def _policy_type(token: str, name: str, attribute: str) -> ResourceType:
    """Return the row of a policy that is a resource of its own and an attribute of its queue."""

    def create(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
        policy = _text(inputs[name])
        cloud.client("sqs").set_queue_attributes(QueueUrl=inputs["queueUrl"], Attributes={attribute: policy})
        return inputs["queueUrl"]

    def read(cloud: Cloud, url: str, _known: Mapping[str, Any]) -> Resource | None:
        policy = _attributes(cloud, url).get(attribute)
        return Resource(url, {"queueUrl": url, name: policy}) if policy else None

    def update(cloud: Cloud, _url: str, change: Change) -> None:
        create(cloud, change.after)

    def delete(cloud: Cloud, url: str, _outputs: Mapping[str, Any]) -> None:
        cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={attribute: ""})

    return ResourceType(
        token,
        {name: attribute, "queueUrl": None},
        create=create,
        read=read,
        update=update,
        delete=delete,
        replaces=frozenset({"queueUrl"}),
        documents=frozenset({name}),
    )


def _attributes(cloud: Cloud, url: str) -> dict[str, str]:
    return cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def _texts(attributes: Mapping[str, Any]) -> dict[str, str]:
    return {name: _text(value) for name, value in attributes.items()}


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


TYPES = (
    ResourceType(
        "aws:sqs/queue:Queue",
        _QUEUE,
        create=_create_queue,
        read=_read_queue,
        update=_update_queue,
        delete=_delete_queue,
        replaces=frozenset({"fifoQueue", "name", "namePrefix"}),
        computed=frozenset({
            "arn", "deduplicationScope", "fifoThroughputLimit", "kmsDataKeyReusePeriodSeconds", "name", "namePrefix",
            "policy", "redriveAllowPolicy", "redrivePolicy", "sqsManagedSseEnabled", "url",
        }),
        settled=frozenset({
            "deduplicationScope", "fifoThroughputLimit", "kmsDataKeyReusePeriodSeconds", "name", "namePrefix",
            "policy", "redriveAllowPolicy", "redrivePolicy", "sqsManagedSseEnabled",
        }),
        defaults={**_NUMBER_DEFAULTS, "contentBasedDeduplication": False, "fifoQueue": False},
        documents=frozenset({"policy", "redriveAllowPolicy", "redrivePolicy"}),
        naming=Naming(longest=80, fifo_property="fifoQueue"),
        tagging=Tagging(
            "sqs", "QueueUrl", "url",
            listed=False, list_call="list_queue_tags", tag_call="tag_queue", untag_call="untag_queue",
        ),
    ),
    _policy_type("aws:sqs/queuePolicy:QueuePolicy", "policy", "Policy"),
    _policy_type("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "redriveAllowPolicy", "RedriveAllowPolicy"),
)  # fmt: skip
