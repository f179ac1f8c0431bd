"""Where an execution environment's log goes: CloudWatch Logs, under the credentials of the function's role."""

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from .notices import Notices

__all__ = ["LogStream"]


class LogStream:
    """One log stream, made when something is written to it first.

    `make_client` makes the client of CloudWatch Logs under the role's credentials. A role that may not write has no
    logs, as on AWS; unlike AWS the sandbox says so, once.
    """

    def __init__(self, group: str, name: str, make_client: Callable[[], Any], notices: Notices):
        self._group = group
        self._name = name
        self._make_client = make_client
        self._notices = notices
        self._client: Any = None
        self._exists = False
        self._lock = Lock()

    def write(self, events: Sequence[tuple[datetime, str]]) -> None:
        """Append events; they fit into one call, see `captured_output`."""
        with self._lock:
            self._write([{"timestamp": int(time.timestamp() * 1_000), "message": line} for time, line in events])

    def _write(self, events: list[dict[str, Any]]) -> None:
        self._client = self._client or self._make_client()
        try:
            if not self._exists:
                self._create()
            self._client.put_log_events(logGroupName=self._group, logStreamName=self._name, logEvents=events)
            self._exists = True
        except (BotoCoreError, ClientError) as error:
            self._exists = False
            # Without the name of the stream, which is another one in every environment.
            self._notices.once(f"no logs in `{self._group}`: {str(error).replace(self._name, '*')}")

    def _create(self) -> None:
        try:
            self._create_stream()
        except self._client.exceptions.ResourceNotFoundException:
            # Lambda makes a missing group if the role lets it.
            self._client.create_log_group(logGroupName=self._group)
            self._create_stream()

    def _create_stream(self) -> None:
        self._client.create_log_stream(logGroupName=self._group, logStreamName=self._name)
