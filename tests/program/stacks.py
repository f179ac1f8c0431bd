"""Runs the program as one of its stacks, the way a user does: from the stack file, through `__main__.py`."""

import functools
from pathlib import Path

from lambdaform.testing import Recording, deploy
from lambdaform_sandbox.project import Project

__all__ = ["PROJECT_FOLDER", "STACKS", "project_of", "run"]

PROJECT_FOLDER = Path(__file__).parents[2]
STACKS = ("prod", "sandbox", "staging")


def project_of(stack: str) -> Project:
    """Return the project as one of its stacks configures it."""
    return Project.load(PROJECT_FOLDER, stack)


@functools.cache
def run(stack: str, preview: bool = False) -> Recording:
    """Return what the program registers as `stack`; nothing is built, and nobody is asked."""
    project = project_of(stack)
    [account] = project.allowed_account_ids
    return deploy(
        project.main,
        project=project.name,
        stack=project.stack,
        config=project.config,
        root=project.folder,
        account=account,
        region=project.region,
        preview=preview,
    )
