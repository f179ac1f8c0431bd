"""HTTP APIs of the emulated account, asked over real HTTP."""

import base64
import json
import logging
import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lambdaform_sandbox.gateway import Gateway
from lambdaform_sandbox.overlay import invocations
from lambdaform_sandbox.runtime import LocalRuntime
from lambdaform_sandbox.server import AwsServer

from .runtime.conftest import make_role
from .runtime.deployment import allow, deploy
from .runtime.functions import ACCOUNT

ECHO = """
    def handle(event, context):
        if event.get("rawPath") == "/fail":
            raise ValueError("secret detail")
        if event.get("rawPath") == "/malformed":
            return {"statusCode": 200, "body": {}}
        return event
"""
DOOR = """
    def handle(event, context):
        return {"isAuthorized": event["identitySource"] == ["open sesame"], "context": {"tenant": "a"}}
"""
BLOCKS = """
    def handle(event, context):
        open(event["queryStringParameters"]["arrived"], "w").close()
        open(event["queryStringParameters"]["leave"]).close()
"""
ISSUER = "https://issuer.example.org"


@pytest.fixture(scope="module")
def aws() -> Iterator[AwsServer]:
    with AwsServer() as server:
        runtime = LocalRuntime(server)
        invocations.set_runtime(runtime)
        yield server
        invocations.set_runtime(None)
        runtime.close()


@pytest.fixture(scope="module")
def gateway(aws: AwsServer) -> Iterator[Gateway]:
    gateway = Gateway(aws)
    yield gateway
    gateway.close()


@pytest.fixture(scope="module")
def echo(aws: AwsServer) -> str:
    return deploy(aws, "echo", ECHO)


@pytest.fixture(scope="module")
def blocks(aws: AwsServer) -> str:
    return deploy(aws, "blocks", BLOCKS, timeout_seconds=30)


class Api:
    """An HTTP API under construction."""

    def __init__(self, aws: AwsServer, gateway: Gateway, **settings: Any):
        self.client = aws.client("apigatewayv2")
        self._aws = aws
        self.id: str = self.client.create_api(Name="api", ProtocolType="HTTP", **settings)["ApiId"]
        self.url = gateway.endpoint(self.id)
        self.client.create_stage(ApiId=self.id, StageName="$default")

    @property
    def arn(self) -> str:
        return f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{self.id}"

    def route(self, key: str, alias_arn: str, timeout_milliseconds: int = 30_000, **authorization: Any) -> None:
        integration = self.client.create_integration(
            ApiId=self.id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{alias_arn}/invocations",
            PayloadFormatVersion="2.0",
            TimeoutInMillis=timeout_milliseconds,
        )["IntegrationId"]
        self.client.create_route(ApiId=self.id, RouteKey=key, Target=f"integrations/{integration}", **authorization)

    def permit(self, alias_arn: str, end: str) -> None:
        function_arn, _, alias = alias_arn.rpartition(":")
        self._aws.client("lambda").add_permission(
            FunctionName=function_arn,
            Qualifier=alias,
            StatementId=f"{self.id}-{abs(hash(end))}",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"{self.arn}/{end}",
            SourceAccount=ACCOUNT,
        )

    def permitted_route(self, key: str, alias_arn: str, **settings: Any) -> None:
        method, _, path = key.partition(" ")
        self.route(key, alias_arn, **settings)
        self.permit(alias_arn, f"$default/{'*' if method == 'ANY' else method}{path}")


@pytest.fixture
def api(aws: AwsServer, gateway: Gateway) -> Api:
    return Api(aws, gateway)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.WARNING)
    return caplog


