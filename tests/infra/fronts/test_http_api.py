import json
from typing import Any, cast

import pytest
from infra.samples import ACCOUNT, ALIAS, PAGER, TARGET, function_args, listed
from lambdaform import Function, HttpApi, HttpApiArgs
from lambdaform.testing import UNKNOWN, Recording, Resource, deploy

API = "aws:apigatewayv2/api:Api"
STAGE = "aws:apigatewayv2/stage:Stage"
ROUTE = "aws:apigatewayv2/route:Route"
INTEGRATION = "aws:apigatewayv2/integration:Integration"
AUTHORIZER = "aws:apigatewayv2/authorizer:Authorizer"
PERMISSION = "aws:lambda/permission:Permission"
GROUP = "aws:cloudwatch/logGroup:LogGroup"

INVOKE_ALIAS = f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{ALIAS}/invocations"
JWT = {"issuer": "https://issuer.example.org/", "audience": ["people"]}


def api(**changes: Any) -> Recording:
    args: dict[str, Any] = {"routes": {"GET /": TARGET}, "public": True, **changes}
    given = cast(HttpApiArgs, {key: value for key, value in args.items() if value is not None})
    return deploy(lambda: HttpApi("people", given))


def test_an_api_with_one_route_is_exactly_these_resources():
    assert listed(api()) == [
        (API, "people"),
        (INTEGRATION, "people-get-root"),
        (ROUTE, "people-get-root"),
        (STAGE, "people"),
        (GROUP, "people"),
        (PERMISSION, "people-get-root"),
        ("lambdaform:index:HttpApi", "people"),
    ]


def test_a_route_invokes_the_alias():
    recording = api()

    integration, route = recording.one(INTEGRATION), recording.one(ROUTE)
    assert integration.inputs == {
        "apiId": recording.one(API).id,
        "integrationType": "AWS_PROXY",
        "integrationUri": INVOKE_ALIAS,
        "payloadFormatVersion": "2.0",
        "timeoutMilliseconds": 30_000,
    }
    assert route.inputs == {
        "apiId": recording.one(API).id,
        "routeKey": "GET /",
        "target": f"integrations/{integration.id}",
        "authorizationType": "NONE",
    }


@pytest.mark.parametrize(
    ("route", "called_as"),
    [
        ("GET /", "GET/"),
        ("POST /people/{id}", "POST/people/{id}"),
        ("ANY /people", "*/people"),
        ("$default", "$default"),
    ],
)
def test_each_route_alone_may_invoke_and_only_the_alias(route: str, called_as: str):
    recording = api(routes={route: TARGET})

    assert recording.one(PERMISSION).inputs == {
        "action": "lambda:InvokeFunction",
        "function": "worker-1a2b3c4",
        "qualifier": "live",
        "principal": "apigateway.amazonaws.com",
        "sourceArn": f"{recording.one(API).outputs['executionArn']}/$default/{called_as}",
        "sourceAccount": ACCOUNT,
    }


def test_a_route_takes_no_request_before_it_is_permitted_and_logged():
    recording = api()

    assert {recording.one(PERMISSION).urn, recording.one(STAGE).urn} <= set(recording.one(ROUTE).dependencies)
    assert recording.one(GROUP).urn in recording.one(STAGE).dependencies


@pytest.mark.parametrize(
    ("route", "name"),
    [
        ("GET /", "people-get-root"),
        ("GET /people/{id}", "people-get-people-id"),
        ("ANY /{proxy+}", "people-any-proxy"),
        ("$default", "people-default"),
    ],
)
def test_routes_are_named_after_what_they_are(route: str, name: str):
    assert api(routes={route: TARGET}).one(ROUTE).name == name


def test_every_request_is_logged_and_counted_against_a_limit():
    recording = api(log_retention_days=30)

    group, stage = recording.one(GROUP), recording.one(STAGE)
    assert (group["namePrefix"], group["retentionInDays"]) == ("/aws/apigateway/people-", 30)
    assert (stage["name"], stage["autoDeploy"]) == ("$default", True)
    assert stage["accessLogSettings"]["destinationArn"] == group.outputs["arn"]
    assert stage["defaultRouteSettings"] == {"throttlingRateLimit": 1_000, "throttlingBurstLimit": 500}


def test_the_access_log_is_json_without_anything_a_caller_wrote_in_private():
    written = json.loads(api().one(STAGE)["accessLogSettings"]["format"])

    assert {"requestId", "time", "routeKey", "status", "integrationError"} <= set(written)
    assert not [value for value in written.values() if "querystring" in value.lower() or "header" in value.lower()]


