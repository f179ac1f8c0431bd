"""Who may take a route: everybody, bearers of a token, who signs as somebody allowed, whom a function lets in."""

import json
import re
import time
from collections.abc import Mapping
from typing import Any, cast

from ..authorizer.enforcement import decide
from .http_api import HttpApi, function_arn
from .messages import RefusedError, Request, message_response
from .proxy_event import Call, authorizer_event
from .service import FunctionCaller, internal_error
from .tokens import InvalidTokenError, claim_texts, require_scope, token_scopes, valid_claims

__all__ = ["authorize", "signing_key"]

BEARER = re.compile(r"(?:bearer\s+)?(\S+)", re.IGNORECASE)
ACCESS_KEY = re.compile(r"AWS4-HMAC-SHA256 .*Credential=([^/,\s]+)/\d{8}/[\w-]+/([\w-]+)/aws4_request")


def authorize(api: HttpApi, call: Call, functions: FunctionCaller) -> dict[str, Any] | None:
    """Return what the authorizer adds to the event's context, None for a public route. Raises `RefusedError`."""
    match call.route.authorization:
        case "NONE":
            return None
        case "JWT":
            return _bearer(api.authorizers[call.route.authorizer_id or ""], call)
        case "AWS_IAM":
            return _signer(call)
        case _:
            return _let_in(api.authorizers[call.route.authorizer_id or ""], call, functions)


def signing_key(request: Request, service: str) -> str | None:
    """Return the id of the access key that a request is signed with for this service; None if it is not."""
    signed = ACCESS_KEY.match(request.header("authorization") or "")
    return signed[1] if signed and signed[2] == service else None


def _bearer(authorizer: Mapping[str, Any], call: Call) -> dict[str, Any]:
    source = (_identity(authorizer, call) or [None])[0]
    token = BEARER.fullmatch(source.strip()) if source else None
    if token is None:
        raise _unauthorized("no bearer token was sent")
    settings = authorizer["JwtConfiguration"]
    try:
        claims = valid_claims(token[1], settings["Issuer"], settings["Audience"], time.time())
    except InvalidTokenError as error:
        raise _unauthorized(str(error)) from error
    try:
        require_scope(claims, call.route.scopes)
    except InvalidTokenError as error:
        raise RefusedError(message_response(403, "Forbidden"), str(error)) from error
    return {"jwt": {"claims": claim_texts(claims), "scopes": token_scopes(claims) or None}}


def _signer(call: Call) -> dict[str, Any]:
    """Let in who signed with known credentials that may `execute-api:Invoke`; the signature itself is not checked."""
    key = signing_key(call.request, "execute-api")
    if key is None:
        raise RefusedError(message_response(403, "Forbidden"), "the request is not signed (SigV4)")
    decision = decide(key, "execute-api:Invoke", call.route_arn)
    if not decision.allowed:
        raise RefusedError(message_response(403, "Forbidden"), f"the signer may not call the route {decision.reason}")
    return {"iam": {"accessKey": key, "accountId": call.account}}


def _let_in(authorizer: Mapping[str, Any], call: Call, functions: FunctionCaller) -> dict[str, Any]:
    """Ask the authorizer's function; without a simple response that says yes nobody gets in."""
    identity = _identity(authorizer, call)
    if identity is None:
        raise _unauthorized("what identifies the caller was not sent")
    function = function_arn(authorizer.get("AuthorizerUri") or "") or ""
    source_arn = f"{call.api_arn}/authorizers/{authorizer['AuthorizerId']}"
    event = json.dumps(authorizer_event(call, identity)).encode()
    answer: object = json.loads(functions.invoke(function, event, source_arn))
    if not authorizer.get("EnableSimpleResponses") or not isinstance(answer, dict):
        reason = "the sandbox asks Lambda authorizers with simple responses only: set `EnableSimpleResponses`"
        raise internal_error(reason)
    said = cast("Mapping[str, Any]", answer)
    if said.get("isAuthorized") is not True:
        raise RefusedError(message_response(403, "Forbidden"), "the authorizer said no")
    return {"lambda": said.get("context") or {}}


def _identity(authorizer: Mapping[str, Any], call: Call) -> list[str] | None:
    """Return the values of the identity sources; None when one of them was not sent."""
    values = [_source(source, call) for source in authorizer.get("IdentitySource") or ()]
    return [value for value in values if value] if all(values) else None


def _source(source: str, call: Call) -> str | None:
    kind, _, name = source.removeprefix("$request.").partition(".")
    if kind == "header":
        return call.request.header(name.lower())
    return call.request.query_parameters().get(name) if kind == "querystring" else None


def _unauthorized(reason: str) -> RefusedError:
    challenge = ("www-authenticate", f'Bearer error="invalid_token" error_description="{reason.replace(chr(34), "")}"')
    return RefusedError(message_response(401, "Unauthorized", challenge), reason)
