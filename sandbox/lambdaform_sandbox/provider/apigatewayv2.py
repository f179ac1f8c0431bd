"""API Gateway HTTP APIs: API, integration, route, stage, authorizer. The gateway serves what these say."""

from collections.abc import Mapping
from typing import Any

from .change import Change
from .cloud import Cloud
from .naming import Naming
from .resource_type import Resource, ResourceType
from .shape import Block, Shape, call_arguments, properties
from .tags import Tagging, tag_map

__all__ = ["TYPES"]

_API: Shape = {
    "corsConfiguration": Block(
        "CorsConfiguration",
        {
            "allowCredentials": "AllowCredentials",
            "allowHeaders": "AllowHeaders",
            "allowMethods": "AllowMethods",
            "allowOrigins": "AllowOrigins",
            "exposeHeaders": "ExposeHeaders",
            "maxAge": "MaxAge",
        },
    ),
    "description": "Description",
    "disableExecuteApiEndpoint": "DisableExecuteApiEndpoint",
    "name": "Name",
    "protocolType": "ProtocolType",
    "tags": None,
    "version": "Version",
}
_INTEGRATION: Shape = {
    "apiId": "ApiId",
    "connectionType": "ConnectionType",
    "description": "Description",
    "integrationMethod": "IntegrationMethod",
    "integrationType": "IntegrationType",
    "integrationUri": "IntegrationUri",
    "payloadFormatVersion": "PayloadFormatVersion",
    "timeoutMilliseconds": "TimeoutInMillis",
}
_ROUTE: Shape = {
    "apiId": "ApiId",
    "authorizationScopes": "AuthorizationScopes",
    "authorizationType": "AuthorizationType",
    "authorizerId": "AuthorizerId",
    "operationName": "OperationName",
    "routeKey": "RouteKey",
    "target": "Target",
}
_ROUTE_SETTINGS: Shape = {
    "detailedMetricsEnabled": "DetailedMetricsEnabled",
    "throttlingBurstLimit": "ThrottlingBurstLimit",
    "throttlingRateLimit": "ThrottlingRateLimit",
}
_STAGE: Shape = {
    "accessLogSettings": Block("AccessLogSettings", {"destinationArn": "DestinationArn", "format": "Format"}),
    "apiId": "ApiId",
    "autoDeploy": "AutoDeploy",
    "defaultRouteSettings": Block("DefaultRouteSettings", _ROUTE_SETTINGS),
    "description": "Description",
    "name": "StageName",
    "stageVariables": "StageVariables",
    "tags": None,
}
_AUTHORIZER: Shape = {
    "apiId": "ApiId",
    "authorizerPayloadFormatVersion": "AuthorizerPayloadFormatVersion",
    "authorizerResultTtlInSeconds": "AuthorizerResultTtlInSeconds",
    "authorizerType": "AuthorizerType",
    "authorizerUri": "AuthorizerUri",
    "enableSimpleResponses": "EnableSimpleResponses",
    "identitySources": "IdentitySource",
    "jwtConfiguration": Block("JwtConfiguration", {"audiences": "Audience", "issuer": "Issuer"}),
    "name": "Name",
}


