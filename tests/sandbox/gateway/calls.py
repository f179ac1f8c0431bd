"""Calls of a route, made by hand."""

from datetime import UTC, datetime
from typing import Any

from lambdaform_sandbox.gateway.http_api import Route
from lambdaform_sandbox.gateway.messages import Request
from lambdaform_sandbox.gateway.proxy_event import Call

__all__ = ["call_of"]


def call_of(route_key: str = "GET /people/{id}", method: str = "GET", path: str = "/people/7", **changes: Any) -> Call:
    values: dict[str, Any] = {
        "request": Request(method, path),
        "route": Route(route_key),
        "path_parameters": {},
        "api_id": "abc",
        "stage": "$default",
        "account": "000000000000",
        "region": "us-east-1",
        "request_id": "id",
        "time": datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
    }
    return Call(**(values | changes))
