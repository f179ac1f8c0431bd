"""DynamoDB: tables and single items."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import SandboxError
from .change import Change
from .cloud import Cloud
from .naming import Naming
from .resource_type import Resource, ResourceType
from .shape import Block, Shape, call_arguments, properties
from .tags import Tagging, tag_list

__all__ = ["TYPES"]

_TABLE: Shape = {
    "attributes": Block("AttributeDefinitions", {"name": "AttributeName", "type": "AttributeType"}),
    "billingMode": "BillingMode",
    "deletionProtectionEnabled": "DeletionProtectionEnabled",
    "hashKey": None,
    "name": "TableName",
    "pointInTimeRecovery": Block("PointInTimeRecoverySpecification", {"enabled": "PointInTimeRecoveryEnabled"}),
    "rangeKey": None,
    "readCapacity": None,
    "serverSideEncryption": Block("SSESpecification", {"enabled": "Enabled", "kmsKeyArn": "KMSMasterKeyId"}),
    "streamEnabled": None,
    "streamViewType": None,
    "tableClass": "TableClass",
    "tags": None,
    "ttl": Block("TimeToLiveSpecification", {"attributeName": "AttributeName", "enabled": "Enabled"}),
    "writeCapacity": None,
}
_SEPARATE_CALLS = frozenset({"pointInTimeRecovery", "ttl"})
_AT_ONCE: Shape = {name: target for name, target in _TABLE.items() if name not in _SEPARATE_CALLS}
_UPDATED: Shape = {
    name: _TABLE[name] for name in ("attributes", "billingMode", "deletionProtectionEnabled", "tableClass")
}
_STREAM = ("streamEnabled", "streamViewType")
_TABLE_ITEM: Shape = {"hashKey": None, "item": None, "rangeKey": None, "tableName": "TableName"}


def _create_table(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    cloud.client("dynamodb").create_table(
        **call_arguments(inputs, _AT_ONCE),
        **_capacity(inputs),
        KeySchema=_key_schema(inputs),
        StreamSpecification=_stream(inputs),
        Tags=tag_list(inputs),
    )
    return inputs["name"]


def _read_table(cloud: Cloud, name: str, _known: Mapping[str, Any]) -> Resource:
    dynamodb = cloud.client("dynamodb")
    table = dynamodb.describe_table(TableName=name)["Table"]
    keys = {key["KeyType"]: key["AttributeName"] for key in table["KeySchema"]}
    stream, capacity = table.get("StreamSpecification", {}), table.get("ProvisionedThroughput", {})
    return Resource(
        name,
        {
            **properties(table, _TABLE),
            "arn": table["TableArn"],
            "billingMode": table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
            "hashKey": keys["HASH"],
            "rangeKey": keys.get("RANGE"),
            "readCapacity": capacity.get("ReadCapacityUnits"),
            "writeCapacity": capacity.get("WriteCapacityUnits"),
            "serverSideEncryption": _encryption(table.get("SSEDescription", {})),
            "streamArn": table.get("LatestStreamArn"),
            "streamEnabled": stream.get("StreamEnabled", False),
            "streamLabel": table.get("LatestStreamLabel"),
            "streamViewType": stream.get("StreamViewType"),
            "tableClass": table.get("TableClassSummary", {}).get("TableClass"),
            "pointInTimeRecovery": {"enabled": _is_recoverable(dynamodb, name)},
            "ttl": _expiry(dynamodb, name),
        },
    )


def _encryption(found: Mapping[str, Any]) -> dict[str, Any] | None:
    if found.get("Status") not in ("ENABLED", "ENABLING"):
        return None
    key = {"kmsKeyArn": found["KMSMasterKeyArn"]} if "KMSMasterKeyArn" in found else {}
    return {"enabled": True, **key}


def _is_recoverable(dynamodb: Any, name: str) -> bool:  # noqa: ANN401  # boto3 has no types
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    return backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def _expiry(dynamodb: Any, name: str) -> dict[str, Any] | None:  # noqa: ANN401  # boto3 has no types
    found = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    if found["TimeToLiveStatus"] != "ENABLED":
        return None
    return {"attributeName": found["AttributeName"], "enabled": True}


def _update_table(cloud: Cloud, name: str, change: Change) -> None:
    dynamodb = cloud.client("dynamodb")
    for arguments in _table_updates(change):
        dynamodb.update_table(TableName=name, **arguments)
    if change.has("ttl"):
        expiry = change.value("ttl") or {**change.before["ttl"], "enabled": False}
        dynamodb.update_time_to_live(TableName=name, **call_arguments({"ttl": expiry}, _TABLE))
    if change.has("pointInTimeRecovery"):
        arguments = change.arguments_of(("pointInTimeRecovery",), _TABLE)
        dynamodb.update_continuous_backups(TableName=name, **arguments)


def _table_updates(change: Change) -> Iterable[dict[str, Any]]:
    """Yield the arguments of one UpdateTable for each thing that AWS changes alone."""
    if change.has("billingMode", "readCapacity", "writeCapacity"):
        yield {**change.arguments_of(("billingMode",), _UPDATED), **_capacity(change.after)}
    if change.has(*_STREAM):
        if change.before.get("streamEnabled") and change.after.get("streamEnabled"):
            yield {"StreamSpecification": {"StreamEnabled": False}}
        yield {"StreamSpecification": _stream(change.after)}
    if change.has("serverSideEncryption"):
        yield change.arguments_of(("serverSideEncryption",), _TABLE)
    rest = change.names - {"billingMode"}
    if rest & _UPDATED.keys():
        yield change.arguments_of(rest & _UPDATED.keys(), _UPDATED)


def _delete_table(cloud: Cloud, name: str, _outputs: Mapping[str, Any]) -> None:
    cloud.client("dynamodb").delete_table(TableName=name)


def _capacity(inputs: Mapping[str, Any]) -> dict[str, Any]:
    if inputs["billingMode"] == "PAY_PER_REQUEST":
        return {}
    units = {"ReadCapacityUnits": inputs.get("readCapacity", 1), "WriteCapacityUnits": inputs.get("writeCapacity", 1)}
    return {"ProvisionedThroughput": units}


def _key_schema(inputs: Mapping[str, Any]) -> list[dict[str, str]]:
    keys = [(inputs.get("hashKey"), "HASH"), (inputs.get("rangeKey"), "RANGE")]
    return [{"AttributeName": name, "KeyType": kind} for name, kind in keys if name]


def _stream(inputs: Mapping[str, Any]) -> dict[str, Any]:
    if not inputs.get("streamEnabled"):
        return {"StreamEnabled": False}
    view = {"StreamViewType": inputs["streamViewType"]} if "streamViewType" in inputs else {}
    return {"StreamEnabled": True, **view}


def _create_table_item(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    item = json.loads(inputs["item"])
    cloud.client("dynamodb").put_item(TableName=inputs["tableName"], Item=item)
    keys = [part for name, attribute in _key(inputs).items() for part in (name, _only_value(attribute))]
    return "|".join([inputs["tableName"], *keys])


def _read_table_item(cloud: Cloud, identifier: str, known: Mapping[str, Any]) -> Resource | None:
    if "item" not in known:
        raise SandboxError("an item of a table cannot be imported", hint="create it in the program")
    found = cloud.client("dynamodb").get_item(TableName=known["tableName"], Key=_key(known), ConsistentRead=True)
    return Resource(identifier, {"item": json.dumps(found["Item"])}) if "Item" in found else None


def _update_table_item(cloud: Cloud, _identifier: str, change: Change) -> None:
    """Put the new item, and take the old one away if it has another key."""
    _create_table_item(cloud, change.after)
    if _key(change.before) != _key(change.after):
        cloud.client("dynamodb").delete_item(TableName=change.after["tableName"], Key=_key(change.before))


def _delete_table_item(cloud: Cloud, _identifier: str, outputs: Mapping[str, Any]) -> None:
    cloud.client("dynamodb").delete_item(TableName=outputs["tableName"], Key=_key(outputs))


def _key(inputs: Mapping[str, Any]) -> dict[str, Any]:
    item = json.loads(inputs["item"])
    return {name: item[name] for name in (inputs["hashKey"], inputs.get("rangeKey")) if name}


def _only_value(attribute: Mapping[str, str]) -> str:
    return next(iter(attribute.values()))


TYPES = (
    ResourceType(
        "aws:dynamodb/table:Table",
        _TABLE,
        create=_create_table,
        read=_read_table,
        update=_update_table,
        delete=_delete_table,
        replaces=frozenset({"hashKey", "name", "rangeKey"}),
        computed=frozenset({"arn", "readCapacity", "streamArn", "streamLabel", "streamViewType", "writeCapacity"}),
        recomputed={"streamArn": frozenset(_STREAM), "streamLabel": frozenset(_STREAM)},
        settled=frozenset({
            "hashKey", "readCapacity", "serverSideEncryption.kmsKeyArn", "streamViewType", "writeCapacity",
        }),
        defaults={"billingMode": "PROVISIONED"},
        absent={
            "deletionProtectionEnabled": False,
            "pointInTimeRecovery": {"enabled": False},
            "serverSideEncryption": {"enabled": False},
            "tableClass": "STANDARD",
        },
        afterwards=_SEPARATE_CALLS,
        sets=frozenset({"attributes"}),
        naming=Naming(longest=255, prefix_property=None),
        tagging=Tagging("dynamodb", list_call="list_tags_of_resource"),
    ),
    ResourceType(
        "aws:dynamodb/tableItem:TableItem",
        _TABLE_ITEM,
        create=_create_table_item,
        read=_read_table_item,
        update=_update_table_item,
        delete=_delete_table_item,
        replaces=frozenset({"hashKey", "rangeKey", "tableName"}),
        documents=frozenset({"item"}),
    ),
)  # fmt: skip
