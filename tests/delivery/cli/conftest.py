"""A stack in the sandbox, which the SDK of a command finds by its environment; or a stand-in for the release tool."""

import json
from collections.abc import Iterator
from pathlib import Path

import lambdaform_delivery.release
import pytest
from delivery.cli.release_tool import OUTPUTS, Tool
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


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Tool:
    tool = Tool()
    monkeypatch.setattr(lambdaform_delivery.release, "release", tool.release)
    monkeypatch.setattr(lambdaform_delivery.release, "rollback", tool.rollback)
    return tool


@pytest.fixture
def outputs(tmp_path: Path) -> str:
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps(OUTPUTS))
    return str(file)
