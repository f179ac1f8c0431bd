"""`GET /?name=` as API Gateway sends it and as the caller sees the answer."""

import json
from collections.abc import Callable
from io import StringIO
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]  # botocore is untyped

ReadEvent = Callable[[str, str], dict[str, Any]]


@pytest.fixture
def people(dynamodb: Any, make_table: Callable[[str, str], str]) -> str:
    table = make_table("people", "name")
    item = {"name": {"S": "john doe"}, "full_name": {"S": "John Doe"}, "born": {"N": "1985"}}
    dynamodb.put_item(TableName=table, Item=item)
    return table


@pytest.fixture
def handler(dynamodb: Any, load: Callable[[str, str], ModuleType], monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("PEOPLE_TABLE", "people")
    return load("name_searcher", "handler")


@pytest.fixture
def event(read_event: ReadEvent) -> Callable[[str], dict[str, Any]]:
    return lambda name: read_event("name_searcher", name)


Event = Callable[[str], dict[str, Any]]


def test_a_known_name_is_answered_with_the_person_as_json(handler: ModuleType, people: str, event: Event, context: Any):
    answer = handler.handle(event("found"), context)
    assert answer["statusCode"] == 200
    assert answer["headers"] == {"content-type": "application/json"}
    assert json.loads(answer["body"]) == {"name": "John Doe", "born": 1985}


def test_an_unknown_name_is_404_with_an_empty_body(handler: ModuleType, people: str, event: Event, context: Any):
    assert handler.handle(event("missing"), context) == {"statusCode": 404, "body": ""}


def test_a_request_without_a_query_is_400_and_says_what_is_missing(
    handler: ModuleType, people: str, event: Event, context: Any
):
    answer = handler.handle(event("no_name"), context)
    assert answer["statusCode"] == 400
    assert answer["headers"] == {"content-type": "application/json"}
    assert json.loads(answer["body"]) == {"error": "`name` is missing or blank"}


@pytest.mark.parametrize("query", [{"name": ""}, {"name": " "}, {"nom": "John Doe"}, {}, None])
def test_a_query_without_a_name_is_400(handler: ModuleType, event: Event, context: Any, query: dict[str, str] | None):
    assert handler.handle(event("found") | {"queryStringParameters": query}, context)["statusCode"] == 400


def test_an_over_long_name_is_400_and_is_not_sent_back(handler: ModuleType, event: Event, context: Any):
    answer = handler.handle(event("found") | {"queryStringParameters": {"name": "x" * 101}}, context)
    assert answer["statusCode"] == 400
    assert json.loads(answer["body"]) == {"error": "`name` has more than 100 characters"}


def test_a_failing_table_fails_the_invocation_so_that_it_counts_as_an_error(
    handler: ModuleType, event: Event, context: Any
):
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        handler.handle(event("found"), context)


def test_a_warmer_is_answered_at_once_although_there_is_no_table_to_ask(
    handler: ModuleType, event: Event, context: Any
):
    assert handler.handle(event("warmer"), context) == {}


def test_a_log_line_tells_the_request_and_the_result_but_not_the_name(
    handler: ModuleType, people: str, event: Event, context: Any, output: StringIO
):
    handler.handle(event("found"), context)
    (line,) = [json.loads(line) for line in output.getvalue().splitlines()]
    assert line["message"] == "name searched"
    assert line["found"] is True
    assert line["service"] == "name_searcher"
    assert line["correlation_id"] == event("found")["requestContext"]["requestId"]
    assert line["function_request_id"] == context.aws_request_id
    assert "Doe" not in output.getvalue()


def test_no_setting_makes_the_raw_event_appear_in_the_log(
    dynamodb: Any,
    people: str,
    load: Callable[[str, str], ModuleType],
    event: Event,
    context: Any,
    monkeypatch: pytest.MonkeyPatch,
    output: StringIO,
):
    monkeypatch.setenv("PEOPLE_TABLE", people)
    monkeypatch.setenv("POWERTOOLS_LOGGER_LOG_EVENT", "true")
    load("name_searcher", "handler").handle(event("found"), context)
    assert "queryStringParameters" not in output.getvalue()


def test_a_name_with_line_breaks_cannot_write_a_log_line_of_its_own(
    handler: ModuleType, people: str, event: Event, context: Any, output: StringIO
):
    query = {"name": 'John\r\n{"level":"ERROR","message":"forged"}'}
    handler.handle(event("found") | {"queryStringParameters": query}, context)
    assert [json.loads(line)["message"] for line in output.getvalue().splitlines()] == ["name searched"]
