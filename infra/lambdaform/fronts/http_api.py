"""An HTTP API in front of functions: routes to aliases, an authorizer or the word `public`, logs and a throttle."""

import functools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NotRequired, TypedDict, cast

import pulumi
import pulumi_aws as aws

from .. import limits
from ..account import account_of
from ..defaults import DEFAULTS_RULES, Defaults
from ..errors import ABSENT, Problem
from ..inputs import Rules, checked, when_known
from ..logs import DEFAULT_RETENTION_DAYS
from ..naming import check_name
from ..outputs import joined
from ..permission import permit_invoke
from ..target import TARGET_RULES, Target

__all__ = ["Cors", "HttpApi", "HttpApiArgs", "JwtAuthorizer", "LambdaAuthorizer", "Throttle"]

LONGEST_INTEGRATION_SECONDS = 30
STAGE = "$default"


class JwtAuthorizer(TypedDict):
    """Let in who carries a token of one issuer."""

    issuer: pulumi.Input[str]
    """Issuer URL, as in the token's `iss`."""
    audience: Sequence[pulumi.Input[str]]
    """Accepted values of the token's `aud` or `client_id`."""
    scopes: NotRequired[Sequence[pulumi.Input[str]]]
    """Scopes of which the token must have one. Default none."""


class LambdaAuthorizer(Target):
    """Let in whom a function lets in, by the simple response `{"isAuthorized": true}`."""

    identity_sources: NotRequired[Sequence[str]]
    """What identifies a caller; without it the function is not asked. Default the Authorization header."""
    cache_seconds: NotRequired[pulumi.Input[int]]
    """How long an answer holds for the same identity, 0 to 3,600. Default 0."""


class Cors(TypedDict):
    """Which web pages of other origins may call."""

    allow_origins: Sequence[str]
    """Origins such as `https://example.org`; `*` for all, not with credentials."""
    allow_methods: NotRequired[Sequence[str]]
    """Methods. Default GET."""
    allow_headers: NotRequired[Sequence[str]]
    """Request headers. Default content-type and authorization."""
    expose_headers: NotRequired[Sequence[str]]
    """Response headers a page may read. Default none."""
    allow_credentials: NotRequired[bool]
    """Whether cookies go along. Default False."""
    max_age_seconds: NotRequired[int]
    """How long a browser remembers. Default 600."""


class Throttle(TypedDict):
    """How much of the traffic is let through."""

    rate_per_second: NotRequired[pulumi.Input[float]]
    """Steady requests per second. Default 1,000."""
    burst: NotRequired[pulumi.Input[int]]
    """Requests that may come at once. Default 500."""


class HttpApiArgs(Defaults):
    """Arguments of `HttpApi`. Exactly one of `public`, `jwt`, `iam` and `authorizer` says who may call."""

    routes: Mapping[str, Target]
    """Functions by route key: `{"GET /": search.target, "POST /people/{id}": ...}`, or `$default` for the rest."""
    public: NotRequired[bool]
    """Anybody on the internet."""
    jwt: NotRequired[JwtAuthorizer]
    """Who carries a token."""
    iam: NotRequired[bool]
    """Who signs with AWS credentials that may `execute-api:Invoke`."""
    authorizer: NotRequired[LambdaAuthorizer]
    """Whom a function lets in."""
    cors: NotRequired[Cors]
    """Pages of other origins. Default none."""
    throttle: NotRequired[Throttle]
    """Limits of the traffic."""


RULES: Rules = {
    **DEFAULTS_RULES,
    **{f"routes.*.{path}": rule for path, rule in TARGET_RULES.items()},
    **{f"authorizer.{path}": rule for path, rule in TARGET_RULES.items()},
    "routes": limits.Count(1, 300, "routes"),
    "routes{}": limits.ROUTE_KEY,
    "jwt.issuer": limits.ISSUER,
    "jwt.audience": limits.Count(1, 50, "audiences"),
    "authorizer.cache_seconds": limits.Range(0, 3_600, "seconds"),
    "cors.allow_origins": limits.Count(1, 100, "origins"),
    "cors.allow_origins[]": limits.ORIGIN,
    "cors.max_age_seconds": limits.Range(0, 86_400, "seconds"),
    "throttle.rate_per_second": limits.Range(1, 10_000, "requests per second"),
    "throttle.burst": limits.Range(1, 5_000, "requests"),
}

