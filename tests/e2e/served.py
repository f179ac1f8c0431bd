"""Stacks on a sandbox of this process, driven by the real `pulumi` as somebody would drive them by hand."""

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

from lambdaform_sandbox.pulumi_cli import PulumiCli
from lambdaform_sandbox.sandbox import Sandbox
from lambdaform_sandbox.shell import environment, variables

__all__ = ["HOUSE", "REPOSITORY", "Changes", "Stack", "command_line", "into"]

REPOSITORY = Path(__file__).parents[2]

Changes = Mapping[str, frozenset[str]]
"""Operation to the resources it was applied to, as `Kind name`; what stayed the same is left out."""

HOUSE = """
    import platform
    import sys

    import pulumi
    import pulumi_aws as aws
    from lambdaform import AliasOwner, Function, Queue, QueueSource

    HOUSE = {
        "source": "worker",
        "handler": "handler.handle",
        "runtime": f"python{sys.version_info.major}.{sys.version_info.minor}",
        "architecture": "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64",
        "alarms": {"enabled": False},
        "dead_letter_queue": False,
    }
    """
"""How programs of tests begin: a small function is `Function("worker", HOUSE)`."""

HANDLER = 'def handle(event, context):\n    return "first"\n'
SETTINGS = 'config: {aws:allowedAccountIds: ["000000000000"], aws:region: us-east-1}\n'


def command_line() -> PulumiCli:
    """Return the real command line; fail if there is none, see `needs_pulumi`."""
    cli = PulumiCli.find(REPOSITORY)
    assert cli, "there is no pulumi with a language host on PATH or in .tools/bin, and REQUIRE_PULUMI asks for one"
    return cli


def into(sandbox: Sandbox) -> dict[str, str]:
    """Return the environment that leads a command into the sandbox."""
    return environment(variables(sandbox.aws, sandbox.home, sandbox.provider_server.port), os.environ)


@dataclass(frozen=True)
class Stack:
    """One stack of a small project, with a state of its own."""

    cli: PulumiCli
    folder: Path
    variables: Mapping[str, str] = field(repr=False)
    name: str

    @classmethod
    def new(cls, sandbox: Sandbox, folder: Path, name: str = "sandbox", **more: str) -> "Stack":
        """Make the project if the folder is empty, and one stack of it."""
        cli = command_line()
        if not (folder / "Pulumi.yaml").exists():
            (folder / "worker").mkdir(parents=True)
            (folder / "worker" / "handler.py").write_text(HANDLER, encoding="utf-8")
            (folder / "infra").mkdir()
            (folder / "state").mkdir()
            (folder / "Pulumi.yaml").write_text("{name: shop, runtime: python, main: infra/}", encoding="utf-8")
        (folder / f"Pulumi.{name}.yaml").write_text(SETTINGS, encoding="utf-8")
        backend = f"{(folder / 'state').as_uri()}?metadata=skip"
        own = {"PULUMI_BACKEND_URL": backend, "PULUMI_SKIP_CHECKPOINTS": "true", **more}
        stack = cls(cli, folder, {**into(sandbox), **own}, name)
        stack.done("stack", "init", name, "--no-select")
        return stack

    def write(self, program: str, **handlers: str) -> None:
        """Make this the program, after the usual beginning; `handlers` are new texts of the handlers."""
        text = dedent(HOUSE) + dedent(program)
        (self.folder / "infra" / "__main__.py").write_text(text, encoding="utf-8")
        for source, handler in handlers.items():
            (self.folder / source / "handler.py").write_text(handler, encoding="utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `pulumi` to its end, whatever that is."""
        with self.started(*arguments) as process:
            said, _ = process.communicate()
        return subprocess.CompletedProcess(arguments, process.returncode, said, "")

    def started(self, *arguments: str) -> AbstractContextManager["subprocess.Popen[str]"]:
        """Start `pulumi` without waiting for it."""
        return self.cli.started(list(arguments), self.folder, self.variables)

    def done(self, *arguments: str) -> str:
        """Run `pulumi`, which must succeed, and return what it printed."""
        result = self.run(*arguments)
        assert result.returncode == 0, f"pulumi {' '.join(arguments)}\n{result.stdout}"
        return result.stdout

    def up(self, program: str | None = None, *options: str) -> Changes:
        """Deploy a program, or the one that is there, and return what changed."""
        if program is not None:
            self.write(program)
        return _changes(self.done("up", "--yes", "--skip-preview", "--json", "--stack", self.name, *options))

    def fails(self, program: str, *options: str) -> str:
        """Deploy a program that must fail, and return what is said."""
        self.write(program)
        result = self.run("up", "--yes", "--stack", self.name, *options)
        assert result.returncode != 0, result.stdout
        return result.stdout

    def preview(self, program: str | None = None) -> Changes:
        """Return what an `up` would change."""
        return _planned(self.digest(program))

    def digest(self, program: str | None = None) -> Mapping[str, Any]:
        """Return what `pulumi preview --json` says."""
        if program is not None:
            self.write(program)
        return json.loads(self.done("preview", "--json", "--stack", self.name))

    def refresh(self) -> Changes:
        """Read everything back from AWS and return what is not as the state said."""
        return _changes(self.done("refresh", "--yes", "--skip-preview", "--json", "--stack", self.name))

    def destroy(self) -> Changes:
        """Delete everything."""
        return _changes(self.done("destroy", "--yes", "--skip-preview", "--json", "--stack", self.name))

    def outputs(self) -> Mapping[str, Any]:
        """Return what the stack exports."""
        return json.loads(self.done("stack", "output", "--json", "--stack", self.name))

    def state(self) -> Mapping[str, Any]:
        """Return the stack's state."""
        return json.loads(self.done("stack", "export", "--stack", self.name))


def _changes(events: str) -> Changes:
    done = [json.loads(line).get("resOutputsEvent") for line in events.splitlines() if line.startswith("{")]
    return _grouped((event["metadata"]["op"], event["metadata"]["urn"]) for event in done if event)


def _planned(digest: Mapping[str, Any]) -> Changes:
    return _grouped((step["op"], step["urn"]) for step in digest.get("steps", []))


def _grouped(steps: Iterable[tuple[str, str]]) -> Changes:
    grouped: dict[str, set[str]] = {}
    for operation, urn in steps:
        token = urn.split("::")[2].rpartition("$")[2]
        if operation not in ("same", "read") and not token.startswith("pulumi:"):
            grouped.setdefault(operation, set()).add(f"{token.rpartition(':')[2]} {urn.split('::', 3)[3]}")
    return {operation: frozenset(resources) for operation, resources in grouped.items()}
