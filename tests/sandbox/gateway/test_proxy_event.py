import base64
from typing import Any

import pytest
from lambdaform_sandbox.gateway.messages import Request
from lambdaform_sandbox.gateway.proxy_event import authorizer_event, proxy_event

from .calls import call_of

ARN = "arn:aws:execute-api:us-east-1:000000000000:abc"


def event_of(request: Request, **changes: Any) -> dict[str, Any]:
    return proxy_event(call_of(request=request, **changes))


def test_an_event_has_the_shape_of_payload_format_2() -> None:
    headers = (("host", "127.0.0.1:8000"), ("user-agent", "test"), ("accept", "*/*"))

    event = event_of(Request("GET", "/people/7", "", headers), path_parameters={"id": "7"})

    assert event == {
        "version": "2.0",
        "routeKey": "GET /people/{id}",
        "rawPath": "/people/7",
        "rawQueryString": "",
        "headers": {"host": "127.0.0.1:8000", "user-agent": "test", "accept": "*/*"},
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "abc",
            "domainName": "127.0.0.1:8000",
            "domainPrefix": "abc",
            "http": {
                "method": "GET",
                "path": "/people/7",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "test",
            },
            "requestId": "id",
            "routeKey": "GET /people/{id}",
            "stage": "$default",
            "time": "24/Nov/2026:10:00:00 +0000",
            "timeEpoch": 1795514400000,
        },
        "pathParameters": {"id": "7"},
        "isBase64Encoded": False,
    }


def test_query_parameters_are_decoded_and_several_values_joined() -> None:
    event = event_of(Request("GET", "/", "name=John%20Doe&tag=a&tag=b&empty="))

    assert event["rawQueryString"] == "name=John%20Doe&tag=a&tag=b&empty="
    assert event["queryStringParameters"] == {"name": "John Doe", "tag": "a,b", "empty": ""}


def test_headers_of_one_name_are_joined() -> None:
    assert event_of(Request("GET", "/", headers=(("x-a", "1"), ("x-a", "2"))))["headers"] == {"x-a": "1,2"}


def test_cookies_are_a_list_of_their_own() -> None:
    event = event_of(Request("GET", "/", headers=(("cookie", "a=1; b=2"),)))

    assert event["cookies"] == ["a=1", "b=2"]
    assert event["headers"] == {}


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "text/csv", "application/problem+json"])
def test_a_text_body_is_handed_on_as_it_is(content_type: str) -> None:
    event = event_of(Request("POST", "/", headers=(("content-type", content_type),), body="ä".encode()))

    assert (event["body"], event["isBase64Encoded"]) == ("ä", False)


@pytest.mark.parametrize("content_type", ["image/png", "application/x-www-form-urlencoded", "text/plain"])
def test_any_other_body_is_base64(content_type: str) -> None:
    body = b"\xff\xfe"

    event = event_of(Request("POST", "/", headers=(("content-type", content_type),), body=body))

    assert (base64.b64decode(event["body"]), event["isBase64Encoded"]) == (body, True)


def test_what_an_authorizer_found_out_is_in_the_context() -> None:
    event = proxy_event(call_of(), {"lambda": {"tenant": "a"}})

    assert event["requestContext"]["authorizer"] == {"lambda": {"tenant": "a"}}


def test_stage_variables_are_handed_on() -> None:
    assert event_of(Request("GET", "/"), stage_variables={"colour": "blue"})["stageVariables"] == {"colour": "blue"}


def test_a_lambda_authorizer_gets_no_body() -> None:
    request = Request("POST", "/people", body=b"secret", headers=(("authorization", "x"),))

    event = authorizer_event(call_of(route_key="POST /people", request=request), ["x"])

    assert (event["type"], event["identitySource"]) == ("REQUEST", ["x"])
    assert event["routeArn"] == f"{ARN}/$default/POST/people"
    assert "body" not in event


@pytest.mark.parametrize(
    ("route_key", "method", "arn"),
    [
        ("GET /people/{id}", "GET", f"{ARN}/$default/GET/people/{{id}}"),
        ("ANY /", "PUT", f"{ARN}/$default/PUT/"),
        ("$default", "GET", f"{ARN}/$default/$default"),
    ],
)
def test_api_gateway_calls_from_the_route_with_the_method_of_the_request(route_key: str, method: str, arn: str) -> None:
    assert call_of(route_key, method).route_arn == arn