def _create_api(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    return cloud.client("apigatewayv2").create_api(**call_arguments(inputs, _API), Tags=tag_map(inputs))["ApiId"]


def _read_api(cloud: Cloud, identifier: str, _known: Mapping[str, Any]) -> Resource:
    api = cloud.client("apigatewayv2").get_api(ApiId=identifier)
    said = {
        "arn": _arn(cloud, f"/apis/{identifier}"),
        "executionArn": cloud.arn("execute-api", identifier),
        "apiEndpoint": cloud.api_endpoint(identifier),
    }
    return Resource(identifier, {**properties(api, _API), **said})


def _update_api(cloud: Cloud, identifier: str, change: Change) -> None:
    gateway = cloud.client("apigatewayv2")
    if change.has("corsConfiguration") and not change.after.get("corsConfiguration"):
        gateway.delete_cors_configuration(ApiId=identifier)
    changed = change.arguments(_API)
    if changed:
        gateway.update_api(ApiId=identifier, **changed)


def _delete_api(cloud: Cloud, identifier: str, _outputs: Mapping[str, Any]) -> None:
    cloud.client("apigatewayv2").delete_api(ApiId=identifier)


def _read_stage(cloud: Cloud, identifier: str, known: Mapping[str, Any]) -> Resource:
    api, name = _within_api(identifier, known)
    stage = cloud.client("apigatewayv2").get_stage(ApiId=api, StageName=name)
    said = {
        "apiId": api,
        "arn": _arn(cloud, f"/apis/{api}/stages/{name}"),
        "executionArn": cloud.arn("execute-api", f"{api}/{name}"),
        "invokeUrl": f"{cloud.api_endpoint(api)}/{'' if name == '$default' else name}",
    }
    return Resource(name, {**properties(stage, _STAGE), **said})


def _create_stage(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    cloud.client("apigatewayv2").create_stage(**call_arguments(inputs, _STAGE), Tags=tag_map(inputs))
    return inputs["name"]


def _part(token: str, shape: Shape, called: str, **row: Any) -> ResourceType:  # noqa: ANN401  # fields of ResourceType
    """Return the row of something within an API whose calls are all named alike."""
    identifier = f"{called.title()}Id"

    def create(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
        return _call(cloud, f"create_{called}")(**call_arguments(inputs, shape))[identifier]

    def read(cloud: Cloud, given: str, known: Mapping[str, Any]) -> Resource:
        api, part = _within_api(given, known)
        found = _call(cloud, f"get_{called}")(ApiId=api, **{identifier: part})
        return Resource(part, {**properties(found, shape), "apiId": api})

    def update(cloud: Cloud, part: str, change: Change) -> None:
        call = _call(cloud, f"update_{called}")
        call(ApiId=change.after["apiId"], **{identifier: part}, **change.arguments(shape))

    def delete(cloud: Cloud, part: str, outputs: Mapping[str, Any]) -> None:
        _call(cloud, f"delete_{called}")(ApiId=outputs["apiId"], **{identifier: part})

    return ResourceType(token, shape, create=create, read=read, update=update, delete=delete, **row)


def _update_stage(cloud: Cloud, name: str, change: Change) -> None:
    api = change.after["apiId"]
    cloud.client("apigatewayv2").update_stage(ApiId=api, StageName=name, **change.arguments(_STAGE))


def _delete_stage(cloud: Cloud, name: str, outputs: Mapping[str, Any]) -> None:
    cloud.client("apigatewayv2").delete_stage(ApiId=outputs["apiId"], StageName=name)


def _within_api(identifier: str, known: Mapping[str, Any]) -> tuple[str, str]:
    """Return the API and what is in it: an import names both, `api/part`."""
    if "apiId" in known:
        return known["apiId"], identifier
    api, _, part = identifier.partition("/")
    return api, part


def _call(cloud: Cloud, operation: str) -> Any:  # noqa: ANN401  # boto3 has no types
    return getattr(cloud.client("apigatewayv2"), operation)


def _arn(cloud: Cloud, path: str) -> str:
    return f"arn:{cloud.partition}:apigateway:{cloud.region}::{path}"


_TAGGING = Tagging("apigatewayv2", listed=False, list_call="get_tags")

TYPES = (
    ResourceType(
        "aws:apigatewayv2/api:Api",
        _API,
        create=_create_api,
        read=_read_api,
        update=_update_api,
        delete=_delete_api,
        replaces=frozenset({"protocolType"}),
        computed=frozenset({"apiEndpoint", "arn", "executionArn", "ipAddressType"}),
        absent={"description": "", "disableExecuteApiEndpoint": False, "version": ""},
        sets=frozenset(
            f"corsConfiguration.{name}" for name in ("allowHeaders", "allowMethods", "allowOrigins", "exposeHeaders")
        ),
        naming=Naming(longest=128, prefix_property=None),
        tagging=_TAGGING,
    ),
    _part(
        "aws:apigatewayv2/integration:Integration",
        _INTEGRATION,
        "integration",
        replaces=frozenset({"apiId", "integrationType"}),
        computed=frozenset({"integrationResponseSelectionExpression", "timeoutMilliseconds"}),
        settled=frozenset({"timeoutMilliseconds"}),
        defaults={"connectionType": "INTERNET", "payloadFormatVersion": "1.0"},
        absent={"description": "", "integrationMethod": "POST", "integrationUri": ""},
    ),
    _part(
        "aws:apigatewayv2/route:Route",
        _ROUTE,
        "route",
        replaces=frozenset({"apiId"}),
        defaults={"authorizationType": "NONE"},
        absent={"authorizationScopes": [], "authorizerId": "", "operationName": "", "target": ""},
        sets=frozenset({"authorizationScopes"}),
    ),
    ResourceType(
        "aws:apigatewayv2/stage:Stage",
        _STAGE,
        create=_create_stage,
        read=_read_stage,
        update=_update_stage,
        delete=_delete_stage,
        replaces=frozenset({"apiId", "name"}),
        computed=frozenset({"arn", "deploymentId", "executionArn", "invokeUrl"}),
        defaults={"autoDeploy": False},
        absent={
            "accessLogSettings": {},
            "defaultRouteSettings": {"detailedMetricsEnabled": False},
            "description": "",
            "stageVariables": {},
        },
        naming=Naming(longest=128, prefix_property=None),
        tagging=_TAGGING,
    ),
    _part(
        "aws:apigatewayv2/authorizer:Authorizer",
        _AUTHORIZER,
        "authorizer",
        replaces=frozenset({"apiId"}),
        computed=frozenset({"authorizerResultTtlInSeconds"}),
        settled=frozenset({"authorizerResultTtlInSeconds"}),
        absent={
            "authorizerPayloadFormatVersion": "",
            "authorizerUri": "",
            "enableSimpleResponses": False,
            "identitySources": [],
        },
        sets=frozenset({"identitySources", "jwtConfiguration.audiences"}),
        naming=Naming(longest=128, prefix_property=None),
    ),
)
