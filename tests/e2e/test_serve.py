"""`lambdaform sandbox serve`, and `pulumi` typed into another shell that took the lines it printed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.served import command_line
from sandbox.program import STACK, write_project
from tools.pulumi_project import needs_pulumi

pytestmark = needs_pulumi

LAST_LINE = "pulumi up --stack sandbox"
PROGRAM = """
import pulumi
import pulumi_aws as aws

pulumi.export("url", aws.sqs.Queue("orders").url)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_project(tmp_path_factory.mktemp("shop"), PROGRAM)
    (folder / "Pulumi.prod.yaml").write_text(STACK.replace("000000000000", "222222222222"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def lines(project: Path) -> Iterator[str]:
    """What a running `serve` has printed for another shell."""
    surroundings = {**os.environ, "PATH": command_line().search_path}
    command = [str(Path(sys.executable).with_name("lambdaform")), "sandbox", "serve"]
    with subprocess.Popen(command, cwd=project, env=surroundings, stdout=subprocess.PIPE, text=True) as served:
        printed: list[str] = []
        for line in served.stdout or ():
            if line.strip() == LAST_LINE:
                break
            printed.append(line)
        yield "".join(line for line in printed if line.startswith(("unset ", "export ")))
        served.terminate()


def typed(lines: str, project: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Type a command into a shell that was on its way to production."""
    surroundings = {**os.environ, "PATH": command_line().search_path, "AWS_PROFILE": "production"}
    return subprocess.run(
        ["sh", "-c", f"{lines}\n{command}"],
        cwd=project,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_stack_is_there_and_pulumi_works_as_anywhere_else(lines: str, project: Path):
    result = typed(lines, project, f"{LAST_LINE} --yes && pulumi destroy --stack sandbox --yes")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "+ 2 created" in result.stdout
    assert "http://127.0.0.1:" in result.stdout
    assert "- 2 deleted" in result.stdout


def test_a_stack_of_a_real_account_is_not_there(lines: str, project: Path):
    result = typed(lines, project, "pulumi up --stack prod --yes")
    assert result.returncode != 0
    assert "no stack named 'prod' found" in result.stderr


def test_a_stack_of_a_real_account_is_refused_even_when_somebody_makes_it(lines: str, project: Path):
    result = typed(lines, project, "pulumi stack init prod --no-select && pulumi up --stack prod --yes")
    assert result.returncode != 0
    assert "must be exactly `000000000000` to run in the sandbox, it is `222222222222`" in result.stdout
