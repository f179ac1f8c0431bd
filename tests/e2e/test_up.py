"""`lambdaform sandbox up` as a newcomer runs it: in this repository, on its own program, from an empty account."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def run() -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lambdaform")), "sandbox", "up"]
    surroundings = {**os.environ, "AWS_PROFILE": "production", "NO_COLOR": "1"}
    return subprocess.run(command, cwd=REPOSITORY / "infra", env=surroundings, capture_output=True, text=True, check=False)


def test_the_reference_system_is_deployed_and_answers_as_expected(run: subprocess.CompletedProcess[str]):
    assert run.returncode == 0, run.stdout + run.stderr
    assert "answers as expected: 7 of 7" in run.stdout


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
