"""Who gets through to the function of a route."""

import base64
import json
import time
from http.client import HTTPResponse
from typing import Any

import pytest
from lambdaform_sandbox.server import AwsServer

from ..runtime.conftest import make_role
from ..runtime.deployment import allow, deploy
from .conftest import ECHO, Api, ask

DOOR = """
    def handle(event, context):
        return {"isAuthorized": event["identitySource"] == ["open sesame"], "context": {"tenant": "a"}}
"""
ISSUER = "https://issuer.example.org"


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
