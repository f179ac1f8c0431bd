"""An HTTP request and an HTTP response as values."""

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

__all__ = ["RefusedError", "Request", "Response", "message_response"]


@dataclass(frozen=True)
class Request:
    """What a client sent."""

    method: str
    path: str
    """Decoded, as API Gateway's HTTP APIs hand it on."""
    query: str = ""
    """As it was sent, without the question mark."""
    headers: tuple[tuple[str, str], ...] = ()
    """Names in lower case, in the order in which they came."""
    body: bytes = field(default=b"", repr=False)
    source_ip: str = "127.0.0.1"
    protocol: str = "HTTP/1.1"

    def header(self, name: str) -> str | None:
        """Return the values of a header, joined by commas; None if it was not sent. `name` is in lower case."""
        values = [value for sent, value in self.headers if sent == name]
        return ",".join(values) if values else None

    def query_parameters(self) -> dict[str, str]:
        """Return the decoded parameters, several values of one name joined by commas."""
        parameters: dict[str, list[str]] = {}
        for name, value in parse_qsl(self.query, keep_blank_values=True):
            parameters.setdefault(name, []).append(value)
        return {name: ",".join(values) for name, values in parameters.items()}


@dataclass(frozen=True)
class Response:
    """What the client gets."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    """Names in lower case."""
    body: bytes = field(default=b"", repr=False)


class RefusedError(Exception):
    """The gateway answers in place of the function. `reason` is for the access log and not for the client."""

    def __init__(self, response: Response, reason: str):
        super().__init__(reason)
        self.response = response
        self.reason = reason


def message_response(status: int, message: str, *headers: tuple[str, str]) -> Response:
    """Return one of API Gateway's own answers: `{"message": ...}`."""
    body = json.dumps({"message": message}).encode()
    return Response(status, (("content-type", "application/json"), *headers), body)
