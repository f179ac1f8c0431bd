"""Cross-origin resource sharing as an HTTP API does it in place of its functions."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from .messages import Request, Response

__all__ = ["preflight", "with_cors"]


def preflight(cors: Mapping[str, Any] | None, request: Request) -> Response | None:
    """Return the answer to a browser's preflight; None if the request is none, or the API leaves CORS alone."""
    asks = request.header("origin") and request.header("access-control-request-method")
    if cors is None or request.method != "OPTIONS" or not asks:
        return None
    return Response(204, _allowed(cors, request, asks_first=True))


def with_cors(cors: Mapping[str, Any] | None, request: Request, response: Response) -> Response:
    """Return a response with the API's CORS headers, which replace those of the function."""
    if cors is None:
        return response
    own = [header for header in response.headers if not header[0].startswith("access-control-")]
    return Response(response.status, (*own, *_allowed(cors, request, asks_first=False)), response.body)


def _allowed(cors: Mapping[str, Any], request: Request, *, asks_first: bool) -> tuple[tuple[str, str], ...]:
    origin = request.header("origin")
    patterns: list[str] = cors.get("AllowOrigins") or []
    if origin is None or not any(fnmatchcase(origin, pattern) for pattern in patterns):
        return ()
    headers = [("access-control-allow-origin", "*" if "*" in patterns else origin)]
    if "*" not in patterns:
        headers.append(("vary", "origin"))
    if cors.get("AllowCredentials"):
        headers.append(("access-control-allow-credentials", "true"))
    if not asks_first:
        return (*headers, *_listed("access-control-expose-headers", cors.get("ExposeHeaders")))
    if cors.get("MaxAge"):
        headers.append(("access-control-max-age", str(cors["MaxAge"])))
    methods = _listed("access-control-allow-methods", cors.get("AllowMethods"))
    return (*headers, *methods, *_listed("access-control-allow-headers", cors.get("AllowHeaders")))


def _listed(name: str, values: list[str] | None) -> tuple[tuple[str, str], ...]:
    return ((name, ",".join(values)),) if values else ()
