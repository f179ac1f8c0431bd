"""SNS topics: what alarms notify. The sandbox stores them; nothing subscribes."""

from collections.abc import Mapping
from typing import Any

from .change import Change
from .cloud import Cloud
from .naming import Naming
from .resource_type import Resource, ResourceType
from .shape import Shape, call_arguments
from .tags import Tagging, tag_list

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
_BOOLEANS = {"contentBasedDeduplication", "fifoTopic"}


def _create_topic(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    # AWS refuses the attributes of a FIFO topic on another one, so those that are false are left out.
    given = {name: value for name, value in inputs.items() if value is not False}
    attributes = {name: _text(value) for name, value in call_arguments(given, _ATTRIBUTES).items()}
    return cloud.client("sns").create_topic(Name=inputs["name"], Attributes=attributes, Tags=tag_list(inputs))[
        "TopicArn"
    ]


def _read_topic(cloud: Cloud, arn: str, _known: Mapping[str, Any]) -> Resource:
    found = cloud.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
    said = {name: _value(name, found.get(attribute)) for name, attribute in _ATTRIBUTES.items()}
    return Resource(arn, {**said, "arn": arn, "name": arn.rpartition(":")[2], "owner": cloud.account})


def _update_topic(cloud: Cloud, arn: str, change: Change) -> None:
    for name in sorted(change.names & _ATTRIBUTES.keys()):
        value = _text(change.value(name) or "")
        cloud.client("sns").set_topic_attributes(
            TopicArn=arn, AttributeName=_ATTRIBUTES[name], AttributeValue=value
        )  # fmt: skip


def _delete_topic(cloud: Cloud, arn: str, _outputs: Mapping[str, Any]) -> None:
    cloud.client("sns").delete_topic(TopicArn=arn)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _value(name: str, attribute: object) -> object:
    """Return an attribute as the provider types it: AWS has text for everything."""
    if name in _BOOLEANS:
        return str(attribute).lower() == "true"
    return attribute or None


TYPES = (
    ResourceType(
        "aws:sns/topic:Topic",
        _TOPIC,
        create=_create_topic,
        read=_read_topic,
        update=_update_topic,
        delete=_delete_topic,
        replaces=frozenset({"fifoTopic", "name", "namePrefix"}),
        computed=frozenset({
            "arn", "beginningArchiveTime", "fifoThroughputScope", "name", "namePrefix", "owner", "policy",
            "signatureVersion", "tracingConfig",
        }),
        settled=frozenset({"name", "namePrefix", "policy", "signatureVersion", "tracingConfig"}),
        defaults={"contentBasedDeduplication": False, "fifoTopic": False},
        documents=frozenset({"deliveryPolicy", "policy"}),
        naming=Naming(longest=256, fifo_property="fifoTopic"),
        tagging=Tagging("sns"),
    ),
)  # fmt: skip
