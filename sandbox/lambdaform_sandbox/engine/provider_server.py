"""The gRPC server that Pulumi's engine attaches to by `PULUMI_DEBUG_PROVIDERS`."""

from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

from ..provider import Provider

__all__ = ["ProviderServer"]

_LOOPBACK = "127.0.0.1"
_LARGEST_MESSAGE_BYTES = 400 * 1024 * 1024
"""As the engine's own limit: a program's text assets travel in messages."""
_WORKERS = 16
_SECONDS_TO_END = 2.0


class ProviderServer:
    """Serves the provider on a free port of loopback while the context is open."""

    port: int
    """Where it listens."""

    def __init__(self, provider: Provider):
        self._provider = provider
        self._open = ExitStack()

    def __enter__(self) -> Self:
        server = _server(self._provider)
        self.port = server.add_insecure_port(f"{_LOOPBACK}:0")
        server.start()
        self._open.callback(_stop, server)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()


def _server(provider: Provider) -> Any:  # noqa: ANN401  # grpc has no types
    # grpc and Pulumi's messages take a third of a second to import: only who serves needs them.
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  # see above

    import grpc  # noqa: PLC0415  # see above
    from pulumi.runtime.proto import provider_pb2_grpc  # noqa: PLC0415  # see above

    from .servicer import Servicer  # noqa: PLC0415  # see above

    limits = [(f"grpc.max_{way}_message_length", _LARGEST_MESSAGE_BYTES) for way in ("receive", "send")]
    server = grpc.server(ThreadPoolExecutor(_WORKERS, "sandbox-provider"), options=limits)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(provider), server)
    return server


def _stop(server: Any) -> None:  # noqa: ANN401  # grpc has no types
    server.stop(_SECONDS_TO_END).wait()
