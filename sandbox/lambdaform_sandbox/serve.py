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
    with Sandbox(port, project.region if project else DEFAULT_REGION) as sandbox, notes.shown():
        show_exports(sandbox, console)
        console.print(f"\n{_next(sandbox, project)}", markup=False)
        stay()


def show_exports(sandbox: Sandbox, console: Console) -> None:
    """Print the lines that lead another shell into the sandbox."""
    console.print("\nto use it from another shell (Ctrl-C here ends it):\n")
    console.print(exports(variables(sandbox.aws, sandbox.home, sandbox.provider_server.port)), markup=False)


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


def _next(sandbox: Sandbox, project: Project | None) -> str:
    """Make the stack if that is possible, and say how to go on."""
    cli = PulumiCli.find(project.folder) if project else None
    if project is None or cli is None:
        return f"there, once per project: pulumi stack init {STACK}"
    into = environment(variables(sandbox.aws, sandbox.home, sandbox.provider_server.port), os.environ)
    init_stack(project, cli, sandbox.home, into)
    found = shutil.which("pulumi") == str(cli.pulumi)
    path = "" if found else f'export PATH={shlex.quote(str(cli.pulumi.parent))}:"$PATH"\n'
    return f"{path}pulumi up --stack {STACK}"
