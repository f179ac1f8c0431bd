"""Rehearsal: a Pulumi program run in this process, from an empty account to a deployed system, without Pulumi's CLI."""

from collections.abc import Callable, Mapping
from typing import Any

from lambdaform.testing import Recording, run_program

from .account_guard import require_sandbox_account
from .errors import SandboxError
from .project import Project
from .provider import Provider
from .server import AwsServer
from .shell import sandboxed

__all__ = ["OnProgress", "rehearse", "require_sandbox_stack"]

OnProgress = Callable[[str, str], None]
"""Called with type token and name before each resource is created."""


def rehearse(
    project: Project, aws: AwsServer, provider: Provider, on_progress: OnProgress = lambda _token, _name: None
) -> Recording:
    """Run the program and create what it registers; return everything it registered.

    Refuse a stack that is not the sandbox's own before anything happens. Errors of the program are raised as they are.
    """
    require_sandbox_stack(project)
    try:
        with sandboxed(aws):
            recording = run_program(
                project.main,
                _Watched(provider, on_progress),
                project=project.name,
                stack=project.stack,
                config=project.config,
                root=project.folder,
            )
    except SystemExit as end:
        raise SandboxError(f"the program ended itself with exit code {end.code or 0}") from end
    _require_no_logged_errors(recording)
    return recording


def require_sandbox_stack(project: Project) -> None:
    """Raise SandboxError unless the stack is the sandbox's own."""
    require_sandbox_account(project.allowed_account_ids, f"`aws:allowedAccountIds` of the stack `{project.stack}`")


class _Watched:
    """A provider that tells what it is about to do."""

    def __init__(self, provider: Provider, on_progress: OnProgress):
        self._provider = provider
        self._on_progress = on_progress
        self.read = provider.read
        self.invoke = provider.invoke

    def create(self, token: str, name: str, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        self._on_progress(token, name)
        return self._provider.create(token, name, inputs)


def _require_no_logged_errors(recording: Recording) -> None:
    """Raise SandboxError if the program logged an error: with Pulumi's engine the deployment fails then."""
    errors = [log.message for log in recording.logs if log.severity == "error"]
    if errors:
        raise SandboxError("the program logged an error: " + "\n".join(errors))
