"""Function URLs, called by real HTTP clients."""

import json
from http.client import HTTPConnection, HTTPResponse
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest
from lambdaform_sandbox.gateway import Gateway
from lambdaform_sandbox.overlay.function_urls import set_front
from lambdaform_sandbox.server import AwsServer

NUMBERS = count(1)
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
BOTH: tuple[dict[str, Any], ...] = (
    {"StatementId": "url", "Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"},
    {"StatementId": "invoke", "Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True},
)


class Url:
    """The URL of an alias of the function `echo` that is made for one test."""

    def __init__(self, aws: AwsServer, gateway: Gateway, echo: str):
        self.aws, self.client = aws, aws.client("lambda")
        self.function_name, number = echo.split(":")[6], next(NUMBERS)
        self.alias = f"br-test{number}-000000"
        version = self.client.get_alias(FunctionName=self.function_name, Name=echo.split(":")[7])["FunctionVersion"]
        self.where = {"FunctionName": self.function_name, "Qualifier": self.alias}
        self.client.create_alias(FunctionName=self.function_name, Name=self.alias, FunctionVersion=version)
        self.arn = f"{echo.rpartition(':')[0]}:{self.alias}"
        self.address = gateway.function_url(self.function_name, self.alias)

    def create(self, auth_type: str = "NONE", *permissions: dict[str, Any], **settings: Any) -> None:
        self.client.create_function_url_config(**self.where, AuthType=auth_type, **settings)
        for permission in permissions:
            self.client.add_permission(**self.where, Principal="*", **permission)

    def ask(
        self, method: str = "GET", path: str = "/", headers: dict[str, str] | None = None
    ) -> tuple[HTTPResponse, Any]:
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=40)
        connection.request(method, path, None, headers or {})
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response, json.loads(content) if content else None

    def signed_by(self, *actions: str) -> dict[str, str]:
        """Return the header of who may do these actions on the alias."""
        iam, name = self.aws.client("iam"), f"caller-{next(NUMBERS)}"
        trust = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        allow = {"Effect": "Allow", "Action": list(actions), "Resource": self.arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy)
        scope = f"{self.aws.role_credentials(role).access_key_id}/20261124/us-east-1/lambda/aws4_request"
        return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00"}


@pytest.fixture
def url(aws: AwsServer, gateway: Gateway, echo: str) -> Url:
    return Url(aws, gateway, echo)


def test_a_public_url_with_both_permissions_hands_on_payload_format_2(url: Url):
    url.create("NONE", *BOTH)

    response, event = url.ask("POST", "/people?name=x")

    assert response.status == 200
    context = event["requestContext"]
    assert (event["version"], event["routeKey"], event["rawPath"]) == ("2.0", "$default", "/people")
    assert (event["queryStringParameters"], context["http"]["method"], context["stage"]) == (
        {"name": "x"},
        "POST",
        "$default",
    )
    assert context["apiId"] == url.alias
    assert "authorizer" not in context


@pytest.mark.parametrize("permissions", [(), BOTH[:1], BOTH[1:]])
def test_a_public_url_without_one_of_the_permissions_lets_in_nobody(permissions: tuple[dict[str, Any], ...], url: Url):
    url.create("NONE", *permissions)

    response, body = url.ask()
    assert (response.status, body) == (403, {"message": "Forbidden"})
    assert response.headers["x-amzn-errortype"] == "AccessDeniedException"


def test_a_url_with_iam_lets_in_who_signs_and_may_do_both(url: Url):
    url.create("AWS_IAM")

    response, event = url.ask(headers=url.signed_by("lambda:InvokeFunctionUrl", "lambda:InvokeFunction"))

    assert response.status == 200
    assert event["requestContext"]["authorizer"]["iam"]["accountId"] == url.aws.account


@pytest.mark.parametrize("actions", [("lambda:InvokeFunctionUrl",), ("lambda:InvokeFunction",)])
def test_a_url_with_iam_refuses_who_may_do_only_one(actions: tuple[str, ...], url: Url):
    url.create("AWS_IAM")

    assert url.ask(headers=url.signed_by(*actions))[0].status == 403


def test_a_url_with_iam_refuses_who_does_not_sign_whatever_the_alias_s_policy_says(url: Url):
    url.create("AWS_IAM", *BOTH)

    assert url.ask()[0].status == 403


def test_with_a_front_the_address_that_the_api_names_is_the_one_that_listens(gateway: Gateway, url: Url):
    set_front(gateway.function_url)
    try:
        url.create("NONE", *BOTH)
    finally:
        set_front(None)

    assert url.client.get_function_url_config(**url.where)["FunctionUrl"] == f"{url.address}/"


def test_where_there_is_no_url_nobody_gets_in_and_from_now_on_it_is_served(url: Url):
    assert url.ask()[0].status == 403

    url.create("NONE", *BOTH)
    assert url.ask()[0].status == 200

    url.client.delete_function_url_config(**url.where)
    assert url.ask()[0].status == 403


@pytest.mark.parametrize("path", ["/fail", "/malformed"])
def test_a_function_that_fails_or_returns_no_response_is_a_bad_gateway(path: str, url: Url):
    url.create("NONE", *BOTH)

    response, body = url.ask(path=path)
    assert (response.status, body) == (502, {"message": "Internal Server Error"})


def test_a_browser_s_preflight_is_answered_by_the_url(url: Url):
    url.create("NONE", *BOTH, Cors={"AllowOrigins": ["https://example.com"], "AllowMethods": ["GET"]})

    response, _ = url.ask("OPTIONS", headers={"Origin": "https://example.com", "Access-Control-Request-Method": "GET"})
    assert response.status == 204
    assert response.headers["access-control-allow-origin"] == "https://example.com"
