"""SQS messages as a function gets them, and what it says about those it could not handle."""

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

__all__ = ["failed_message_ids", "sqs_event", "sqs_record"]


def sqs_event(records: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the event of a batch."""
    return json.dumps({"Records": list(records)}, ensure_ascii=False).encode()


def sqs_record(message: Mapping[str, Any], queue_arn: str) -> dict[str, Any]:
    """Return one received message in the shape of an SQS event."""
    attributes: Mapping[str, Any] = message.get("MessageAttributes") or {}
    record: dict[str, Any] = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes") or {},
        "messageAttributes": {name: _attribute(value) for name, value in attributes.items()},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": queue_arn.split(":")[3],
    }
    if "MD5OfMessageAttributes" in message:
        record["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
    return record


def failed_message_ids(payload: bytes, message_ids: Iterable[str]) -> set[str]:
    """Return which messages of a batch failed, by a function that reports batch item failures.

    As on AWS nothing, null, or no failures means that all succeeded, and everything that cannot be understood, an
    unknown or empty id too, that all failed.
    """
    batch = set(message_ids)
    try:
        answer: object = json.loads(payload or b"null")
        failures = cast("Mapping[str, Any]", answer or {}).get("batchItemFailures")
        failed = {cast("str", failure["itemIdentifier"]) for failure in failures or ()}
    except (ValueError, AttributeError, TypeError, KeyError):
        return batch
    return failed if failed <= batch else batch


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    attribute: dict[str, Any] = {"dataType": value["DataType"], "stringListValues": [], "binaryListValues": []}
    if "StringValue" in value:
        attribute["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        attribute["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return attribute
