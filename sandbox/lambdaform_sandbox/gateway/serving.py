"""The way of a request through an HTTP API: stage, CORS, route, authorizer, function, response, access log."""

import json
import logging
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from ..runtime.notices import Notices
from ..server import AwsServer
from .access import authorize
from .access_log import AccessLog
from .cors import preflight, with_cors
from .http_api import HttpApi, read_api
from .messages import RefusedError, Request, Response, message_response
from .proxy_event import Call, proxy_event
from .proxy_response import MalformedResponseError, response_of
from .routing import select_route
from .service import FunctionCaller, internal_error

__all__ = ["HttpApiServing"]

logger = logging.getLogger(__name__)
NOT_FOUND = message_response(404, "Not Found")


@dataclass
class _Course:
    """What becomes known of a request on its way, for its line in the access log."""

    stage: str
    request_id: str = field(default_factory=lambda: str(uuid4()))
    time: datetime = field(default_factory=lambda: datetime.now(UTC))
    route_key: str = ""
    integration_status: int | None = None
    refusal: str | None = None


class HttpApiServing:
    """Answers the requests of one HTTP API by its configuration at that moment."""

    def __init__(self, aws: AwsServer, api_id: str, functions: FunctionCaller):
        self._aws = aws
        self._api_id = api_id
        self._functions = functions
        self._apigatewayv2 = aws.client("apigatewayv2")
        self._access_log = AccessLog(aws, Notices(logger))

    def answer(self, request: Request) -> Response:
        """Return the response to a request. Whatever fails on the way is a response too."""
        started = time.monotonic()
        try:
            api = read_api(self._apigatewayv2, self._api_id)
        except self._apigatewayv2.exceptions.NotFoundException:
            return NOT_FOUND
        stage, path = api.stage_of(request.path)
        course = _Course(stage or "")
        try:
            response = preflight(api.cors, request) or self._pass_on(api, request, path, course)
        except RefusedError as refused:
            course.refusal, response = refused.reason, refused.response
        response = with_cors(api.cors, request, response)
        self._log(api, request, response, course, (time.monotonic() - started) * 1_000)
        return Response(response.status, (*response.headers, ("apigw-requestid", course.request_id)), response.body)

    def _pass_on(self, api: HttpApi, request: Request, path: str, course: _Course) -> Response:
        call = self._call(api, request, path, course)
        authorizer = authorize(api, call, self._functions)
        integration = api.integrations.get(call.route.integration_id or "")
        if integration is None or integration.function_arn is None or integration.payload_format != "2.0":
            raise internal_error(f"`{call.route.key}` needs a Lambda proxy integration with payload format 2.0")
        event = json.dumps(proxy_event(call, authorizer)).encode()
        payload = self._functions.invoke(integration.function_arn, event, call.route_arn, integration.timeout_seconds)
        course.integration_status = 200
        try:
            return response_of(payload)
        except MalformedResponseError as error:
            raise internal_error(f"the function returned no HTTP response: {error}") from error

    def _call(self, api: HttpApi, request: Request, path: str, course: _Course) -> Call:
        found = select_route(api.routes, request.method, path) if course.stage else None
        if found is None:
            raise RefusedError(NOT_FOUND, f"no route matches {request.method} {request.path}")
        route, parameters = found
        course.route_key = route.key
        return Call(
            request=request,
            route=route,
            path_parameters=parameters,
            api_id=api.api_id,
            stage=course.stage,
            account=self._aws.account,
            region=self._aws.region,
            request_id=course.request_id,
            time=course.time,
            stage_variables=api.stages[course.stage].get("StageVariables") or {},
        )

    def _log(self, api: HttpApi, request: Request, response: Response, course: _Course, latency: float) -> None:
        values = _context(request, response, course, latency) | {"apiId": api.api_id, "accountId": self._aws.account}
        self._access_log.write(api.stages.get(course.stage) or {}, values)


def _context(request: Request, response: Response, course: _Course, latency: float) -> dict[str, Any]:
    """Return the values of a request's `$context` variables that are known."""
    known = {
        "requestId": course.request_id,
        "requestTime": course.time.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": int(course.time.timestamp()),
        "identity.sourceIp": request.source_ip,
        "identity.userAgent": request.header("user-agent"),
        "httpMethod": request.method,
        "path": request.path,
        "protocol": request.protocol,
        "routeKey": course.route_key or None,
        "stage": course.stage or None,
        "status": response.status,
        "responseLength": len(response.body),
        "responseLatency": round(latency),
        "integrationStatus": course.integration_status,
        "integrationErrorMessage": course.refusal,
        "error.message": json.loads(response.body)["message"] if course.refusal else None,
    }
    return {name: value for name, value in known.items() if value is not None}
