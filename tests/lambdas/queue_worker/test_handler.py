"""Batches as SQS delivers them: each message on its own, and once."""

import json
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from types import ModuleType
from typing import Any

import pytest

Event = Callable[[str], dict[str, Any]]


@pytest.fixture
def people(make_table: Callable[[str, str], str]) -> str:
    return make_table("people", "name")


@pytest.fixture
def processed(make_table: Callable[[str, str], str]) -> str:
    return make_table("processed", "id")


@pytest.fixture
def handler(dynamodb: Any, load: Callable[[str, str], ModuleType], monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("PEOPLE_TABLE", "people")
    monkeypatch.setenv("PROCESSED_TABLE", "processed")
    return load("queue_worker", "handler")


@pytest.fixture
def event(read_event: Callable[[str, str], dict[str, Any]]) -> Event:
    return lambda name: read_event("queue_worker", name)


@pytest.fixture
def registered(dynamodb: Any, people: str) -> Callable[[], dict[str, int]]:
    def years_by_name() -> dict[str, int]:
        items = dynamodb.scan(TableName=people)["Items"]
        return {item["full_name"]["S"]: int(item["born"]["N"]) for item in items}

    return years_by_name


Registered = Callable[[], dict[str, int]]

pytestmark = pytest.mark.usefixtures("people", "processed")


def test_every_message_of_a_batch_is_registered(
    handler: ModuleType, event: Event, registered: Registered, context: Any
):
    assert handler.handle(event("batch"), context) == {"batchItemFailures": []}
    assert registered() == {"Ada Lovelace": 1815, "Alan Turing": 1912}


def test_a_poison_message_fails_alone(handler: ModuleType, event: Event, registered: Registered, context: Any):
    poisoned = event("poison")["Records"][1]["messageId"]
    assert handler.handle(event("poison"), context) == {"batchItemFailures": [{"itemIdentifier": poisoned}]}
    assert registered() == {"Ada Lovelace": 1815}


def test_a_batch_of_which_everything_fails_fails_the_invocation(
    handler: ModuleType, event: Event, registered: Registered, context: Any
):
    with pytest.raises(Exception, match="All records failed processing"):
        handler.handle(_only(event("poison"), 1), context)
    assert registered() == {}


def test_a_failure_of_one_batch_is_not_reported_for_the_next(handler: ModuleType, event: Event, context: Any):
    handler.handle(event("poison"), context)
    assert handler.handle(event("batch"), context) == {"batchItemFailures": []}


def test_a_redelivery_succeeds_and_does_not_undo_a_later_registration(
    handler: ModuleType, event: Event, registered: Registered, context: Any
):
    later = _only(event("batch"), 0)
    later["Records"][0] |= {"messageId": "later", "body": '{"name": "Ada Lovelace", "born": 1816}'}
    handler.handle(event("batch"), context)
    handler.handle(later, context)
    assert handler.handle(event("batch"), context) == {"batchItemFailures": []}
    assert registered() == {"Ada Lovelace": 1816, "Alan Turing": 1912}


def test_the_same_body_in_another_message_is_another_registration(
    handler: ModuleType, event: Event, registered: Registered, dynamodb: Any, people: str, context: Any
):
    again = _only(event("batch"), 0)
    handler.handle(again, context)
    dynamodb.delete_item(TableName=people, Key={"name": {"S": "ada lovelace"}})
    again["Records"][0]["messageId"] = "another"
    handler.handle(again, context)
    assert registered() == {"Ada Lovelace": 1815}


def test_a_message_remains_known_for_as_long_as_sqs_can_bring_it_again(
    handler: ModuleType, event: Event, dynamodb: Any, processed: str, context: Any
):
    handler.handle(_only(event("batch"), 0), context)
    (record,) = dynamodb.scan(TableName=processed)["Items"]
    fortnight_seconds = 14 * 24 * 60 * 60
    written = int(record["in_progress_expiration"]["N"]) // 1000 - context.remaining_milliseconds // 1000
    assert abs(int(record["expiration"]["N"]) - written - fortnight_seconds) < 60
    assert "Lovelace" not in json.dumps(record)


def test_a_message_that_failed_is_worked_through_when_it_comes_again(
    handler: ModuleType, event: Event, registered: Registered, context: Any, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as broken:
        broken.setattr(handler.RegistrationWorker, "register", _raise(ConnectionError("the table is away")))
        with pytest.raises(Exception, match="the table is away"):
            handler.handle(event("batch"), context)
    assert handler.handle(event("batch"), context) == {"batchItemFailures": []}
    assert registered() == {"Ada Lovelace": 1815, "Alan Turing": 1912}


def test_a_message_in_the_hands_of_another_invocation_fails_and_comes_again(
    handler: ModuleType, event: Event, registered: Registered, context: Any, monkeypatch: pytest.MonkeyPatch
):
    _die_at_the_first_message(handler, event("batch"), context, monkeypatch)
    held = event("batch")["Records"][0]["messageId"]
    assert handler.handle(event("batch"), context) == {"batchItemFailures": [{"itemIdentifier": held}]}
    assert registered() == {"Alan Turing": 1912}


def test_a_message_whose_invocation_died_is_taken_over_after_its_time_was_up(
    handler: ModuleType, event: Event, registered: Registered, context: Any, monkeypatch: pytest.MonkeyPatch
):
    _die_at_the_first_message(handler, event("batch"), replace(context, remaining_milliseconds=-1000), monkeypatch)
    assert handler.handle(event("batch"), context) == {"batchItemFailures": []}
    assert registered() == {"Ada Lovelace": 1815, "Alan Turing": 1912}


def test_two_versions_with_different_module_names_still_share_what_was_processed(
    handler: ModuleType, event: Event, dynamodb: Any, processed: str, context: Any
):
    handler.handle(_only(event("batch"), 0), context)
    (record,) = dynamodb.scan(TableName=processed)["Items"]
    assert record["id"]["S"].startswith("registration#")


def test_a_warmer_is_answered_at_once_and_touches_no_table(
    handler: ModuleType, event: Event, dynamodb: Any, processed: str, context: Any
):
    assert handler.handle(event("warmer"), context) == {"batchItemFailures": []}
    assert dynamodb.scan(TableName=processed)["Items"] == []


def test_the_log_names_the_messages_and_the_reason_but_nobody_s_name(
    handler: ModuleType, event: Event, context: Any, output: StringIO
):
    handler.handle(event("poison"), context)
    registered, refused = [json.loads(line) for line in output.getvalue().splitlines()]
    good, poisoned = (record["messageId"] for record in event("poison")["Records"])
    assert (registered["level"], registered["message"], registered["message_id"]) == ("INFO", "person registered", good)
    assert (refused["level"], refused["message"], refused["message_id"]) == ("WARNING", "message refused", poisoned)
    assert refused["reason"] == "`born` must be a whole number from 1 to 9999"
    assert "Lovelace" not in output.getvalue()


def test_the_log_of_an_unexpected_failure_is_one_line_with_the_traceback(
    handler: ModuleType, event: Event, context: Any, monkeypatch: pytest.MonkeyPatch, output: StringIO
):
    monkeypatch.setattr(handler.RegistrationWorker, "register", _raise(ConnectionError("first line\r\nsecond line")))
    with pytest.raises(Exception, match="All records failed processing"):
        handler.handle(_only(event("batch"), 0), context)
    (line,) = [json.loads(line) for line in output.getvalue().splitlines()]
    assert (line["level"], line["message"], line["exception_name"]) == ("ERROR", "message failed", "ConnectionError")
    assert line["message_id"] == event("batch")["Records"][0]["messageId"]


def _only(event: dict[str, Any], position: int) -> dict[str, Any]:
    return {"Records": [event["Records"][position]]}


def _raise(error: BaseException) -> Callable[..., None]:
    def register(*_: object) -> None:
        raise error

    return register


def _die_at_the_first_message(
    handler: ModuleType, event: dict[str, Any], context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """End the invocation as Lambda does: without a chance to clean up."""
    with monkeypatch.context() as killed:
        killed.setattr(handler.RegistrationWorker, "register", _raise(SystemExit(137)))
        with pytest.raises(SystemExit):
            handler.handle(event, context)
