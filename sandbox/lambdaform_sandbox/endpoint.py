"""The HTTP side of the emulated AWS: a listener on loopback, one thread and one connection for each request."""

# moto carries no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

import errno
import socket
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from email.utils import formatdate
from http import HTTPStatus
from typing import Any, cast

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from .clock import Clock
from .errors import PortInUseError, SandboxError

__all__ = ["LOOPBACK", "Application", "listener", "serving"]

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

LOOPBACK = "127.0.0.1"
"""The only address the sandbox listens on."""
_POLL_SECONDS = 0.02
"""How long closing may wait for the server to notice."""


@contextmanager
def listener(port: int) -> Generator[socket.socket]:
    """Open the port before anything else: whoever gets the endpoint can connect, nobody has to wait for it."""
    with socket.socket() as opened:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUseError(port) from error
            raise SandboxError(
                f"port {port} cannot be opened: {error.strerror}", hint="choose one from 1024"
            ) from error
        opened.listen()
        yield opened


@contextmanager
def serving(connection: socket.socket, application: Application, clock: Clock) -> Generator[None]:
    """Answer requests while the context is open; the `Date` of the answers is the clock's."""
    handler = type("Handler", (_Handler,), {"clock": clock})
    server = make_server(
        LOOPBACK, 0, _guarded(application), threaded=True, request_handler=handler, fd=connection.fileno()
    )
    poll = {"poll_interval": _POLL_SECONDS}
    thread = threading.Thread(target=server.serve_forever, kwargs=poll, name="sandbox-aws", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _guarded(application: Application) -> Application:
    """Hide moto's own control paths: whoever runs in the sandbox has AWS, not a button that resets it."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # noqa: ANN401  # as WSGI has it
        if environ.get("PATH_INFO", "").startswith("/moto-api"):
            return Response("not found", status=404)(environ, start_response)
        return application(environ, start_response)

    return answer


class _Handler(MotoRequestHandler):
    """Answers one request, without a line for each on the terminal.

    werkzeug's own way waits 10 ms after each answer for more of the request. moto has read all of it by then.
    """

    clock: Clock

    def run_wsgi(self) -> None:
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_error: object) -> None:
            started.append((status, headers))

        try:
            parts = self.server.app(self.make_environ(), cast("Any", start_response))
            body = b"".join(parts)
            self._send(*started[-1], body)
        except ConnectionError:
            self.close_connection = True

    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate(self.clock.now() if timestamp is None else timestamp, usegmt=True)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None: ...

    def _send(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        code, _, phrase = status.partition(" ")
        self.send_response(int(code), phrase)
        for name, value in headers:
            self.send_header(name, value)
        if "content-length" not in {name.lower() for name, _ in headers} and int(code) != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
