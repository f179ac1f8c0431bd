"""A project for the real `pulumi`, run by the language host of this repository, with state and home of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

__all__ = ["REPOSITORY", "Project", "needs_pulumi", "new_project", "runtime"]

REPOSITORY = Path(__file__).parents[2]
HOST = REPOSITORY / "tools" / "pulumi" / "language_host.py"
BUILT = REPOSITORY / ".tools" / "bin"
PULUMI = shutil.which("pulumi", path=os.pathsep.join([os.environ["PATH"], str(BUILT)]))

needs_pulumi = pytest.mark.skipif(
    PULUMI is None and not os.environ.get("REQUIRE_PULUMI"),
    reason="there is no pulumi on PATH or in .tools/bin: make pulumi",
)
"""With REQUIRE_PULUMI set, a missing command line is a failure: the test runs and finds none."""


@dataclass(frozen=True)
class Project:
    """A project called `shop` with the stack `dev`."""

    folder: Path
    variables: Mapping[str, str]

    def write(self, program: str | None) -> None:
        """Make this the program; None means that there is none."""
        file = self.folder / "infra" / "__main__.py"
        if program is None:
            file.unlink(missing_ok=True)
        else:
            file.write_text(dedent(program), encoding="utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `pulumi` to its end."""
        command = ["pulumi", *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.variables, capture_output=True, text=True, check=False
        )  # fmt: skip

    def preview(self, program: str | None, *options: str) -> subprocess.CompletedProcess[str]:
        """Preview a program on the stack `dev`."""
        self.write(program)
        return self.run("preview", "--stack", "dev", "--color", "never", *options)

    def diagnostics(self, program: str | None) -> str:
        """Return what a preview that fails says about the stack, without its heading."""
        result = self.preview(program)
        assert result.returncode == 1, result.stdout + result.stderr
        told = result.stdout.partition("Diagnostics:\n  pulumi:pulumi:Stack (shop-dev):\n")[2]
        return dedent(told.partition("\nResources:")[0]).strip()

    def start(self) -> "subprocess.Popen[str]":
        """Start a preview of the program that was written, without waiting for it."""
        command = ["pulumi", "preview", "--stack", "dev", "--color", "never"]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def runtime(virtualenv: str = sys.prefix) -> str:
    """Return the line of Pulumi.yaml, or of a plugin's file, that names a virtualenv."""
    return f"runtime: {{name: python, options: {{virtualenv: {virtualenv!r}}}}}\n"


def new_project(folder: Path) -> Project:
    """Make the project and its stack in an empty folder."""
    shop = folder / "shop"
    for name in ("shop/infra", "bin", "home", "state"):
        (folder / name).mkdir(parents=True)
    (shop / "Pulumi.yaml").write_text(f"name: shop\nmain: infra/\n{runtime()}", encoding="utf-8")
    host = folder / "bin" / "pulumi-language-python"
    host.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{HOST}" "$@"\n', encoding="utf-8")
    host.chmod(0o755)
    _copy_beside(host)
    project = Project(shop, _variables(folder))
    made = project.run("stack", "init", "dev")
    assert made.returncode == 0, made.stderr
    return project


def _copy_beside(host: Path) -> None:
    """Put `pulumi` into the folder of the host: it prefers the one that it was delivered with."""
    assert PULUMI is not None, "there is no pulumi on PATH or in .tools/bin, and REQUIRE_PULUMI asks for one"
    pulumi = Path(PULUMI).resolve()
    try:
        os.link(pulumi, host.with_name("pulumi"))
    except OSError:  # another file system
        shutil.copy(pulumi, host.with_name("pulumi"))


def _variables(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PULUMI_"))}
    return {
        **kept,
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "tests",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_SKIP_CHECKPOINTS": "true",
    }
