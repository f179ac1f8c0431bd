"""What a function behind an HTTP API is sent: payload format 2.0."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .http_api import Route
from .messages import Request

__all__ = ["Call", "authorizer_event", "proxy_event"]

TEXT_TYPES = ("application/javascript", "application/json", "application/xml")


@dataclass(frozen=True)
class Call:
    """One request on its way to one route."""

    request: Request
    route: Route
    path_parameters: Mapping[str, str]
    api_id: str
    stage: str
    account: str
    region: str
    request_id: str
    time: datetime
    stage_variables: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def api_arn(self) -> str:
        """The ARN below which everything of this API lies."""
        return f"arn:aws:execute-api:{self.region}:{self.account}:{self.api_id}"

    @property
    def route_arn(self) -> str:
        """What API Gateway calls from: the path is the route's, with its variables, the method the request's."""
        end = f"{self.request.method}{self.route.path}" if self.route.path else self.route.key
        return f"{self.api_arn}/{self.stage}/{end}"


def proxy_event(call: Call, authorizer: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the event of a route's function. `authorizer` is what the route's authorizer adds to its context."""
    event = _common(call)
    if authorizer is not None:
        event["requestContext"]["authorizer"] = authorizer
    if call.request.body:
        event["body"], event["isBase64Encoded"] = _body(call.request)
    else:
        event["isBase64Encoded"] = False
    return event


def authorizer_event(call: Call, identity: Sequence[str]) -> dict[str, Any]:
    """Return the event of a Lambda authorizer; it gets no body."""
    return {**_common(call), "type": "REQUEST", "routeArn": call.route_arn, "identitySource": list(identity)}


def _common(call: Call) -> dict[str, Any]:
    request = call.request
    cookies = request.header("cookie")
    optional = {
        "cookies": [cookie.strip() for cookie in cookies.split(";")] if cookies else None,
        "queryStringParameters": request.query_parameters() or None,
        "pathParameters": dict(call.path_parameters) or None,
        "stageVariables": dict(call.stage_variables) or None,
    }
    return {
        "version": "2.0",
        "routeKey": call.route.key,
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": {name: request.header(name) for name, _ in request.headers if name != "cookie"},
        "requestContext": _request_context(call),
        **{name: value for name, value in optional.items() if value is not None},
    }


def _request_context(call: Call) -> dict[str, Any]:
    request = call.request
    return {
        "accountId": call.account,
        "apiId": call.api_id,
        "domainName": request.header("host") or "",
        "domainPrefix": call.api_id,
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": request.protocol,
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent") or "",
        },
        "requestId": call.request_id,
        "routeKey": call.route.key,
        "stage": call.stage,
        "time": call.time.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(call.time.timestamp() * 1_000),
    }


def _body(request: Request) -> tuple[str, bool]:
    """Return the body, and whether it is base64: text types and bodies without a type go as they are."""
    media_type = (request.header("content-type") or "text/plain").partition(";")[0].strip().lower()
    is_text = media_type.startswith("text/") or media_type in TEXT_TYPES or media_type.endswith(("+json", "+xml"))
    if is_text:
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode(), True
