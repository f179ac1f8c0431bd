"""A stack in the sandbox."""

from collections.abc import Iterator

import pytest
from delivery.release.stack import Stack
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.server import AwsServer


@pytest.fixture
def stack() -> Iterator[Stack]:
    clock = ManualClock()
    with AwsServer(clock=clock) as aws:
        yield Stack(aws, clock)
