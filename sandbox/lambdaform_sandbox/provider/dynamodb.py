"""DynamoDB: tables and single items."""

import json
from collections.abc import Mapping
from typing import Any

from .cloud import Cloud
from .naming import Naming
from .resource_type import Created, ResourceType
from .shape import Block, Shape, call_arguments
from .tags import tag_list

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
_SEPARATE_CALLS = {"pointInTimeRecovery", "ttl"}
_TABLE_ITEM: Shape = {"hashKey": None, "item": None, "rangeKey": None, "tableName": "TableName"}


def _create_table(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    dynamodb, name = cloud.client("dynamodb"), inputs["name"]
    at_once = {key: value for key, value in inputs.items() if key not in _SEPARATE_CALLS}
    table = dynamodb.create_table(
        **call_arguments(at_once, _TABLE),
        **_capacity(inputs),
        KeySchema=_key_schema(inputs),
        StreamSpecification=_stream(inputs),
        Tags=tag_list(inputs),
    )["TableDescription"]
    later = call_arguments({key: inputs[key] for key in _SEPARATE_CALLS & inputs.keys()}, _TABLE)
    if "TimeToLiveSpecification" in later:
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=later["TimeToLiveSpecification"])
    if "PointInTimeRecoverySpecification" in later:
        recovery = later["PointInTimeRecoverySpecification"]
        dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=recovery)
    outputs = {"arn": table["TableArn"]}
    if inputs.get("streamEnabled"):
        outputs |= {"streamArn": table["LatestStreamArn"], "streamLabel": table["LatestStreamLabel"]}
    return Created(name, outputs)


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
    return {"StreamEnabled": True, "StreamViewType": inputs["streamViewType"]}


def _create_table_item(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    item = json.loads(inputs["item"])
    cloud.client("dynamodb").put_item(**call_arguments(inputs, _TABLE_ITEM), Item=item)
    keys = [key for key in (inputs["hashKey"], inputs.get("rangeKey")) if key]
    return Created("|".join([inputs["tableName"], *(part for key in keys for part in (key, _only_value(item[key])))]))


def _only_value(attribute: Mapping[str, str]) -> str:
    return next(iter(attribute.values()))


TYPES = (
    ResourceType(
        "aws:dynamodb/table:Table",
        _TABLE,
        _create_table,
        naming=Naming(longest=255, prefix_property=None),
        taggable=True,
        defaults={"billingMode": "PROVISIONED"},
    ),
    ResourceType("aws:dynamodb/tableItem:TableItem", _TABLE_ITEM, _create_table_item),
)
