"""A stack in the sandbox, and the world around its releases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from delivery.release.stack import Stack
from delivery.release.world import World
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.server import AwsServer


@pytest.fixture
def stack() -> Iterator[Stack]:
    clock = ManualClock()
    with AwsServer(clock=clock) as aws:
        yield Stack(aws, clock)


@pytest.fixture
def world(stack: Stack, tmp_path: Path) -> World:
    return World(stack, tmp_path)
