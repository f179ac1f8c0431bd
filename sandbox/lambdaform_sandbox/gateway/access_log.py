"""The access log of a stage: one line per request in the stage's own format, in its own log group."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import Any
from uuid import uuid4

from ..runtime.log_stream import LogStream
from ..runtime.notices import Notices
from ..server import AwsServer

__all__ = ["AccessLog", "access_line"]

VARIABLE = re.compile(r"\$context\.([A-Za-z.]+)")
UNKNOWN = "-"


def access_line(line_format: str, values: Mapping[str, Any]) -> str:
    """Return the format with every `$context.name` replaced, by `-` where the request has no such value."""

    def value(variable: re.Match[str]) -> str:
        # Escaped for JSON, which is what formats are made of: a client's text must not end a field.
        return json.dumps(str(values.get(variable[1], UNKNOWN)), ensure_ascii=False)[1:-1]

    return VARIABLE.sub(value, line_format)


class AccessLog:
    """Writes to the log groups of stages, as the service does: with permissions of its own."""

    def __init__(self, aws: AwsServer, notices: Notices):
        self._aws = aws
        self._notices = notices
        self._streams: dict[str, LogStream] = {}
        self._lock = Lock()

    def write(self, stage: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Write the line of one request, if the stage has an access log."""
        settings: Mapping[str, str] = stage.get("AccessLogSettings") or {}
        if settings.get("DestinationArn") and settings.get("Format"):
            line = access_line(settings["Format"], values)
            self._stream(settings["DestinationArn"]).write([(datetime.now(UTC), line)])

    def _stream(self, destination_arn: str) -> LogStream:
        group = destination_arn.split(":")[6]
        with self._lock:
            if group not in self._streams:
                self._streams[group] = LogStream(group, uuid4().hex, lambda: self._aws.client("logs"), self._notices)
            return self._streams[group]