def ask(
    api: Api, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[HTTPResponse, Any]:
    """Send a request; return the response and its body, parsed if it is JSON."""
    connection = HTTPConnection(urlsplit(api.url).netloc, timeout=40)
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    try:
        return response, json.loads(content)
    except ValueError:
        return response, content


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
    api.permitted_route("GET /", blocks)
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


# Permissions.


@pytest.mark.parametrize("permitted", ["", "$default/POST/people", "other/GET/people", "$default/GET/people/x"])
def test_without_the_permission_of_the_alias_it_is_500_and_the_sandbox_says_why(
    api: Api, echo: str, permitted: str, log: pytest.LogCaptureFixture
) -> None:
    api.route("GET /people", echo)
    if permitted:
        api.permit(echo, permitted)

    response, body = ask(api, "GET", "/people")

    assert (response.status, body) == (500, {"message": "Internal Server Error"})
    assert (
        f"apigateway.amazonaws.com is not authorized to perform lambda:InvokeFunction on {echo} "
        f"for {api.arn}/$default/GET/people"
    ) in log.text


def test_a_permission_of_the_bare_function_does_not_reach_the_alias(
    aws: AwsServer, api: Api, log: pytest.LogCaptureFixture
) -> None:
    alias = deploy(aws, "bare", ECHO)
    api.route("GET /people", alias)
    aws.client("lambda").add_permission(
        FunctionName="bare", StatementId="all", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )

    assert ask(api, "GET", "/people")[0].status == 500
    assert "no resource-based policy allows" in log.text


def test_a_function_that_is_gone_is_500(aws: AwsServer, api: Api, log: pytest.LogCaptureFixture) -> None:
    alias = deploy(aws, "gone", ECHO)
    api.permitted_route("GET /", alias)
    aws.client("lambda").delete_function(FunctionName="gone")

    assert ask(api, "GET", "/")[0].status == 500
    assert f"`{alias}` cannot be called" in log.text


# Authorizers.


def token_of(**claims: Any) -> str:
    return f"e30.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()}.unsigned"


def test_a_jwt_route_lets_in_bearers_of_a_token_of_the_issuer(api: Api, echo: str) -> None:
    authorizer = api.client.create_authorizer(
        ApiId=api.id,
        Name="jwt",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": ISSUER, "Audience": ["people"]},
    )["AuthorizerId"]
    api.permitted_route("GET /", echo, AuthorizationType="JWT", AuthorizerId=authorizer, AuthorizationScopes=["read"])
    good = {"iss": ISSUER, "aud": "people", "exp": int(time.time()) + 600, "scope": "read"}

    def knock(token: str | None) -> tuple[HTTPResponse, Any]:
        return ask(api, "GET", "/", headers={"Authorization": token} if token else {})

    assert knock(f"Bearer {token_of(**good)}")[1]["requestContext"]["authorizer"]["jwt"]["claims"]["aud"] == "people"
    assert knock(None)[0].status == 401
    refused, body = knock(f"Bearer {token_of(**(good | {'exp': 1}))}")
    assert (refused.status, body) == (401, {"message": "Unauthorized"})
    assert "expired" in refused.headers["www-authenticate"]
    assert knock(f"Bearer {token_of(**(good | {'scope': 'write'}))}")[0].status == 403


def test_an_iam_route_lets_in_who_signs_and_may_invoke_it(aws: AwsServer, api: Api, echo: str) -> None:
    api.permitted_route("GET /", echo, AuthorizationType="AWS_IAM")
    may = make_role(aws, f"caller-{api.id}", allow("execute-api:Invoke", f"{api.arn}/$default/GET/"))
    may_not = make_role(aws, f"stranger-{api.id}", allow("execute-api:Invoke", f"{api.arn}/$default/POST/"))

    def signed_by(key: str) -> dict[str, str]:
        scope = f"{key}/20261124/us-east-1/execute-api/aws4_request"
        return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00"}

    def status(headers: dict[str, str]) -> int:
        return ask(api, "GET", "/", headers=headers)[0].status

    assert status(signed_by(aws.role_credentials(may).access_key_id)) == 200
    assert status(signed_by(aws.role_credentials(may_not).access_key_id)) == 403
    assert status(signed_by("AKIAUNKNOWN")) == 403
    assert status({}) == 403


def test_a_lambda_authorizer_decides_and_what_it_says_is_handed_on(aws: AwsServer, api: Api, echo: str) -> None:
    door = deploy(aws, "door", DOOR)
    authorizer = api.client.create_authorizer(
        ApiId=api.id,
        Name="door",
        AuthorizerType="REQUEST",
        AuthorizerUri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{door}/invocations",
        AuthorizerPayloadFormatVersion="2.0",
        EnableSimpleResponses=True,
        IdentitySource=["$request.header.X-Word"],
    )["AuthorizerId"]
    api.permitted_route("GET /", echo, AuthorizationType="CUSTOM", AuthorizerId=authorizer)

    def knock(word: str | None) -> tuple[HTTPResponse, Any]:
        return ask(api, "GET", "/", headers={"X-Word": word} if word else {})

    assert knock("open sesame")[0].status == 500  # without a permission for the authorizer itself
    api.permit(door, f"authorizers/{authorizer}")
    assert knock("open sesame")[1]["requestContext"]["authorizer"] == {"lambda": {"tenant": "a"}}
    assert knock("open barley")[0].status == 403
    assert knock(None)[0].status == 401


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
