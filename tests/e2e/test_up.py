"""`lambdaform sandbox up` as a newcomer runs it: in this repository, and in a small project of their own."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from e2e.served import command_line
from sandbox.program import write_project
from tools.pulumi_project import needs_pulumi

REPOSITORY = Path(__file__).parents[2]


COMMAND = [str(Path(sys.executable).with_name("lambdaform")), "sandbox", "up"]
MISTAKEN = 'from lambdaform import Queue\n\nQueue("orders", {"consumer_timeout": 3000, "alarms": False})\n'
BLOCKED = """
import os
import threading

with open(os.environ["PIPE"], "w") as pipe:
    pipe.write("running")
threading.Event().wait()
"""


def up(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "AWS_PROFILE": "production", **variables}
    return subprocess.run(COMMAND, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def run() -> subprocess.CompletedProcess[str]:
    return up(REPOSITORY / "infra")


def test_the_reference_system_is_deployed_and_answers_as_expected(run: subprocess.CompletedProcess[str]):
    assert run.returncode == 0, run.stdout + run.stderr
    assert "answers as expected: 7 of 7" in run.stdout


@needs_pulumi
def test_where_there_is_a_pulumi_it_deploys(run: subprocess.CompletedProcess[str]):
    assert ", by pulumi v" in run.stdout


def test_the_report_shows_components_endpoints_answers_and_logs(run: subprocess.CompletedProcess[str]):
    lines = run.stdout.splitlines()
    assert "Function search" in lines
    assert any(line.startswith("  Function search  search-") for line in lines)
    assert any(line.startswith("api people") and "http://127.0.0.1:" in line for line in lines)
    assert 'ok      GET /?name=John%20Doe  200 {"name": "John Doe", "born": 1985}' in lines
    assert any(line.startswith("log search") for line in lines)


def test_the_report_is_plain_text_without_a_terminal(run: subprocess.CompletedProcess[str]):
    assert "\x1b" not in run.stdout
    assert run.stderr == ""


def test_a_project_of_three_lines_is_deployed(tmp_path: Path):
    project = write_project(tmp_path, 'import pulumi_aws as aws\n\naws.sqs.Queue("orders")\n')
    result = up(project)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("Queue orders  orders-")


def test_a_mistake_in_a_component_is_quoted_as_the_library_words_it(tmp_path: Path):
    result = up(write_project(tmp_path, MISTAKEN))
    assert result.returncode == 1
    assert result.stderr.startswith('error: Queue "orders" has 1 problem:\n  consumer_timeout is 3000: ')


@needs_pulumi
def test_the_engine_quotes_a_mistake_in_the_same_words(tmp_path: Path):
    project = write_project(tmp_path, MISTAKEN)
    rehearsed, deployed = up(project), up(project, PATH=command_line().search_path)
    assert (deployed.returncode, deployed.stderr) == (rehearsed.returncode, rehearsed.stderr)


@needs_pulumi
def test_ctrl_c_ends_the_engine_too(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    surroundings = {**os.environ, "PATH": command_line().search_path, "PIPE": str(pipe)}
    project = write_project(tmp_path, BLOCKED)
    with subprocess.Popen(COMMAND, cwd=project, env=surroundings, stderr=subprocess.PIPE, text=True) as process:
        assert select.select([reading], [], [], 120)[0]
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    os.close(reading)
    processes = subprocess.run(["ps", "-A", "-o", "args="], check=True, capture_output=True, text=True).stdout
    assert (process.returncode, errors) == (130, "")
    assert not [line for line in processes.splitlines() if str(tmp_path) in line]
