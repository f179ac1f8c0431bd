"""What the answer of a function means as an HTTP response: payload format 2.0."""

import base64
import json
from collections.abc import Mapping
from typing import Any, cast

from .messages import Response

__all__ = ["MalformedResponseError", "response_of"]

JSON_TYPE = ("content-type", "application/json")
TEXT_TYPE = ("content-type", "text/plain;charset=UTF-8")
STATUS_CODES = range(100, 600)


class MalformedResponseError(ValueError):
    """A function returned something that is no HTTP response."""


def response_of(payload: bytes) -> Response:
    """Return the response. Without `statusCode` it is 200 with the answer itself as JSON body.

    Raises `MalformedResponseError` for what API Gateway answers with 500.
    """
    answer = json.loads(payload)
    if not isinstance(answer, dict) or "statusCode" not in answer:
        body = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
        return Response(200, (JSON_TYPE,), body.encode())
    shaped = cast("dict[str, Any]", answer)
    headers = [*_headers(shaped.get("headers") or {}), *_cookies(shaped.get("cookies") or [])]
    body = _body(shaped)
    if body and not any(name == "content-type" for name, _ in headers):
        headers.insert(0, TEXT_TYPE)
    return Response(_status(shaped["statusCode"]), tuple(headers), body)


def _status(value: object) -> int:
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value not in STATUS_CODES:
        raise MalformedResponseError(f"`statusCode` must be a number from 100 to 599, not {json.dumps(value)}")
    return value


def _headers(value: object) -> list[tuple[str, str]]:
    if not isinstance(value, Mapping):
        raise MalformedResponseError(f"`headers` must be an object, not {json.dumps(value)}")
    return [_header(name.lower(), each) for name, each in cast("Mapping[str, object]", value).items()]


def _cookies(value: object) -> list[tuple[str, str]]:
    if not isinstance(value, list):
        raise MalformedResponseError(f"`cookies` must be a list, not {json.dumps(value)}")
    return [_header("set-cookie", each) for each in cast("list[object]", value)]


def _header(name: str, value: object) -> tuple[str, str]:
    text = value if isinstance(value, str) else json.dumps(value)
    if not isinstance(value, str | int | float) or not (name + text).isprintable() or not (name + text).isascii():
        raise MalformedResponseError(f"the header `{name}` must be one line of text")
    return name, text


def _body(answer: Mapping[str, Any]) -> bytes:
    body = answer.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise MalformedResponseError(f"`body` must be text, not {type(body).__name__}: return `json.dumps(...)`")
    if not answer.get("isBase64Encoded"):
        return body.encode(errors="replace")
    try:
        return base64.b64decode(body, validate=True)
    except ValueError as error:
        raise MalformedResponseError(f"`body` is not base64 although `isBase64Encoded` is set: {error}") from error
