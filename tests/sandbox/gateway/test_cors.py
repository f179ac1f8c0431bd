from typing import Any

import pytest
from lambdaform_sandbox.gateway.cors import preflight, with_cors
from lambdaform_sandbox.gateway.messages import Request, Response

PAGE = "https://shop.example.org"
CORS: dict[str, Any] = {
    "AllowOrigins": ["https://shop.example.org", "https://*.example.net"],
    "AllowMethods": ["GET", "POST"],
    "AllowHeaders": ["content-type"],
    "ExposeHeaders": ["x-count"],
    "AllowCredentials": True,
    "MaxAge": 600,
}


def ask(origin: str = PAGE, method: str = "OPTIONS") -> Request:
    return Request(method, "/", headers=(("origin", origin), ("access-control-request-method", "POST")))


def headers_of(response: Response | None) -> dict[str, str]:
    assert response is not None
    return dict(response.headers)


def test_a_preflight_is_answered_without_the_function() -> None:
    response = preflight(CORS, ask())

    assert response is not None
    assert (response.status, response.body) == (204, b"")
    assert headers_of(response) == {
        "access-control-allow-origin": PAGE,
        "vary": "origin",
        "access-control-allow-credentials": "true",
        "access-control-max-age": "600",
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "content-type",
    }


def test_another_origin_is_told_nothing() -> None:
    assert headers_of(preflight(CORS, ask("https://evil.example.org"))) == {}


def test_an_origin_may_be_a_pattern() -> None:
    assert headers_of(preflight(CORS, ask("https://a.example.net")))["access-control-allow-origin"].endswith(".net")


def test_every_origin_is_a_star() -> None:
    assert headers_of(preflight({"AllowOrigins": ["*"]}, ask())) == {"access-control-allow-origin": "*"}


@pytest.mark.parametrize(
    ("cors", "request_"), [(None, ask()), (CORS, ask(method="GET")), (CORS, Request("OPTIONS", "/"))]
)
def test_anything_else_goes_to_the_routes(cors: dict[str, Any] | None, request_: Request) -> None:
    assert preflight(cors, request_) is None


def test_the_apis_headers_replace_those_of_the_function() -> None:
    response = Response(200, (("access-control-allow-origin", "*"), ("x-count", "1")), b"body")

    answered = with_cors(CORS, ask(method="GET"), response)

    assert answered.body == b"body"
    assert headers_of(answered) == {
        "x-count": "1",
        "access-control-allow-origin": PAGE,
        "vary": "origin",
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "x-count",
    }


def test_without_a_configuration_the_function_speaks_for_itself() -> None:
    response = Response(200, (("access-control-allow-origin", "*"),))

    assert with_cors(None, ask(method="GET"), response) == response
