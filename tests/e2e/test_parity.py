"""The rehearsal and the engine end with the same account: the reference system, read back through the AWS API."""

from collections.abc import Callable, Mapping
from typing import Any

from e2e.account import snapshot
from e2e.served import REPOSITORY, command_line, into
from lambdaform_sandbox.project import Project
from lambdaform_sandbox.pulumi_up import deploy
from lambdaform_sandbox.rehearsal import rehearse
from lambdaform_sandbox.sandbox import Sandbox
from tools.pulumi_project import needs_pulumi

PROJECT = Project.load(REPOSITORY, "sandbox")


def account_after(deploying: Callable[[Sandbox], object]) -> Mapping[str, Any]:
    with Sandbox(region=PROJECT.region, default_tags=PROJECT.default_tags) as sandbox:
        deploying(sandbox)
        return snapshot(sandbox.aws.client)


@needs_pulumi
def test_a_first_up_by_the_engine_leaves_the_account_that_the_rehearsal_leaves():
    rehearsed = account_after(lambda sandbox: rehearse(PROJECT, sandbox.aws, sandbox.provider))
    deployed = account_after(lambda sandbox: deploy(PROJECT, command_line(), sandbox.home, into(sandbox)))
    assert deployed == rehearsed
    assert len(rehearsed["lambda"]) == 3
