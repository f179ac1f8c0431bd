import json
from typing import Any

import pytest
from lambdaform_sandbox.events.records import failed_message_ids, sqs_event, sqs_record

ARN = "arn:aws:sqs:eu-west-1:000000000000:orders"
MESSAGE: dict[str, Any] = {
    "MessageId": "1",
    "ReceiptHandle": "handle",
    "Body": "hello",
    "MD5OfBody": "5d41402abc4b2a76b9719d911017c592",
    "Attributes": {"ApproximateReceiveCount": "1"},
    "MD5OfMessageAttributes": "abc",
    "MessageAttributes": {
        "text": {"DataType": "String", "StringValue": "a"},
        "bytes": {"DataType": "Binary", "BinaryValue": b"\xff"},
    },
}


def test_a_message_becomes_a_record_of_an_sqs_event() -> None:
    no_lists: dict[str, list[str]] = {"stringListValues": [], "binaryListValues": []}

    (record,) = json.loads(sqs_event([sqs_record(MESSAGE, ARN)]))["Records"]

    assert record == {
        "messageId": "1",
        "receiptHandle": "handle",
        "body": "hello",
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {
            "text": {"dataType": "String", "stringValue": "a", **no_lists},
            "bytes": {"dataType": "Binary", "binaryValue": "/w==", **no_lists},
        },
        "md5OfBody": "5d41402abc4b2a76b9719d911017c592",
        "md5OfMessageAttributes": "abc",
        "eventSource": "aws:sqs",
        "eventSourceARN": ARN,
        "awsRegion": "eu-west-1",
    }


@pytest.mark.parametrize("answer", [b"", b"null", b"{}", b'{"batchItemFailures": []}', b'{"batchItemFailures": null}'])
def test_no_failures_reported_means_that_all_succeeded(answer: bytes) -> None:
    assert failed_message_ids(answer, ["1", "2"]) == set()


def test_reported_messages_failed() -> None:
    assert failed_message_ids(b'{"batchItemFailures": [{"itemIdentifier": "2"}]}', ["1", "2"]) == {"2"}


@pytest.mark.parametrize(
    "answer",
    [
        b"not json",
        b'"text"',
        b"[1]",
        b"5",
        b'{"batchItemFailures": [{"wrong": "2"}]}',
        b'{"batchItemFailures": [{"itemIdentifier": ""}]}',
        b'{"batchItemFailures": [{"itemIdentifier": null}]}',
        b'{"batchItemFailures": [{"itemIdentifier": "unknown"}]}',
        b'{"batchItemFailures": [{"itemIdentifier": ["2"]}]}',
        b'{"batchItemFailures": "2"}',
        b'{"batchItemFailures": 2}',
    ],
)
def test_an_answer_that_cannot_be_understood_fails_the_whole_batch(answer: bytes) -> None:
    assert failed_message_ids(answer, ["1", "2"]) == {"1", "2"}
