"""Fronts on loopback: a listener for each HTTP API and function URL, started when its address is first asked for."""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import ClassVar, Protocol
from urllib.parse import unquote

from ..server import AwsServer
from .function_url import FunctionUrlServing
from .messages import Request, Response, message_response
from .service import FunctionCaller
from .serving import HttpApiServing

__all__ = ["Gateway"]

LARGEST_REQUEST_BYTES = 10_485_760
SILENT_CLIENT_SECONDS = 5
"""How long a connection may send nothing, so that no idle browser holds up the end of the sandbox."""
BODILESS_STATUS_CODES = {204, 304}
logger = logging.getLogger(__name__)


class Gateway:
    """Serves the HTTP APIs of the emulated account to real HTTP clients.

    `close` answers the requests under way, with 503 where the function is not done, and ends every listener.
    """

    def __init__(self, aws: AwsServer):
        self._aws = aws
        self._closing: Future[None] = Future()
        self._functions = FunctionCaller(aws, self._closing)
        self._listeners: dict[str | tuple[str, str], _Listener] = {}
        self._lock = Lock()

    def endpoint(self, api_id: str) -> str:
        """Return the URL of an HTTP API, without a trailing slash; it listens from now on."""
        return self._listening(api_id, lambda: HttpApiServing(self._aws, api_id, self._functions))

    def function_url(self, function_name: str, alias: str) -> str:
        """Return where the URL of an alias can be called, without a trailing slash; it listens from now on."""
        key = (function_name, alias)
        return self._listening(key, lambda: FunctionUrlServing(self._aws, *key, self._functions))

    def _listening(self, key: str | tuple[str, str], serving: "Callable[[], Serving]") -> str:
        with self._lock:
            if key not in self._listeners:
                self._listeners[key] = _Listener(serving())
            return self._listeners[key].url

    def close(self) -> None:
        """End every listener. Does nothing the second time."""
        with self._lock:
            listeners, self._listeners = self._listeners, {}
            if not self._closing.done():
                self._closing.set_result(None)
        for listener in listeners.values():
            listener.close()


class Serving(Protocol):
    """What answers the requests of one listener."""

    def answer(self, request: Request) -> Response:
        """Return the response to a request."""
        ...


class _Listener:
    """A server on a free port of loopback, in a thread of its own."""

    def __init__(self, serving: Serving):
        self._server = _Server(serving)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name="lambdaform-gateway", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # server_close waits for the requests under way only if their threads are no daemons
    request_queue_size = 128

    def __init__(self, serving: Serving):
        self.serving = serving
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002  # as http.server has it
        """Note that a client went away before it had its answer: no failure of the sandbox."""
        logger.debug("a client went away", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    """One connection with one request."""

    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]  # only ever made by this server
    server_version = "lambdaform-sandbox"
    sys_version = ""
    timeout: ClassVar[float | None] = SILENT_CLIENT_SECONDS

    def _serve(self) -> None:
        request = self._request()
        if isinstance(request, Request):
            try:
                self._send(self.server.serving.answer(request))
            except Exception:
                logger.exception("%s %s was not answered", self.command, self.path)
                self._send(message_response(500, "Internal Server Error"))
        else:
            self._send(request)

    do_DELETE = do_GET = do_HEAD = do_OPTIONS = do_PATCH = do_POST = do_PUT = _serve  # noqa: N815  # names of http.server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # name of http.server
        """Stay silent: a stage's access log says what was asked."""

    def _request(self) -> Request | Response:
        """Return the request, or the answer to one that is too large or of unknown length."""
        length = self.headers.get("content-length", "0")
        if "transfer-encoding" in self.headers or not length.isdecimal():
            return message_response(411, "Length Required")
        if int(length) > LARGEST_REQUEST_BYTES:
            return message_response(413, "Request Entity Too Large")
        path, _, query = self.path.partition("?")
        return Request(
            method=self.command,
            path=unquote(path),
            query=query,
            headers=tuple((name.lower(), value) for name, value in self.headers.items()),
            body=self.rfile.read(int(length)),
            source_ip=self.client_address[0],
            protocol=self.request_version,
        )

    def _send(self, response: Response) -> None:
        body = b"" if response.status in BODILESS_STATUS_CODES else response.body
        self.send_response(response.status)
        for name, value in response.headers:
            if name != "content-length":
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
