"""A stack in the sandbox, which the SDK of a command finds by its environment."""

from collections.abc import Iterator

import pytest
from delivery.cli.stack_files import use
from delivery.release.stack import Stack
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.server import AwsServer


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    clock = ManualClock()
    with AwsServer(clock=clock) as aws:
        use(aws, monkeypatch)
        yield Stack(aws, clock)
