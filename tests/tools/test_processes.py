"""What the language host leaves behind when a command ends early, and what others can read of a running program."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tools.pulumi_project import Project, needs_pulumi, new_project

pytestmark = [needs_pulumi, pytest.mark.skipif(sys.platform != "linux", reason="follows processes as Linux shows them")]

PROGRAM = """
    import json, os, socket, subprocess

    child = subprocess.Popen(["sleep", "600"])
    line = socket.create_connection(("127.0.0.1", {port}))
    line.sendall(json.dumps([os.getpid(), os.getppid(), child.pid]).encode() + b"\\n")
    line.recv(1)
    """
"""Says which processes there are: its own, its host's and one that it started; then it waits for ever."""
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Running:
    """A preview whose program waits."""

    command: "subprocess.Popen[str]"
    processes: dict[str, int]
    descriptors: dict[int, str]

    def left_behind(self) -> list[str]:
        """Return who of them does not end by itself."""
        waiting = dict(self.descriptors)
        while waiting:
            ended, _, _ = select.select(list(waiting), [], [], PATIENCE_SECONDS)
            if not ended:
                break
            for descriptor in ended:
                del waiting[descriptor]
        return list(waiting.values())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = new_project(tmp_path_factory.mktemp("processes"))
    assert made.run("config", "set", "--stack", "dev", "--secret", "token", "opensesame").returncode == 0
    return made


@pytest.fixture
def running(project: Project) -> Generator[Running]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE_SECONDS)
        project.write(PROGRAM.format(port=server.getsockname()[1]))
        with project.start() as command:
            connection, _ = server.accept()
            with connection, connection.makefile(encoding="utf-8") as line:
                pids: dict[str, int] = dict(zip(("program", "host", "child"), json.loads(line.readline()), strict=True))
                descriptors = {os.pidfd_open(pid): name for name, pid in pids.items()}
                yield Running(command, pids, descriptors)
            command.kill()
    for descriptor in descriptors:
        _end(descriptor)


def _end(descriptor: int) -> None:
    try:
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)
    except ProcessLookupError:
        pass  # as it should be
    finally:
        os.close(descriptor)


def test_ctrl_c_ends_everything_without_a_traceback(running: Running):
    running.command.send_signal(signal.SIGINT)
    output, _ = running.command.communicate()

    assert running.command.returncode != 0
    assert "error: preview canceled" in output
    assert "Traceback" not in output
    assert "KeyboardInterrupt" not in output
    assert running.left_behind() == []


def test_nothing_outlives_a_command_that_was_killed(running: Running):
    running.command.kill()

    assert running.left_behind() == []


def test_a_secret_of_the_configuration_is_in_no_environment_and_no_command_line(running: Running):
    for name in ("program", "host"):
        shown = Path(f"/proc/{running.processes[name]}")
        assert b"PULUMI_BACKEND_URL" in (shown / "environ").read_bytes()
        assert b"opensesame" not in (shown / "environ").read_bytes() + (shown / "cmdline").read_bytes()
