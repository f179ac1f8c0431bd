"""Stand between the engine and a policy pack, and start the pack when its stack is known.

pulumi-policy reads project, stack and configuration from the environment of its process, while the engine sends them
in ConfigureStack. So this process answers first, starts the pack on ConfigureStack, and passes every other call on as
bytes.
"""

# pyright: reportUnknownVariableType=false, reportUnknownLambdaType=false, reportUnknownArgumentType=false
# Reason: grpc's types leave open what a handler of bytes takes and gives.

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from pulumi.runtime.proto import analyzer_pb2

__all__ = ["Pack", "Proxy", "main"]

SERVICE = "/pulumirpc.Analyzer/"
START_TIMEOUT_SECONDS = 60


class Pack:
    """The policy pack's own process, started once its stack is known."""

    def __init__(self, arguments: list[str]):
        self._arguments = arguments
        self._channel: grpc.Channel | None = None
        self._child: subprocess.Popen[str] | None = None

    def configure(self, request: bytes) -> bytes:
        """Start the pack for the stack in a ConfigureStack request."""
        stack: Any = analyzer_pb2.AnalyzerStackConfigureRequest.FromString(request)
        self._start(
            {
                "PULUMI_PROJECT": stack.project,
                "PULUMI_STACK": stack.stack,
                "PULUMI_ORGANIZATION": stack.organization,
                "PULUMI_DRY_RUN": "true" if stack.dry_run else "false",
                "PULUMI_CONFIG": json.dumps(dict(stack.config)),
            }
        )
        return analyzer_pb2.AnalyzerStackConfigureResponse().SerializeToString()

    def call(self, method: str, request: bytes) -> bytes:
        """Pass one call on; a pack that nobody configured starts with what the environment says."""
        channel = self._channel or self._start({})
        answer: bytes = channel.unary_unary(method)(request)
        return answer

    def kill(self) -> None:
        """End the pack's process."""
        if self._child:
            self._child.kill()

    def _start(self, variables: dict[str, str]) -> grpc.Channel:
        command = [sys.executable, "-u", "-m", "pulumi.policy", *self._arguments]
        self._child = child = subprocess.Popen(  # noqa: S603  # the pack that the user named
            command, env={**os.environ, **variables}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        output = child.stdout or ()
        port = next(iter(output), "").strip()
        if not port.isdigit():
            raise PackError(f"the policy pack did not start: its first line is `{port}`, not the port it serves on")
        threading.Thread(target=_follow, args=(child, output), daemon=True).start()
        self._channel = channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        grpc.channel_ready_future(channel).result(START_TIMEOUT_SECONDS)
        return channel


class PackError(Exception):
    """A policy pack that does not start; the message says what it printed."""


def _follow(child: "subprocess.Popen[str]", output: Iterable[str]) -> None:
    """Show what the pack prints, and end when it ends, so that no call waits for it for ever."""
    for line in output:
        print(line, end="", flush=True)
    os._exit(child.wait())


class Proxy(grpc.GenericRpcHandler):
    """Every method of the analyzer service, as bytes."""

    def __init__(self, pack: Pack):
        self._pack = pack

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:  # noqa: ANN401  # a handler of bytes
        """Return how to answer one method."""
        method = handler_call_details.method
        if method == f"{SERVICE}Handshake":
            return grpc.unary_unary_rpc_method_handler(lambda *_: b"")
        if method == f"{SERVICE}ConfigureStack":
            return _handler(self._pack.configure)
        return _handler(lambda request: self._pack.call(method, request))


def _handler(answer: Any) -> Any:  # noqa: ANN401  # from bytes to bytes
    """Return a handler that answers with the pack's own errors."""

    def respond(request: bytes, context: grpc.ServicerContext) -> bytes:
        try:
            return answer(request)
        except grpc.RpcError as error:
            context.abort(error.code(), error.details() or "")
        except PackError as error:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))

    return grpc.unary_unary_rpc_method_handler(respond)


def main() -> None:
    """Serve until the pack ends or a signal comes."""
    pack = Pack(sys.argv[1:])

    def end(*_: object) -> None:
        pack.kill()
        os._exit(0)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    server = grpc.server(ThreadPoolExecutor(max_workers=8))
    server.add_generic_rpc_handlers((Proxy(pack),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    main()
