import base64
import json
from typing import Any

import pytest
from lambdaform_sandbox.gateway.messages import Response
from lambdaform_sandbox.gateway.proxy_response import MalformedResponseError, response_of

JSON_TYPE = ("content-type", "application/json")


def respond(answer: Any) -> Response:
    return response_of(json.dumps(answer).encode())


def test_status_headers_cookies_and_body_are_taken_over() -> None:
    answer = {"statusCode": 201, "headers": {"X-Count": 3}, "cookies": ["a=1", "b=2"], "body": "made"}

    response = respond(answer)

    assert (response.status, response.body) == (201, b"made")
    assert response.headers == (
        ("content-type", "text/plain;charset=UTF-8"),
        ("x-count", "3"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
    )


def test_the_functions_content_type_is_kept() -> None:
    response = respond({"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": "{}"})

    assert response.headers == (JSON_TYPE,)


def test_an_empty_body_has_no_content_type() -> None:
    assert respond({"statusCode": 404, "body": ""}) == Response(404)


def test_a_base64_body_is_decoded() -> None:
    body = base64.b64encode(b"\xff").decode()

    assert respond({"statusCode": 200, "isBase64Encoded": True, "body": body}).body == b"\xff"


@pytest.mark.parametrize(
    ("answer", "body"),
    [({"name": "John"}, b'{"name": "John"}'), ([1], b"[1]"), ("Hello", b"Hello"), (None, b"null"), ({}, b"{}")],
)
def test_an_answer_without_a_status_is_the_body_of_a_200(answer: Any, body: bytes) -> None:
    assert respond(answer) == Response(200, (JSON_TYPE,), body)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"statusCode": "teapot"}, "`statusCode` must be a number"),
        ({"statusCode": 42}, "`statusCode` must be a number"),
        ({"statusCode": True}, "`statusCode` must be a number"),
        ({"statusCode": 200, "headers": ["a"]}, "`headers` must be an object"),
        ({"statusCode": 200, "headers": {"a": {"b": 1}}}, "the header `a` must be one line"),
        ({"statusCode": 200, "headers": {"a": "x\r\nset-cookie: b=1"}}, "the header `a` must be one line"),
        ({"statusCode": 200, "cookies": "a=1"}, "`cookies` must be a list"),
        ({"statusCode": 200, "body": {"name": "John"}}, "`body` must be text, not dict"),
        ({"statusCode": 200, "isBase64Encoded": True, "body": "%"}, "`body` is not base64"),
    ],
)
def test_what_is_no_http_response_is_named(answer: Any, problem: str) -> None:
    with pytest.raises(MalformedResponseError, match=problem):
        respond(answer)


def test_a_status_in_digits_counts() -> None:
    assert respond({"statusCode": "204"}).status == 204
