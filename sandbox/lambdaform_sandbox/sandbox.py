"""The whole sandbox, started and stopped as one: server, runtime, gateway, queue events, provider and its server."""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from .clock import Clock
from .engine import ProviderServer
from .events import QueueEvents
from .gateway import Gateway
from .overlay import function_urls, invocations
from .project import DEFAULT_REGION
from .provider import Provider
from .runtime import LocalRuntime
from .server import AwsServer
from .shell import isolated
from .signals import uninterrupted

__all__ = ["Sandbox"]


class Sandbox:
    """An empty AWS account on loopback that runs what is deployed to it. Use it as a context manager.

    `port` is that of the AWS endpoint, 0 for any free one; metrics and dates go by `clock`, by default the machine's.
    Raises SandboxError if the port is taken. Nothing outlives it: no process, no file, no state.
    """

    aws: AwsServer
    gateway: Gateway
    events: QueueEvents
    provider: Provider
    provider_server: ProviderServer
    """The provider as Pulumi's engine attaches to it."""
    home: Path
    """Folder for Pulumi's own files, gone at the end."""

    def __init__(
        self,
        port: int = 0,
        region: str = DEFAULT_REGION,
        default_tags: Mapping[str, str] | None = None,
        clock: Clock | None = None,
    ):
        self._port, self._region, self._default_tags, self._clock = port, region, default_tags, clock
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            starting.enter_context(isolated())
            self.home = Path(starting.enter_context(tempfile.TemporaryDirectory(prefix="lambdaform-sandbox-")))
            (self.home / "state").mkdir()
            self.aws = starting.enter_context(AwsServer(port=self._port, region=self._region, clock=self._clock))
            runtime = LocalRuntime(self.aws)
            starting.callback(runtime.close)
            invocations.set_runtime(runtime)
            starting.callback(invocations.set_runtime, None)
            self.gateway = Gateway(self.aws)
            starting.callback(self.gateway.close)
            function_urls.set_front(self.gateway.function_url)
            starting.callback(function_urls.set_front, None)
            self.events = QueueEvents(self.aws)
            starting.callback(self.events.close)
            self.events.start()
            self.provider = Provider(self.aws, self.gateway, self._default_tags)
            self.provider_server = starting.enter_context(ProviderServer(self.provider))
            self._open = starting.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with uninterrupted():
            self._open.close()
