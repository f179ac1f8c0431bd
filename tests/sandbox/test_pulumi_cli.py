"""Finding Pulumi's command line, and running one command of it."""

from pathlib import Path

import pytest
from lambdaform_sandbox.errors import SandboxError
from lambdaform_sandbox.pulumi_cli import PulumiCli


def stand_in(folder: Path, name: str, body: str = "true") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / name
    script.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    script.chmod(0o755)
    return script


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH besides the system's own."""
    folder = tmp_path / "on path"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def test_the_one_on_path_is_taken(on_path: Path, tmp_path: Path):
    pulumi = stand_in(on_path, "pulumi")
    stand_in(on_path, "pulumi-language-python")
    stand_in(tmp_path / ".tools" / "bin", "pulumi")
    stand_in(tmp_path / ".tools" / "bin", "pulumi-language-python")
    cli = PulumiCli.find(tmp_path)
    assert cli
    assert cli.pulumi == pulumi


def test_one_without_a_language_host_is_passed_over_for_the_one_that_was_built(on_path: Path, tmp_path: Path):
    stand_in(on_path, "pulumi")
    built = stand_in(tmp_path / ".tools" / "bin", "pulumi")
    stand_in(built.parent, "pulumi-language-python")
    cli = PulumiCli.find(tmp_path)
    assert cli
    assert cli.pulumi == built
    assert cli.search_path.startswith(f"{built.parent}:{on_path}")


@pytest.mark.usefixtures("on_path")
def test_without_any_there_is_none(tmp_path: Path):
    assert PulumiCli.find(tmp_path) is None


def test_a_command_gets_the_environment_it_is_given_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    cli = PulumiCli(stand_in(tmp_path, "pulumi", 'echo "$1 [$AWS_PROFILE] [$PULUMI_HOME]"'), "/usr/bin:/bin")
    assert cli.run(["about"], tmp_path, {"PULUMI_HOME": "/nowhere"}) == "about [] [/nowhere]\n"


def test_a_command_that_fails_is_quoted(tmp_path: Path):
    cli = PulumiCli(stand_in(tmp_path, "pulumi", 'echo "no such stack" >&2; exit 6'), "/usr/bin:/bin")
    with pytest.raises(SandboxError, match="`pulumi stack rm` failed: no such stack"):
        cli.run(["stack", "rm"], tmp_path, {})


def test_a_command_that_is_left_is_interrupted(tmp_path: Path):
    body = 'trap "echo interrupted > ended; exit 1" INT; echo started; while true; do sleep 0.05; done'
    cli = PulumiCli(stand_in(tmp_path, "pulumi", body), "/usr/bin:/bin")
    with cli.started([], tmp_path, {}) as process:
        assert process.stdout
        assert process.stdout.readline() == "started\n"
    assert (tmp_path / "ended").read_text(encoding="utf-8") == "interrupted\n"
    assert process.returncode == 1
