"""Stand between the engine and a policy pack, and start the pack when its stack is known.

pulumi-policy reads project, stack and configuration from the environment of its process, while the engine sends them in
ConfigureStack. So this process answers first, starts the pack on ConfigureStack, and passes every other call on as bytes.
"""

import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from pulumi.runtime.proto import analyzer_pb2

SERVICE = "/pulumirpc.Analyzer/"
SECONDS_TO_START = 60


class Pack:
    """The policy pack's own process, started once its stack is known."""

    def __init__(self, arguments: list[str]):
        self._arguments = arguments
        self._started = threading.Event()
        self._channel: grpc.Channel | None = None

    def configure(self, request: bytes) -> bytes:
        """Start the pack for the stack in a ConfigureStack request."""
        stack = analyzer_pb2.AnalyzerStackConfigureRequest.FromString(request)
        environment = {
            **os.environ,
            "PULUMI_PROJECT": stack.project,
            "PULUMI_STACK": stack.stack,
            "PULUMI_ORGANIZATION": stack.organization,
            "PULUMI_DRY_RUN": "true" if stack.dry_run else "false",
            "PULUMI_CONFIG": json.dumps(dict(stack.config)),
        }
        self._start(environment)
        return analyzer_pb2.AnalyzerStackConfigureResponse().SerializeToString()

    def call(self, method: str, request: bytes) -> bytes:
        """Pass one call on; a pack that nobody configured starts with what the environment says."""
        if not self._started.is_set():
            self._start(dict(os.environ))
        assert self._channel is not None  # noqa: S101  # _start sets it or raises
        return self._channel.unary_unary(method)(request)

    def _start(self, environment: dict[str, str]) -> None:
        command = [sys.executable, "-u", "-m", "pulumi.policy", *self._arguments]
        child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603
        threading.Thread(target=_end_with, args=(child,), daemon=True).start()
        port = (child.stdout.readline() if child.stdout else "").strip()
        if not port.isdigit():
            raise RuntimeError(f"the policy pack did not start: {port or 'it printed nothing'}")
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        grpc.channel_ready_future(self._channel).result(SECONDS_TO_START)
        self._started.set()


def _end_with(child: "subprocess.Popen[str]") -> None:
    """End when the pack ends, so that no call waits for it for ever."""
    os._exit(child.wait())


class Proxy(grpc.GenericRpcHandler):
    """Every method of the analyzer service, as bytes."""

    def __init__(self, pack: Pack):
        self._pack = pack

    def service(self, handler_call_details: Any) -> Any:
        """Return how to answer one method."""
        method = handler_call_details.method
        if method == f"{SERVICE}Handshake":
            return grpc.unary_unary_rpc_method_handler(lambda *_: b"")
        if method == f"{SERVICE}ConfigureStack":
            return grpc.unary_unary_rpc_method_handler(lambda request, _: self._pack.configure(request))
        return grpc.unary_unary_rpc_method_handler(lambda request, context: _passed_on(self._pack, method, request, context))


def _passed_on(pack: Pack, method: str, request: bytes, context: Any) -> bytes:
    try:
        return pack.call(method, request)
    except grpc.RpcError as error:
        context.abort(error.code(), error.details())
        raise


def main() -> None:
    """Serve until the pack ends or the host kills this process."""
    server = grpc.server(ThreadPoolExecutor(max_workers=8))
    server.add_generic_rpc_handlers((Proxy(Pack(sys.argv[1:])),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    main()
