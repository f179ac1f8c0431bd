"""The way of a request through the URL of an alias: CORS, who may call, function, response."""

# boto3 carries no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from ..authorizer.enforcement import decide
from ..authorizer.policy import Decision, Policies, Principal, evaluate
from ..authorizer.policy import Request as Asked
from ..server import AwsServer
from .access import signing_key
from .cors import preflight, with_cors
from .http_api import DEFAULT_STAGE, Route
from .messages import RefusedError, Request, Response, message_response
from .proxy_event import Call, proxy_event
from .proxy_response import MalformedResponseError, response_of
from .service import FunctionCaller

__all__ = ["FunctionUrlServing"]

LONGEST_SECONDS = 900.0
ANYBODY = Principal("AWS", "anonymous")
FORBIDDEN = message_response(403, "Forbidden", ("x-amzn-errortype", "AccessDeniedException"))
BROKEN = message_response(502, "Internal Server Error")
INTERNAL_ERROR = 500


class FunctionUrlServing:
    """Answers the requests to the URL of one alias by its configuration at that moment."""

    def __init__(self, aws: AwsServer, function_name: str, alias: str, functions: FunctionCaller):
        self._aws = aws
        self._where = {"FunctionName": function_name, "Qualifier": alias}
        self._functions = functions
        self._lambda = aws.client("lambda")

    def answer(self, request: Request) -> Response:
        """Return the response to a request; 403 where there is no URL, 502 where the function is broken."""
        try:
            config = self._lambda.get_function_url_config(**self._where)
        except self._lambda.exceptions.ResourceNotFoundException:
            return FORBIDDEN
        try:
            response = preflight(config.get("Cors"), request) or self._pass_on(config, request)
        except RefusedError as refused:
            response = BROKEN if refused.response.status == INTERNAL_ERROR else refused.response
        return with_cors(config.get("Cors"), request, response)

    def _pass_on(self, config: Mapping[str, Any], request: Request) -> Response:
        arn, key = config["FunctionArn"], signing_key(request, "lambda")
        self._check_allowed(arn, config["AuthType"], key)
        caller = (
            {"iam": {"accessKey": key, "accountId": self._aws.account}} if config["AuthType"] == "AWS_IAM" else None
        )
        event = proxy_event(self._call(request), caller)
        payload = self._functions.answer(arn, json.dumps(event).encode(), LONGEST_SECONDS)
        try:
            return response_of(payload)
        except MalformedResponseError:
            return BROKEN

    def _call(self, request: Request) -> Call:
        """Return the request as a call of a route; the alias stands for the random id that an address has on AWS."""
        return Call(
            request=request,
            route=Route(DEFAULT_STAGE),
            path_parameters={},
            api_id=self._where["Qualifier"],
            stage=DEFAULT_STAGE,
            account=self._aws.account,
            region=self._aws.region,
            request_id=str(uuid4()),
            time=datetime.now(UTC),
        )

    def _check_allowed(self, arn: str, auth_type: str, key: str | None) -> None:
        """Raise `RefusedError` unless the caller may do both things that AWS asks for since October 2025."""
        for decision in self._decisions(arn, auth_type, key):
            if not decision.allowed:
                raise RefusedError(FORBIDDEN, decision.reason)

    def _decisions(self, arn: str, auth_type: str, key: str | None) -> Iterator[Decision]:
        asked: tuple[tuple[str, dict[str, str]], ...] = (
            ("lambda:InvokeFunctionUrl", {"lambda:FunctionUrlAuthType": auth_type}),
            ("lambda:InvokeFunction", {"lambda:InvokedViaFunctionUrl": "true"}),
        )
        for action, context in asked:
            if auth_type == "NONE":
                yield evaluate(Asked(ANYBODY, action, arn, context), Policies(resource=self._policy()))
            elif key is None:
                yield Decision(allowed=False, reason="because the request is not signed (SigV4)")
            else:
                yield decide(key, action, arn, context)

    def _policy(self) -> dict[str, Any] | None:
        try:
            return json.loads(self._lambda.get_policy(**self._where)["Policy"])
        except self._lambda.exceptions.ResourceNotFoundException:
            return None
