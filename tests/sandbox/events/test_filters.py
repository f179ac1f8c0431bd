from typing import Any

import pytest
from lambdaform_sandbox.events.filters import matches_any, message_document

RECORD = {
    "messageId": "1",
    "body": '{"kind": "order", "total": 30, "tags": ["a", "b"], "customer": {"tier": null}, "paid": true}',
    "messageAttributes": {"source": {"stringValue": "shop"}},
}


def body_matches(pattern: Any) -> bool:
    return matches_any([{"body": pattern}], message_document(RECORD))


@pytest.mark.parametrize(
    "pattern",
    [
        {"kind": ["order", "refund"]},
        {"kind": [{"prefix": "ord"}]},
        {"kind": [{"suffix": "der"}]},
        {"kind": [{"equals-ignore-case": "ORDER"}]},
        {"kind": [{"anything-but": ["refund"]}]},
        {"kind": [{"anything-but": {"prefix": "ref"}}]},
        {"kind": [{"exists": True}]},
        {"note": [{"exists": False}]},
        {"total": [30]},
        {"total": [{"numeric": [">", 20, "<=", 30]}]},
        {"tags": ["b"]},
        {"customer": {"tier": [None]}},
        {"paid": [True]},
        {"kind": ["order"], "total": [{"numeric": ["=", 30]}]},
    ],
)
def test_a_message_matches(pattern: Any) -> None:
    assert body_matches(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        {"kind": ["refund"]},
        {"kind": [{"prefix": "ref"}]},
        {"kind": [{"anything-but": ["order"]}]},
        {"kind": [{"exists": False}]},
        {"note": ["x"]},
        {"note": [{"anything-but": ["x"]}]},
        {"total": [{"numeric": [">", 30]}]},
        {"kind": [{"numeric": [">", 30]}]},
        {"paid": [1]},
        {"customer": {"tier": ["gold"]}},
        {"kind": ["order"], "total": [31]},
        {"kind": {"nested": ["x"]}},
    ],
)
def test_a_message_does_not_match(pattern: Any) -> None:
    assert not body_matches(pattern)


def test_one_of_several_patterns_is_enough_and_none_lets_everything_through() -> None:
    document = message_document(RECORD)

    assert matches_any([{"body": {"kind": ["refund"]}}, {"body": {"kind": ["order"]}}], document)
    assert matches_any([], document)


def test_attributes_can_be_filtered_too() -> None:
    pattern = {"messageAttributes": {"source": {"stringValue": ["shop"]}}}

    assert matches_any([pattern], message_document(RECORD))


@pytest.mark.parametrize("body", ["plain", "[1]", "7"])
def test_a_body_that_is_no_object_is_text(body: str) -> None:
    document = message_document({"body": body})

    assert matches_any([{"body": [body]}], document)
    assert not matches_any([{"body": {"kind": ["order"]}}], document)


def test_an_operator_that_is_not_emulated_is_named() -> None:
    with pytest.raises(ValueError, match="the filter operator `cidr` is not emulated"):
        body_matches({"kind": [{"cidr": "10.0.0.0/8"}]})
