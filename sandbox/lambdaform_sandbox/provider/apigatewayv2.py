"""API Gateway HTTP APIs: API, integration, route, stage, authorizer. The gateway serves what these say."""

from collections.abc import Mapping
from typing import Any

from .cloud import Cloud
from .naming import Naming
from .resource_type import Created, ResourceType
from .shape import Block, Shape, call_arguments
from .tags import tag_map

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


def _create_api(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    api = cloud.client("apigatewayv2").create_api(**call_arguments(inputs, _API), Tags=tag_map(inputs))
    identifier = api["ApiId"]
    outputs = {
        "arn": _arn(cloud, f"/apis/{identifier}"),
        "executionArn": cloud.arn("execute-api", identifier),
        "apiEndpoint": cloud.api_endpoint(identifier),
    }
    return Created(identifier, outputs)


def _create_integration(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    integration = cloud.client("apigatewayv2").create_integration(**call_arguments(inputs, _INTEGRATION))
    return Created(integration["IntegrationId"])


def _create_route(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    route = cloud.client("apigatewayv2").create_route(**call_arguments(inputs, _ROUTE))
    return Created(route["RouteId"])


def _create_stage(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    api, name = inputs["apiId"], inputs["name"]
    cloud.client("apigatewayv2").create_stage(**call_arguments(inputs, _STAGE), Tags=tag_map(inputs))
    outputs = {
        "arn": _arn(cloud, f"/apis/{api}/stages/{name}"),
        "executionArn": cloud.arn("execute-api", f"{api}/{name}"),
        "invokeUrl": f"{cloud.api_endpoint(api)}/{'' if name == '$default' else name}",
    }
    return Created(name, outputs)


def _create_authorizer(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    authorizer = cloud.client("apigatewayv2").create_authorizer(**call_arguments(inputs, _AUTHORIZER))
    return Created(authorizer["AuthorizerId"])


def _arn(cloud: Cloud, path: str) -> str:
    return f"arn:{cloud.partition}:apigateway:{cloud.region}::{path}"


TYPES = (
    ResourceType(
        "aws:apigatewayv2/api:Api",
        _API,
        _create_api,
        naming=Naming(longest=128, prefix_property=None),
        taggable=True,
        defaults={"disableExecuteApiEndpoint": False},
    ),
    ResourceType(
        "aws:apigatewayv2/integration:Integration",
        _INTEGRATION,
        _create_integration,
        defaults={"connectionType": "INTERNET", "payloadFormatVersion": "1.0"},
    ),
    ResourceType(
        "aws:apigatewayv2/route:Route",
        _ROUTE,
        _create_route,
        defaults={"authorizationType": "NONE"},
    ),
    ResourceType(
        "aws:apigatewayv2/stage:Stage",
        _STAGE,
        _create_stage,
        naming=Naming(longest=128, prefix_property=None),
        taggable=True,
    ),
    ResourceType(
        "aws:apigatewayv2/authorizer:Authorizer",
        _AUTHORIZER,
        _create_authorizer,
        naming=Naming(longest=128, prefix_property=None),
    ),
)
