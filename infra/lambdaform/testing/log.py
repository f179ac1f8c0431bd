"""The engine as a program sees it: something to log to."""

# ruff: noqa: N802  # the SDK calls its methods by their gRPC names

from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2

from .recording import LogMessage

__all__ = ["EngineLog"]

SEVERITIES = {engine_pb2.INFO: "info", engine_pb2.WARNING: "warning", engine_pb2.ERROR: "error"}


class EngineLog:
    """Keeps what a program logs."""

    def __init__(self) -> None:
        self.messages: list[LogMessage] = []

    def Log(self, request: engine_pb2.LogRequest) -> Empty:
        """Keep a message, unless it is for debugging."""
        if request.severity in SEVERITIES:
            self.messages.append(LogMessage(SEVERITIES[request.severity], request.message, request.urn or None))
        return Empty()

    def RequirePulumiVersion(
        self, _request: engine_pb2.RequirePulumiVersionRequest
    ) -> engine_pb2.RequirePulumiVersionResponse:
        """Accept any demand: there is no command line here."""
        return engine_pb2.RequirePulumiVersionResponse()
