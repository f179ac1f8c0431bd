"""`sandbox up`: guard, start, deploy, send, show. Pulumi's engine deploys where there is one, else the rehearsal."""

import os
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from . import notes, pulumi_up, report, smoke
from .deployment import Deployment
from .errors import SandboxError
from .function_logs import last_lines
from .project import Project, find_project
from .pulumi_cli import PulumiCli
from .rehearsal import OnProgress, rehearse, require_sandbox_stack
from .sandbox import Sandbox
from .serve import show_exports, stay
from .shell import environment, variables

__all__ = ["Plan", "prepare", "up"]

SHOWN_LOG_LINES = 3


@dataclass(frozen=True)
class Plan:
    """What will be deployed and sent, read and checked before anything starts."""

    project: Project
    steps: tuple[smoke.Step, ...]


def prepare(start: Path, stack: str) -> Plan:
    """Read the project found from `start` and its smoke.json; raise SandboxError for a stack of any real account."""
    project = Project.load(find_project(start), stack)
    require_sandbox_stack(project)
    return Plan(project, smoke.load_steps(project.main))


def up(plan: Plan, port: int, keep: bool) -> bool:
    """Deploy into an empty sandbox and send the steps; return whether everything was as expected.

    With `keep`, stay until interrupted.
    """
    project, console = plan.project, report.console()
    with Sandbox(port, project.region, project.default_tags) as sandbox, notes.shown():
        deployment = _deploy(project, sandbox, console)
        outcomes = list(_send(plan.steps, deployment, sandbox, console))
        for line in report.logs(last_lines(deployment, sandbox.aws, SHOWN_LOG_LINES)):
            console.print(line)
        console.print(report.verdict(outcomes))
        if keep:
            show_exports(sandbox, console, PulumiCli.find(project.folder))
            stay()
    return all(outcome.problem is None for outcome in outcomes)


def _deploy(project: Project, sandbox: Sandbox, console: Console) -> Deployment:
    began = time.monotonic()
    with console.status("deploying") as status, _program_errors(project.folder):
        deployment = _deployed(
            project, sandbox, lambda token, name: status.update(report.progress(token, name))
        )  # fmt: skip
    for line in [*report.messages(deployment), *report.resources(deployment)]:
        console.print(line)
    console.print(report.deployed(deployment, time.monotonic() - began))
    for line in report.endpoints(deployment):
        console.print(line)
    return deployment


def _deployed(project: Project, sandbox: Sandbox, on_progress: OnProgress) -> Deployment:
    cli = PulumiCli.find(project.folder)
    if cli is None:
        return Deployment.of_recording(rehearse(project, sandbox.aws, sandbox.provider, on_progress))
    into = environment(variables(sandbox.aws, sandbox.home, sandbox.provider_server.port), os.environ)
    return pulumi_up.deploy(project, cli, sandbox.home, into, on_progress)


@contextmanager
def _program_errors(folder: Path) -> Generator[None]:
    """Turn whatever a program raises into one error that shows the program's own part of the story."""
    try:
        yield
    except SandboxError:
        raise
    except Exception as error:
        raise SandboxError(report.failure(error, folder)) from error


def _send(
    steps: tuple[smoke.Step, ...], deployment: Deployment, sandbox: Sandbox, console: Console
) -> Iterator[smoke.Outcome]:
    for outcome in smoke.send(steps, deployment, sandbox.aws, sandbox.events):
        console.print(report.answer(outcome))
        yield outcome
