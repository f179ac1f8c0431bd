"""Secrets: marked again in every answer, and in no message."""

import json
from typing import Any, cast

import grpc
import pytest
from lambdaform_sandbox.engine.secrets import blinded, marks
from lambdaform_sandbox.engine.wire import Properties

from .attached import SECRET, SIGNATURE, Attached, archive, secret, unfinished

FUNCTION = "aws:lambda/function:Function"
QUEUE = "aws:sqs/queue:Queue"
TOKEN = "correct horse battery staple"


def function(role: str, **more: object) -> dict[str, Any]:
    code = archive("a" * 64, handler="def handle(event, context): ...\n")
    return {"code": code, "handler": "handler.handle", "runtime": "python3.13", "role": role, "publish": True, **more}


def unmarked(message: Any) -> str:
    """Return everything in a message that is not within a mark."""
    if isinstance(message, dict):
        items = cast("dict[str, Any]", message)
        return "" if items.get(SIGNATURE) == SECRET else " ".join(map(unmarked, items.values()))
    return " ".join(map(unmarked, cast("list[Any]", message))) if isinstance(message, list) else str(message)


@pytest.mark.parametrize(
    "environment",
    [
        {"variables": {"TOKEN": secret(TOKEN), "TABLE": "people"}},
        {"variables": secret({"TOKEN": TOKEN, "TABLE": "people"})},
        secret({"variables": {"TOKEN": TOKEN, "TABLE": "people"}}),
    ],
)
def test_a_secret_is_marked_wherever_it_goes(engine: Attached, role: str, environment: dict[str, Any]):
    inputs = engine.check(FUNCTION, function(role, environment=environment))
    assert inputs["environment"] == environment
    assert TOKEN not in unmarked(engine.create(FUNCTION, inputs, preview=True)[1])
    identifier, outputs = engine.create(FUNCTION, inputs)
    _, read_inputs, read_outputs = engine.read(FUNCTION, identifier, inputs, outputs)
    news = {**inputs, "memorySize": 256}
    previewed = engine.update(FUNCTION, identifier, inputs, outputs, news, preview=True)
    updated = engine.update(FUNCTION, identifier, inputs, outputs, news)
    for answer in (outputs, read_inputs, read_outputs, previewed, updated):
        assert answer["environment"] == environment
        assert TOKEN not in unmarked(answer)


def test_a_mark_is_no_difference(engine: Attached, role: str):
    plainly = engine.check(FUNCTION, function(role, environment={"variables": {"TOKEN": TOKEN}}))
    marked = engine.check(FUNCTION, function(role, environment={"variables": {"TOKEN": secret(TOKEN)}}), plainly)
    assert dict(engine.diff(FUNCTION, plainly, marked).detailedDiff) == {}


def test_a_secret_tag_is_secret_among_all_tags_too(engine: Attached):
    outputs = engine.made(QUEUE, tags={"token": secret(TOKEN), "team": "search"})[2]
    assert outputs["tagsAll"] == {"token": secret(TOKEN), "team": "search"}


def test_a_policy_in_a_secret_stays_one_after_a_refresh(engine: Attached):
    statement = {"Sid": "correct-horse", "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    identifier, inputs, outputs = engine.made(QUEUE, policy=secret(policy))
    for answer in engine.read(QUEUE, identifier, inputs, outputs)[1:]:
        assert "correct-horse" not in unmarked(answer)


def test_a_secret_that_was_changed_by_hand_is_still_secret(engine: Attached, role: str, aws: Any):
    identifier, inputs, outputs = engine.made(FUNCTION, **function(role, environment={"variables": {"A": secret("b")}}))
    variables = {"Variables": {"A": TOKEN}}
    aws.client("lambda").update_function_configuration(FunctionName=identifier, Environment=variables)
    for answer in engine.read(FUNCTION, identifier, inputs, outputs)[1:]:
        assert answer["environment"] == {"variables": {"A": secret(TOKEN)}}


def test_no_message_holds_a_secret(engine: Attached, role: str):
    inputs = engine.check(FUNCTION, function(role, handler=secret("handler.correct"), runtime=secret("python-secret")))
    with pytest.raises(grpc.RpcError) as raised:
        engine.create(FUNCTION, inputs)
    assert "python-secret" not in str(raised.value)
    assert "Value [secret] at 'runtime'" in str(raised.value)


def test_what_is_kept_of_an_unfinished_resource_is_marked(engine: Attached, role: str):
    given = function(role, reservedConcurrentExecutions=-7, environment={"variables": {"TOKEN": secret(TOKEN)}})
    with pytest.raises(grpc.RpcError) as raised:
        engine.create(FUNCTION, engine.check(FUNCTION, given))
    kept = unfinished(raised.value)
    assert kept.properties["environment"]["variables"]["TOKEN"]["value"] == TOKEN
    assert kept.inputs["environment"]["variables"]["TOKEN"]["value"] == TOKEN


def test_a_list_with_one_secret_is_secret_whole():
    known = Properties({"items": ["a", "b"]}, frozenset({("items", 1)}))
    assert marks({"items": ["b", "a"]}, known) == {("items",)}


def test_what_is_no_longer_there_needs_no_mark():
    known = Properties({"tags": {"a": "1"}}, frozenset({("tags", "a")}))
    assert marks({"tags": {}}, known) == frozenset()


def test_short_values_are_not_looked_for_in_messages():
    known = Properties({"a": "1", "b": "hunter2", "c": 4711}, frozenset({("a",), ("b",), ("c",)}))
    assert blinded("error 1: hunter2 or 4711 is refused", known) == "error 1: [secret] or [secret] is refused"