def test_the_limit_can_be_chosen():
    stage = api(throttle={"rate_per_second": 10.5, "burst": 20}).one(STAGE)

    assert stage["defaultRouteSettings"] == {"throttlingRateLimit": 10.5, "throttlingBurstLimit": 20}


def test_callers_sign_with_aws_credentials():
    recording = api(public=None, iam=True)

    assert recording.one(ROUTE)["authorizationType"] == "AWS_IAM"
    assert recording.of(AUTHORIZER) == ()


def test_callers_carry_a_token():
    recording = api(public=None, jwt={**JWT, "scopes": ["people.read"]})

    authorizer, route = recording.one(AUTHORIZER), recording.one(ROUTE)
    assert authorizer["authorizerType"] == "JWT"
    assert authorizer["jwtConfiguration"] == {"issuer": JWT["issuer"], "audiences": ["people"]}
    assert (route["authorizationType"], route["authorizerId"]) == ("JWT", authorizer.id)
    assert route["authorizationScopes"] == ["people.read"]


def test_a_function_decides_who_may_call():
    recording = api(public=None, authorizer={**TARGET, "cache_seconds": 60})

    authorizer, route = recording.one(AUTHORIZER), recording.one(ROUTE)
    assert authorizer.inputs == {
        "apiId": recording.one(API).id,
        "authorizerType": "REQUEST",
        "authorizerUri": INVOKE_ALIAS,
        "authorizerPayloadFormatVersion": "2.0",
        "enableSimpleResponses": True,
        "identitySources": ["$request.header.Authorization"],
        "authorizerResultTtlInSeconds": 60,
    }
    assert (route["authorizationType"], route["authorizerId"]) == ("CUSTOM", authorizer.id)
    permission = recording.one(PERMISSION, "people-authorizer")
    assert permission["sourceArn"] == f"{recording.one(API).outputs['executionArn']}/authorizers/{authorizer.id}"
    assert (permission["qualifier"], permission["sourceAccount"]) == ("live", ACCOUNT)


def cors(**changes: Any) -> Resource:
    return api(cors={"allow_origins": ["https://www.example.org"], **changes}).one(API)


def test_pages_of_other_origins_are_kept_out_unless_they_are_named():
    assert "corsConfiguration" not in api().one(API).inputs
    assert cors()["corsConfiguration"] == {
        "allowOrigins": ["https://www.example.org"],
        "allowMethods": ["GET"],
        "allowHeaders": ["content-type", "authorization"],
        "exposeHeaders": [],
        "allowCredentials": False,
        "maxAge": 600,
    }


def test_pages_of_other_origins_may_be_allowed_more():
    allowed = cors(allow_methods=["POST"], allow_credentials=True, max_age_seconds=0)["corsConfiguration"]

    assert (allowed["allowMethods"], allowed["allowCredentials"], allowed["maxAge"]) == (["POST"], True, 0)


def test_a_function_becomes_a_route_by_its_target():
    def program():
        search = Function("search", function_args(alarm_topics=[PAGER]))
        HttpApi("people", {"routes": {"GET /": search.target}, "public": True})

    recording = deploy(program)

    alias = recording.one("aws:lambda/alias:Alias").outputs["arn"]
    assert recording.one(INTEGRATION)["integrationUri"].endswith(f"/functions/{alias}/invocations")
    assert recording.one(PERMISSION)["qualifier"] == "live"


def test_tags_are_put_on_everything_that_can_have_them():
    recording = api(tags={"team": "search"})

    assert {token: recording.one(token)["tags"] for token in (API, STAGE, GROUP)} == {
        API: {"team": "search"},
        STAGE: {"team": "search"},
        GROUP: {"team": "search"},
    }


def test_outputs_are_endpoint_and_id():
    recording = api()

    made = recording.one(API)
    assert recording.one("lambdaform:index:HttpApi").registered_outputs == {
        "api_endpoint": made.outputs["apiEndpoint"],
        "api_id": made.id,
    }


def test_a_preview_shows_the_routes():
    recording = deploy(lambda: HttpApi("people", {"routes": {"GET /": TARGET}, "public": True}), preview=True)

    assert recording.one(ROUTE)["routeKey"] == "GET /"
    assert recording.one(ROUTE)["target"] is UNKNOWN
