"""The real command in a process of its own, against an AWS in this one: signals, death, and a log nobody reads."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from delivery.cli.stack_files import write_outputs
from delivery.release.stack import Stack
from lambdaform_delivery.release import ReleaseTarget
from lambdaform_delivery.release.description import Description
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.server import AwsServer

_COMMAND = "from lambdaform_delivery.cli import main; main()"
_SECONDS = 60


class Site:
    """A stack with a version to release, and the command line beside it."""

    def __init__(self, aws: AwsServer, folder: Path):
        self._aws, self._folder = aws, folder
        self.stack = Stack(aws, ManualClock())
        made = self.stack.function()
        self.target: ReleaseTarget = dataclasses.replace(made, published_version=self.stack.publish(made, "new"))
        self._outputs = write_outputs(folder / "outputs.json", self.target)

    @contextmanager
    def command(self, *arguments: str) -> Generator[subprocess.Popen[str]]:
        """Start a command; it does not outlive the block."""
        process = subprocess.Popen(
            [sys.executable, "-c", _COMMAND, *arguments, "--outputs", self._outputs, "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=self._folder,
            env=self._environment(),
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()

    def run(self, *arguments: str) -> int:
        """Run a command to its end, and return its exit code."""
        with self.command(*arguments) as process:
            process.communicate(timeout=_SECONDS)
            return process.returncode

    def alias(self) -> str:
        """Return what the alias serves, and whether a release is unfinished."""
        found = self.stack.aliases(self.target)["live"]
        split = found.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
        unfinished = Description.parse(found["Description"]).journal is not None
        return f"{found['FunctionVersion']}{' split' if split else ''}{' unfinished' if unfinished else ''}"

    def _environment(self) -> dict[str, str]:
        credentials = self._aws.credentials
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AWS_ENDPOINT_URL": self._aws.endpoint,
            "AWS_ACCESS_KEY_ID": credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        }


@pytest.fixture
def site(tmp_path: Path) -> Generator[Site]:
    with AwsServer() as aws:
        yield Site(aws, tmp_path)


def read_until(kind: str, stream: IO[str] | None) -> None:
    """Read events until one of this kind."""
    assert stream
    for line in stream:
        if json.loads(line).get("event") == kind:
            return
    pytest.fail(f"the command has ended without the event {kind}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_takes_the_release_back(site: Site, number: signal.Signals):
    with site.command("release", "search", "--ramp", "5,50") as process:
        read_until("shifted", process.stdout)
        process.send_signal(number)
        process.send_signal(number)
        process.communicate(timeout=_SECONDS)

    assert process.returncode == 8
    assert site.alias() == "1"


def test_a_killed_release_is_taken_back_by_the_last_step_of_the_pipeline(site: Site):
    with site.command("release", "search", "--ramp", "5,50") as process:
        read_until("shifted", process.stdout)
    assert process.returncode == -signal.SIGKILL
    assert site.alias() == "1 split unfinished"

    assert site.run("rollback", "search", "--if-unfinished") == 0
    assert site.alias() == "1"


def test_a_release_whose_output_nobody_reads_goes_on(site: Site):
    with site.command("release", "search", "--ramp", "5,pause,50", "--if-inconclusive", "pause") as process:
        assert process.stdout
        process.stdout.close()
        while site.alias() != "1 split unfinished":
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=_SECONDS)

    assert process.returncode == 8
    assert site.alias() == "1"
