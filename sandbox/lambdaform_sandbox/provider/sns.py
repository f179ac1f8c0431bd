"""SNS topics: what alarms notify. The sandbox stores them; nothing subscribes."""

from collections.abc import Mapping
from typing import Any

from .cloud import Cloud
from .naming import Naming
from .resource_type import Created, ResourceType
from .shape import Shape, call_arguments
from .tags import tag_list

__all__ = ["TYPES"]

_ATTRIBUTES: Shape = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deliveryPolicy": "DeliveryPolicy",
    "displayName": "DisplayName",
    "fifoTopic": "FifoTopic",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
}
_TOPIC: Shape = {**_ATTRIBUTES, "name": None, "namePrefix": None, "tags": None}


def _create_topic(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    attributes = {name: _text(value) for name, value in call_arguments(inputs, _ATTRIBUTES).items()}
    topic = cloud.client("sns").create_topic(Name=inputs["name"], Attributes=attributes, Tags=tag_list(inputs))
    return Created(topic["TopicArn"], {"arn": topic["TopicArn"], "owner": cloud.account})


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


TYPES = (
    ResourceType(
        "aws:sns/topic:Topic",
        _TOPIC,
        _create_topic,
        naming=Naming(longest=256, fifo_property="fifoTopic"),
        taggable=True,
    ),
)
