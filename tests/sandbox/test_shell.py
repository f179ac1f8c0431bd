"""The environment that leads a process into the sandbox and nowhere else."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from lambdaform_sandbox.server import AwsServer
from lambdaform_sandbox.shell import exports, isolated, sandboxed, variables


@pytest.fixture(scope="module")
def aws() -> Iterator[AwsServer]:
    with AwsServer() as server:
        yield server


def test_a_shell_gets_the_sandbox_as_its_aws_and_a_pulumi_of_its_own(aws: AwsServer, tmp_path: Path):
    given = variables(aws, tmp_path)
    assert given["AWS_ENDPOINT_URL"] == aws.endpoint
    assert given["AWS_REGION"] == given["AWS_DEFAULT_REGION"] == "us-east-1"
    assert given["PULUMI_HOME"].startswith(str(tmp_path))
    assert given["PULUMI_BACKEND_URL"].startswith(f"file://{tmp_path}")


def test_what_could_lead_elsewhere_is_unset_first():
    surroundings = ["AWS_PROFILE", "AWS_ENDPOINT_URL_LAMBDA", "AWS_REGION", "PULUMI_ACCESS_TOKEN", "HOME"]
    assert exports({"AWS_REGION": "us-east-1"}, surroundings).splitlines() == [
        "unset AWS_ENDPOINT_URL_LAMBDA AWS_PROFILE PULUMI_ACCESS_TOKEN",
        "export AWS_REGION=us-east-1",
    ]


def test_values_are_quoted_for_the_shell():
    assert exports({"PULUMI_HOME": "/a folder/home"}, []) == "export PULUMI_HOME='/a folder/home'"


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
