"""HTTP APIs on a sandbox account, and a function that answers with the event it gets."""

import json
import logging
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import pytest
from lambdaform_sandbox.gateway import Gateway
from lambdaform_sandbox.overlay import invocations
from lambdaform_sandbox.runtime import LocalRuntime
from lambdaform_sandbox.server import AwsServer

from ..runtime.deployment import deploy
from ..runtime.functions import ACCOUNT

ECHO = """
    def handle(event, context):
        if event.get("rawPath") == "/fail":
            raise ValueError("secret detail")
        if event.get("rawPath") == "/malformed":
            return {"statusCode": 200, "body": {}}
        return event
"""


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