ACCESS_LOG_FIELDS = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "sourceIp": "$context.identity.sourceIp",
    "routeKey": "$context.routeKey",
    "status": "$context.status",
    "responseLength": "$context.responseLength",
    "latencyMilliseconds": "$context.responseLatency",
    "integrationStatus": "$context.integrationStatus",
    "error": "$context.error.message",
    "integrationError": "$context.integrationErrorMessage",
}
"""One JSON line per request; no query string and no header, which may carry personal data."""


class HttpApi(pulumi.ComponentResource):
    """An API Gateway HTTP API whose routes invoke aliases."""

    api_endpoint: pulumi.Output[str]
    """URL of the API, without a trailing slash."""
    api_id: pulumi.Output[str]
    """Id of the API."""

    def __init__(self, name: str, args: HttpApiArgs, opts: pulumi.ResourceOptions | None = None):
        check_name("HttpApi", name, {"aws:apigatewayv2/api:Api": ""})
        args = checked(HttpApiArgs, "HttpApi", name, args, RULES, _problems)
        super().__init__("lambdaform:index:HttpApi", name, {}, opts)
        self.api = _api(self, name, args)
        stage = _stage(self, name, args)
        authorization = _authorization(self, name, args)
        for route_key, target in args["routes"].items():
            in_time = when_known("HttpApi", name, target, functools.partial(_timeout_problems, route_key))
            _route(self, name, route_key, cast(Target, in_time), authorization, stage)
        self.api_endpoint = self.api.api_endpoint
        self.api_id = self.api.id
        self.register_outputs({"api_endpoint": self.api_endpoint, "api_id": self.api_id})


def _problems(args: Mapping[str, Any]) -> Iterable[Problem]:
    ways = [way for way in ("public", "jwt", "iam", "authorizer") if args.get(way)]
    if len(ways) != 1:
        rule = f"exactly one of public, jwt, iam and authorizer is needed, {' and '.join(ways) or 'none'} given"
        yield Problem("public", ABSENT, rule, "set public: True only if anybody on the internet may call")
    names: dict[str, str] = {}
    for route_key, target in args["routes"].items():
        other = names.setdefault(_slug(route_key), route_key)
        if other != route_key:
            yield Problem(f"routes.{route_key}", ABSENT, f"reads like the route {other}", "rename one of them")
        yield from _timeout_problems(route_key, target)
    cors = args.get("cors")
    if cors and cors.get("allow_credentials") and "*" in cors["allow_origins"]:
        yield Problem("cors.allow_origins", "*", "is refused by browsers with credentials", "name the origins")


def _timeout_problems(route_key: str, target: Mapping[str, Any]) -> Iterable[Problem]:
    timeout = target.get("timeout")
    if isinstance(timeout, int) and timeout > LONGEST_INTEGRATION_SECONDS:
        rule = "must be at most 30 seconds behind an HTTP API, which gives up then"
        yield Problem(f"routes.{route_key}.timeout", timeout, rule, "shorten the function's timeout to 30")


