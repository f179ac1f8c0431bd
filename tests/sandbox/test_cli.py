"""`lambdaform sandbox`: what a person sees, exit codes, and how it ends."""

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lambdaform_sandbox.cli import sandbox

from .program import FUNCTION_PROGRAM, write_project

REPOSITORY = Path(__file__).parents[2]
QUEUE = 'import pulumi_aws as aws\naws.sqs.Queue("orders")\n'
BLOCKED = QUEUE + 'import threading\nprint("blocked", flush=True)\nwhile not threading.Event().wait(0.2): pass\n'
RIGHT = '[{"api": "values", "request": "GET /", "status": 200, "body": {"value": "first"}}]'
WRONG = '[{"api": "values", "request": "GET /", "status": 200, "body": {"value": "second"}}]'


@pytest.fixture(autouse=True)
def without_pulumi(monkeypatch: pytest.MonkeyPatch):
    """What is said here is said of the rehearsal; the real engine has its own tests in tests/e2e."""
    folders = os.environ["PATH"].split(os.pathsep)
    others = [each for each in folders if not (Path(each) / "pulumi-language-python").exists()]
    monkeypatch.setenv("PATH", os.pathsep.join(others))


def up(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.chdir(folder)
    return CliRunner().invoke(sandbox, ["up", *arguments])


def test_a_system_that_answers_as_expected_ends_with_0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    result = up(write_project(tmp_path, FUNCTION_PROGRAM, RIGHT), monkeypatch)
    assert result.exit_code == 0, result.output
    assert 'ok      GET /  200 {"value": "first"}' in result.output
    assert "answers as expected: 1 of 1" in result.output
    assert "api values" in result.output
    assert "log worker" in result.output


def test_a_wrong_answer_ends_with_1_and_is_shown_with_what_was_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    result = up(write_project(tmp_path, FUNCTION_PROGRAM, WRONG), monkeypatch)
    assert result.exit_code == 1, result.output
    assert 'expected body {"value": "second"}, got {"value": "first"}' in result.output
    assert "answers as expected: 0 of 1" in result.output


def test_a_missing_grant_really_denies_and_the_report_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = FUNCTION_PROGRAM.replace('allow(["dynamodb:GetItem"], arns[0]),', "")
    result = up(write_project(tmp_path, program, RIGHT), monkeypatch)
    assert result.exit_code == 1, result.output
    assert "expected status 200, got 500" in result.output
    assert "is not authorized to perform: dynamodb:GetItem" in result.output


def test_what_the_sandbox_notices_is_noted_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = FUNCTION_PROGRAM.replace('allow(["logs:CreateLogStream", "logs:PutLogEvents"], arns[2] + ":*"),', "")
    result = up(write_project(tmp_path, program, RIGHT), monkeypatch)
    assert result.exit_code == 0, result.output
    (note,) = result.stderr.splitlines()
    assert note.startswith("note: no logs in `/aws/lambda/worker-")


def test_without_a_smoke_file_nothing_is_sent_and_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    result = up(write_project(tmp_path, QUEUE), monkeypatch)
    assert result.exit_code == 0, result.output
    assert "resources created: 1, by rehearsal, in " in result.output
    assert "no smoke.json beside the program: nothing was sent" in result.output


def test_a_program_that_refuses_to_go_on_is_quoted_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = 'import pulumi\nraise pulumi.RunError("the limit is too low")'
    result = up(write_project(tmp_path, program), monkeypatch)
    assert result.exit_code == 1
    assert result.stderr == "error: the limit is too low\n"


def test_a_bug_in_a_program_is_shown_by_the_lines_of_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    result = up(write_project(tmp_path, "def build():\n    return 1 / 0\n\nbuild()\n"), monkeypatch)
    assert result.exit_code == 1
    assert "return 1 / 0" in result.stderr
    assert "ZeroDivisionError: division by zero" in result.stderr
    assert "site-packages" not in result.stderr


def test_the_stack_of_a_real_account_is_refused(monkeypatch: pytest.MonkeyPatch):
    result = up(REPOSITORY, monkeypatch, "--stack", "prod")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: `aws:allowedAccountIds` of the stack `prod` must be exactly `000000000000`")
    assert "hint: " in result.stderr
    assert result.stdout == ""


def test_outside_a_project_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    result = up(tmp_path, monkeypatch)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: no Pulumi.yaml in ")


def test_a_taken_port_is_said_before_anything_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = up(write_project(tmp_path, QUEUE), monkeypatch, "--port", str(port))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: port {port} is in use")


def test_the_users_own_aws_settings_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://example.org")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    result = up(write_project(tmp_path, FUNCTION_PROGRAM, RIGHT), monkeypatch)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_the_program_runs_ends_it_cleanly(tmp_path: Path, number: signal.Signals, code: int):
    with started(write_project(tmp_path, BLOCKED), "up") as process:
        lines_until(process, "blocked")
        process.send_signal(number)
        _, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (code, "")


def test_ctrl_c_twice_while_a_function_runs_leaves_nothing_behind(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    handler = f"open({str(pipe)!r}, 'w').write('running'); import threading; threading.Event().wait()"
    program = FUNCTION_PROGRAM.replace('print("asked", event["rawPath"])', handler)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with started(write_project(tmp_path, program, RIGHT), "up") as process:
        assert select.select([reading], [], [], 120)[0]
        children = children_of(process.pid)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    os.close(reading)
    assert (process.returncode, errors) == (130, "")
    assert children
    assert not [child for child in children if alive(child)]


def test_a_kept_sandbox_can_be_used_from_another_shell_and_ends_with_ctrl_c(tmp_path: Path):
    with started(write_project(tmp_path, FUNCTION_PROGRAM, RIGHT), "up", "--keep") as process:
        exports = exported(process)
        call = "import boto3; print(boto3.client('sqs').list_queues()['QueueUrls'])"
        queues = subprocess.run(
            [sys.executable, "-c", call], env=os.environ | exports, check=True, capture_output=True, text=True
        ).stdout
        children = children_of(process.pid)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    assert "orders-" in queues
    assert (process.returncode, errors) == (130, "")
    assert children
    assert not [child for child in children if alive(child)]
    assert not Path(exports["PULUMI_HOME"]).parent.exists()


def test_a_served_sandbox_is_empty_and_ends_with_ctrl_c(tmp_path: Path):
    with started(tmp_path, "serve") as process:
        exports = exported(process)
        lines_until(process, "there, once per project: pulumi stack init sandbox")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    assert exports["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert (process.returncode, errors) == (130, "")


@contextmanager
def started(folder: Path, *arguments: str) -> Generator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", "from lambdaform_sandbox.cli import sandbox; sandbox()", *arguments]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def lines_until(process: subprocess.Popen[str], beginning: str) -> list[str]:
    assert process.stdout
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.strip())
        if line.startswith(beginning):
            return lines
    raise AssertionError(f"it ended without `{beginning}`: {lines} {process.stderr and process.stderr.read()}")


def exported(process: subprocess.Popen[str]) -> dict[str, str]:
    exports = [line for line in lines_until(process, "export PULUMI_SKIP") if line.startswith("export ")]
    return dict(line.removeprefix("export ").split("=", 1) for line in exports)


def children_of(process_id: int) -> list[int]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    return [child for child, parent in pairs if parent == process_id]


def alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True
