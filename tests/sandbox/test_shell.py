"""The environment that leads a process into the sandbox and nowhere else."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from lambdaform_sandbox.server import AwsServer
from lambdaform_sandbox.shell import environment, exports, isolated, sandboxed, variables


@pytest.fixture(scope="module")
def aws() -> Iterator[AwsServer]:
    with AwsServer() as server:
        yield server


def test_a_shell_gets_the_sandbox_as_its_aws_and_a_pulumi_of_its_own(aws: AwsServer, tmp_path: Path):
    given = variables(aws, tmp_path, 4711)
    assert given["AWS_ENDPOINT_URL"] == aws.endpoint
    assert given["AWS_REGION"] == given["AWS_DEFAULT_REGION"] == "us-east-1"
    assert given["PULUMI_DEBUG_PROVIDERS"] == "aws:4711"
    assert given["PULUMI_HOME"].startswith(str(tmp_path))
    assert given["PULUMI_BACKEND_URL"].startswith(f"file://{tmp_path}")


MISLEADING = {
    "AWS_PROFILE": "production",
    "AWS_ENDPOINT_URL_LAMBDA": "https://example.org",
    "PULUMI_ACCESS_TOKEN": "of a real backend",
    "PULUMI_CONFIG_PASSPHRASE_FILE": "/of/a/real/stack",
}


def test_a_process_loses_what_could_lead_elsewhere_and_keeps_the_rest():
    assert environment({"AWS_REGION": "us-east-1"}, {**MISLEADING, "AWS_REGION": "eu-west-1", "HOME": "/home"}) == {
        "AWS_REGION": "us-east-1",
        "HOME": "/home",
    }


@pytest.mark.parametrize("surroundings", [{}, MISLEADING], ids=["nothing to forget", "something to forget"])
def test_a_shell_that_runs_the_lines_forgets_first_and_has_exactly_what_was_given(surroundings: dict[str, str]):
    given = {"AWS_REGION": "us-east-1", "PULUMI_HOME": "/a folder/home"}
    script = f"set -e\n{exports(given)}\nenv"
    path = {"PATH": os.environ["PATH"]}
    printed = subprocess.run(
        ["sh", "-c", script], env={**path, **surroundings}, capture_output=True, text=True, check=True
    )
    found = dict(line.split("=", 1) for line in printed.stdout.splitlines())
    assert {name: value for name, value in found.items() if name.startswith(("AWS_", "PULUMI_"))} == given


def test_isolation_hides_profiles_credentials_and_configuration_files(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of a real account")
    before = dict(os.environ)
    with isolated():
        assert "AWS_PROFILE" not in os.environ
        assert "AWS_SESSION_TOKEN" not in os.environ
        assert os.environ["AWS_CONFIG_FILE"] == os.devnull
    assert dict(os.environ) == before


def test_no_proxy_stands_between_a_process_and_the_sandbox(aws: AwsServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "example.org")
    with sandboxed(aws):
        assert os.environ["no_proxy"] == "example.org,127.0.0.1"
        with sandboxed(aws):
            assert os.environ["no_proxy"] == "example.org,127.0.0.1"