def _slug(route_key: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", route_key.lower())
    return "-".join(words if len(words) > 1 or route_key == "$default" else [*words, "root"])


def _api(component: HttpApi, name: str, args: HttpApiArgs) -> aws.apigatewayv2.Api:
    cors = args.get("cors")
    configuration: aws.apigatewayv2.ApiCorsConfigurationArgsDict | None = None
    if cors:
        configuration = {
            "allow_origins": cors["allow_origins"],
            "allow_methods": cors.get("allow_methods", ["GET"]),
            "allow_headers": cors.get("allow_headers", ["content-type", "authorization"]),
            "expose_headers": cors.get("expose_headers", []),
            "allow_credentials": cors.get("allow_credentials", False),
            "max_age": cors.get("max_age_seconds", 600),
        }
    return aws.apigatewayv2.Api(
        name,
        protocol_type="HTTP",
        cors_configuration=configuration,
        tags=args.get("tags"),
        opts=pulumi.ResourceOptions(parent=component),
    )


def _stage(component: HttpApi, name: str, args: HttpApiArgs) -> aws.apigatewayv2.Stage:
    throttle = args.get("throttle", Throttle())
    logs = aws.cloudwatch.LogGroup(
        name,
        name_prefix=f"/aws/apigateway/{name}-",
        retention_in_days=args.get("log_retention_days", DEFAULT_RETENTION_DAYS),
        tags=args.get("tags"),
        opts=pulumi.ResourceOptions(parent=component),
    )
    return aws.apigatewayv2.Stage(
        name,
        api_id=component.api.id,
        name=STAGE,
        auto_deploy=True,
        access_log_settings={"destination_arn": logs.arn, "format": json.dumps(ACCESS_LOG_FIELDS)},
        default_route_settings={
            "throttling_rate_limit": throttle.get("rate_per_second", 1_000),
            "throttling_burst_limit": throttle.get("burst", 500),
        },
        tags=args.get("tags"),
        opts=pulumi.ResourceOptions(parent=component),
    )


def _authorization(component: HttpApi, name: str, args: HttpApiArgs) -> dict[str, Any]:
    """Create the authorizer, if there is one, and return what every route says about it."""
    if args.get("public"):
        return {"authorization_type": "NONE"}
    if args.get("iam"):
        return {"authorization_type": "AWS_IAM"}
    if "jwt" in args:
        jwt = args["jwt"]
        authorizer = aws.apigatewayv2.Authorizer(
            name,
            api_id=component.api.id,
            authorizer_type="JWT",
            identity_sources=["$request.header.Authorization"],
            jwt_configuration={"issuer": jwt["issuer"], "audiences": jwt["audience"]},
            opts=pulumi.ResourceOptions(parent=component),
        )
        scopes = {"authorization_scopes": jwt["scopes"]} if "scopes" in jwt else {}
        return {"authorization_type": "JWT", "authorizer_id": authorizer.id, **scopes}
    return _lambda_authorization(component, name, cast(LambdaAuthorizer, args.get("authorizer")))


def _lambda_authorization(component: HttpApi, name: str, chosen: LambdaAuthorizer) -> dict[str, Any]:
    authorizer = aws.apigatewayv2.Authorizer(
        name,
        api_id=component.api.id,
        authorizer_type="REQUEST",
        authorizer_uri=_invoke_arn(component, chosen["alias_arn"]),
        authorizer_payload_format_version="2.0",
        enable_simple_responses=True,
        identity_sources=chosen.get("identity_sources", ["$request.header.Authorization"]),
        authorizer_result_ttl_in_seconds=chosen.get("cache_seconds", 0),
        opts=pulumi.ResourceOptions(parent=component),
    )
    asked_by = joined(component.api.execution_arn, "/authorizers/", authorizer.id)
    allowed = permit_invoke(component, f"{name}-authorizer", chosen["alias_arn"], "apigateway.amazonaws.com", asked_by)
    # A route that is there before the permission answers 500.
    permitted = pulumi.Output.all(authorizer.id, allowed.id).apply(lambda ids: ids[0])
    return {"authorization_type": "CUSTOM", "authorizer_id": permitted}


def _invoke_arn(component: HttpApi, alias_arn: pulumi.Input[str]) -> pulumi.Input[str]:
    account = account_of(component)
    prefix = joined("arn:", account.partition, ":apigateway:", account.region, ":lambda:path/2015-03-31")
    return joined(prefix, "/functions/", alias_arn, "/invocations")


def _route(
    component: HttpApi,
    name: str,
    route_key: str,
    target: Target,
    authorization: Mapping[str, Any],
    stage: aws.apigatewayv2.Stage,
) -> None:
    child_name = f"{name}-{_slug(route_key)}"
    called_by = joined(component.api.execution_arn, f"/{STAGE}/{_called_as(route_key)}")
    allowed = permit_invoke(component, child_name, target["alias_arn"], "apigateway.amazonaws.com", called_by)
    integration = aws.apigatewayv2.Integration(
        child_name,
        api_id=component.api.id,
        integration_type="AWS_PROXY",
        integration_uri=_invoke_arn(component, target["alias_arn"]),
        payload_format_version="2.0",
        timeout_milliseconds=LONGEST_INTEGRATION_SECONDS * 1_000,
        opts=pulumi.ResourceOptions(parent=component),
    )
    aws.apigatewayv2.Route(
        child_name,
        api_id=component.api.id,
        route_key=route_key,
        target=joined("integrations/", integration.id),
        **authorization,
        opts=pulumi.ResourceOptions(parent=component, depends_on=[allowed, stage]),
    )


def _called_as(route_key: str) -> str:
    """Return the end of the ARN that API Gateway calls from: `GET/people/{id}`, `*/people` for ANY, `$default`."""
    method, _, path = route_key.partition(" ")
    return f"{'*' if method == 'ANY' else method}{path}"
