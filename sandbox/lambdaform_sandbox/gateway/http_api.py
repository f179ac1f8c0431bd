"""The configuration of one HTTP API as it is now: stages, routes, integrations, authorizers, CORS."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["DEFAULT_STAGE", "HttpApi", "Integration", "Route", "read_api"]

DEFAULT_STAGE = "$default"
FUNCTION_ARN = re.compile(r"arn:[\w-]+:lambda:[^/]+")
LONGEST_INTEGRATION_SECONDS = 30.0


@dataclass(frozen=True)
class Route:
    """Where requests of one route key go, and who may send them."""

    key: str
    """`GET /people/{id}`, `ANY /{proxy+}` or `$default`."""
    integration_id: str | None = None
    authorization: str = "NONE"
    """`NONE`, `JWT`, `AWS_IAM` or `CUSTOM`."""
    authorizer_id: str | None = None
    scopes: tuple[str, ...] = ()

    @property
    def method(self) -> str:
        """The method of the key: `ANY` for all; of `$default` too."""
        return self.key.partition(" ")[0] if " " in self.key else "ANY"

    @property
    def path(self) -> str:
        """The path of the key; empty for `$default`."""
        return self.key.partition(" ")[2]


@dataclass(frozen=True)
class Integration:
    """The function behind a route."""

    function_arn: str | None
    """None when the integration is not a Lambda proxy."""
    payload_format: str = "2.0"
    timeout_seconds: float = LONGEST_INTEGRATION_SECONDS


@dataclass(frozen=True)
class HttpApi:
    """One HTTP API."""

    api_id: str
    cors: Mapping[str, Any] | None
    """`CorsConfiguration`, None when the API leaves CORS to its functions."""
    stages: Mapping[str, Mapping[str, Any]]
    routes: tuple[Route, ...]
    integrations: Mapping[str, Integration]
    authorizers: Mapping[str, Mapping[str, Any]]

    def stage_of(self, path: str) -> tuple[str | None, str]:
        """Return the stage that a path belongs to, None if there is none, and the path that its routes see."""
        name, _, rest = path.removeprefix("/").partition("/")
        if name in self.stages and name != DEFAULT_STAGE:
            return name, f"/{rest}"
        return (DEFAULT_STAGE if DEFAULT_STAGE in self.stages else None), path


def read_api(apigatewayv2: Any, api_id: str) -> HttpApi:  # noqa: ANN401  # boto3 has no types
    """Read the configuration anew. Raises botocore's `NotFoundException` when the API is gone."""
    of_api = {"ApiId": api_id}
    routes = apigatewayv2.get_routes(**of_api)["Items"]
    integrations = apigatewayv2.get_integrations(**of_api)["Items"]
    return HttpApi(
        api_id=api_id,
        cors=apigatewayv2.get_api(**of_api).get("CorsConfiguration"),
        stages={stage["StageName"]: stage for stage in apigatewayv2.get_stages(**of_api)["Items"]},
        routes=tuple(_route(route) for route in routes),
        integrations={integration["IntegrationId"]: _integration(integration) for integration in integrations},
        authorizers={
            each: apigatewayv2.get_authorizer(**of_api, AuthorizerId=each) for each in _authorizer_ids(routes)
        },
    )


def _authorizer_ids(routes: Iterable[Mapping[str, Any]]) -> set[str]:
    """Name the authorizers that routes use: moto has no call that lists them."""
    return {route["AuthorizerId"] for route in routes if route.get("AuthorizerId")}


def function_arn(uri: str) -> str | None:
    """Return the ARN of the function, with its alias, that an integration or authorizer URI names."""
    found = FUNCTION_ARN.search(uri)
    return found[0] if found else None


def _route(route: Mapping[str, Any]) -> Route:
    return Route(
        key=route["RouteKey"],
        integration_id=route["Target"].removeprefix("integrations/") if route.get("Target") else None,
        authorization=route.get("AuthorizationType") or "NONE",
        authorizer_id=route.get("AuthorizerId"),
        scopes=tuple(route.get("AuthorizationScopes") or ()),
    )


def _integration(integration: Mapping[str, Any]) -> Integration:
    is_proxy = integration.get("IntegrationType") == "AWS_PROXY"
    return Integration(
        function_arn=function_arn(integration.get("IntegrationUri") or "") if is_proxy else None,
        payload_format=integration.get("PayloadFormatVersion") or "1.0",
        timeout_seconds=(integration.get("TimeoutInMillis") or LONGEST_INTEGRATION_SECONDS * 1_000) / 1_000,
    )
