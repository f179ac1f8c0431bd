"""HTTP APIs of the emulated account, asked over real HTTP."""

import json
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lambdaform_sandbox.gateway import Gateway
from lambdaform_sandbox.server import AwsServer

from ..runtime.deployment import deploy
from ..runtime.functions import ACCOUNT
from .conftest import Api, ask

BLOCKS = """
    def handle(event, context):
        open(event["queryStringParameters"]["arrived"], "w").close()
        open(event["queryStringParameters"]["leave"]).close()
"""


@pytest.fixture(scope="module")
def blocks(aws: AwsServer) -> str:
    return deploy(aws, "blocks", BLOCKS, timeout_seconds=5)


# The way to the function and back.


def test_a_request_reaches_the_function_of_its_route(api: Api, echo: str) -> None:
    api.permitted_route("POST /people/{id}", echo)

    response, event = ask(
        api, "POST", "/people/John%20Doe?tag=a&tag=b", b'{"a": 1}', {"Content-Type": "application/json"}
    )

    assert (response.status, response.headers["content-type"]) == (200, "application/json")
    assert (event["routeKey"], event["rawPath"]) == ("POST /people/{id}", "/people/John Doe")
    assert (event["pathParameters"], event["queryStringParameters"]) == ({"id": "John Doe"}, {"tag": "a,b"})
    assert event["body"] == '{"a": 1}'
    assert event["requestContext"]["requestId"] == response.headers["apigw-requestid"]


def test_nothing_matches_is_404(api: Api, echo: str) -> None:
    api.permitted_route("GET /people", echo)

    response, body = ask(api, "GET", "/pets")

    assert (response.status, body) == (404, {"message": "Not Found"})


def test_a_route_made_later_is_there_at_once(api: Api, echo: str) -> None:
    assert ask(api, "GET", "/later")[0].status == 404

    api.permitted_route("GET /later", echo)

    assert ask(api, "GET", "/later")[0].status == 200


def test_a_stage_of_another_name_is_the_start_of_its_paths(api: Api, echo: str) -> None:
    api.client.create_stage(ApiId=api.id, StageName="test", StageVariables={"colour": "blue"})
    api.permitted_route("GET /people", echo)
    api.permit(echo, "test/GET/people")

    _, event = ask(api, "GET", "/test/people")

    assert (event["rawPath"], event["requestContext"]["stage"]) == ("/test/people", "test")
    assert event["stageVariables"] == {"colour": "blue"}


def test_an_error_of_the_function_stays_inside(api: Api, echo: str) -> None:
    api.permitted_route("ANY /{proxy+}", echo)

    for path in ("/fail", "/malformed"):
        response, body = ask(api, "GET", path)
        assert (response.status, body) == (500, {"message": "Internal Server Error"})


def test_head_has_no_body(api: Api, echo: str) -> None:
    api.permitted_route("ANY /", echo)

    response, body = ask(api, "HEAD", "/")

    assert (response.status, body) == (200, b"")


def test_cors_is_the_apis_business(aws: AwsServer, gateway: Gateway) -> None:
    api = Api(aws, gateway, CorsConfiguration={"AllowOrigins": ["https://a.example"], "AllowMethods": ["GET"]})
    headers = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}

    response, body = ask(api, "OPTIONS", "/people", headers=headers)

    assert (response.status, body) == (204, b"")
    assert response.headers["access-control-allow-origin"] == "https://a.example"


# Limits.


def test_a_request_that_is_too_large_is_refused_unread(api: Api) -> None:
    response, body = ask(api, "POST", "/", headers={"Content-Length": "10485761"})

    assert (response.status, body) == (413, {"message": "Request Entity Too Large"})


def test_a_function_that_takes_longer_than_the_integration_is_503(api: Api, blocks: str, tmp_path: Path) -> None:
    arrived, leave = tmp_path / "arrived", tmp_path / "leave"
    os.mkfifo(arrived)
    os.mkfifo(leave)
    api.permitted_route("GET /", blocks, timeout_milliseconds=50)

    response, body = ask(api, "GET", f"/?arrived={arrived}&leave={leave}")

    arrived.open().close()
    leave.open("w").close()
    assert (response.status, body) == (503, {"message": "Service Unavailable"})


def test_closing_answers_the_request_under_way(aws: AwsServer, blocks: str, tmp_path: Path) -> None:
    arrived, leave = tmp_path / "arrived", tmp_path / "leave"
    os.mkfifo(arrived)
    os.mkfifo(leave)
    gateway = Gateway(aws)
    api = Api(aws, gateway)
    api.permitted_route("GET /", blocks, timeout_milliseconds=600_000)
    with ThreadPoolExecutor() as threads:
        answer = threads.submit(ask, api, "GET", f"/?arrived={arrived}&leave={leave}")
        arrived.open().close()

        gateway.close()

        assert answer.result()[0].status == 503
    leave.open("w").close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(api.url).port or 0))


def test_only_loopback_is_served(api: Api) -> None:
    assert urlsplit(api.url).hostname == "127.0.0.1"


# The access log.


def test_each_request_is_a_line_in_the_log_of_the_stage(aws: AwsServer, api: Api, echo: str) -> None:
    group = f"/aws/apigateway/{api.id}"
    aws.client("logs").create_log_group(logGroupName=group)
    line = {"route": "$context.routeKey", "status": "$context.status", "why": "$context.integrationErrorMessage"}
    api.client.create_stage(
        ApiId=api.id,
        StageName="logged",
        AccessLogSettings={
            "DestinationArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{group}",
            "Format": json.dumps(line),
        },
    )
    api.route("GET /{proxy+}", echo)
    api.permit(echo, "logged/GET/{proxy+}")

    for path in ("/logged/fine", "/logged"):
        ask(api, "GET", path)

    logged = [
        json.loads(event["message"]) for event in aws.client("logs").filter_log_events(logGroupName=group)["events"]
    ]
    assert logged == [
        {"route": "GET /{proxy+}", "status": "200", "why": "-"},
        {"route": "-", "status": "404", "why": "no route matches GET /logged"},
    ]
