"""`sandbox serve`: an empty sandbox that stays until it is interrupted, for `pulumi` commands typed by hand."""

import os
import shlex
import shutil
import threading
from pathlib import Path

from rich.console import Console

from . import notes, report
from .errors import SandboxError
from .project import DEFAULT_REGION, Project, find_project
from .pulumi_cli import PulumiCli
from .pulumi_up import init_stack
from .sandbox import Sandbox
from .shell import environment, exports, variables

__all__ = ["serve", "show_exports", "stay"]

STACK = "sandbox"
SECONDS_BETWEEN_LOOKS = 1.0


def serve(port: int) -> None:
    """Start an empty sandbox, say how to use it, stay. In a project, its stack `sandbox` is ready for `pulumi up`."""
    console, project = report.console(), _project()
    cli = PulumiCli.find(project.folder) if project else None
    with Sandbox(port, project.region if project else DEFAULT_REGION) as sandbox, notes.shown():
        show_exports(sandbox, console, cli)
        if project and cli:
            init_stack(project, cli, sandbox.home, environment(_variables(sandbox), os.environ))
            console.print(f"\npulumi up --stack {STACK}")
        else:
            console.print(f"\nthere, once per project: pulumi stack init {STACK}")
        stay()


def show_exports(sandbox: Sandbox, console: Console, cli: PulumiCli | None) -> None:
    """Print the lines that lead another shell into the sandbox, and to the command line if it is not on PATH."""
    console.print("\nto use it from another shell (Ctrl-C here ends it):\n")
    console.print(exports(_variables(sandbox)), markup=False)
    if cli and shutil.which("pulumi") != str(cli.pulumi):
        console.print(f'export PATH={shlex.quote(str(cli.pulumi.parent))}:"$PATH"', markup=False)


def stay() -> None:
    """Wait until interrupted."""
    while not threading.Event().wait(SECONDS_BETWEEN_LOOKS):
        pass  # a signal that arrives just before an endless wait would not be seen until the next one


def _project() -> Project | None:
    """Return the project around, if it has a stack for the sandbox."""
    try:
        return Project.load(find_project(Path.cwd()), STACK)
    except SandboxError:
        return None


def _variables(sandbox: Sandbox) -> dict[str, str]:
    return variables(sandbox.aws, sandbox.home, sandbox.provider_server.port)
