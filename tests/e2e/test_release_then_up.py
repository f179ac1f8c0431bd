"""A release, a rollback, and `pulumi up` after each of them: two tools share one alias in peace."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.served import Stack
from lambdaform_delivery.release import Outcome, ReleaseOptions, ReleaseTarget, Result, read_targets, release, rollback
from lambdaform_sandbox.sandbox import Sandbox
from tools.pulumi_project import needs_pulumi

pytestmark = needs_pulumi

PROGRAM = """
worker = Function("worker", {**HOUSE, "alias_owner": AliasOwner.RELEASE, "probe": "probe.json"})
pulumi.export("releases", [worker.release])
"""
NOTHING: dict[str, frozenset[str]] = {}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def stack(sandbox: Sandbox, tmp_path: Path) -> Stack:
    stack = Stack.new(sandbox, tmp_path / "shop")
    (stack.folder / "probe.json").write_text("{}", encoding="utf-8")
    stack.up(PROGRAM)
    return stack


def exported(stack: Stack) -> tuple[ReleaseTarget, ...]:
    return read_targets(stack.outputs())


def released(sandbox: Sandbox, stack: Stack) -> Outcome:
    options = ReleaseOptions(ramp="all-at-once", probes=5, watch_seconds=0)
    return release(exported(stack), options, session=sandbox.aws.session, folder=stack.folder)


def live(sandbox: Sandbox, stack: Stack) -> str:
    [target] = exported(stack)
    alias = sandbox.aws.client("lambda").get_alias(FunctionName=target.function_name, Name=target.alias)
    return alias["FunctionVersion"]


def test_after_a_release_and_after_a_rollback_a_preview_is_empty(sandbox: Sandbox, stack: Stack):
    stack.write(PROGRAM, worker='def handle(event, context):\n    return "second"\n')
    assert stack.up()["update"] == {"Function worker"}
    assert live(sandbox, stack) == "1"

    assert released(sandbox, stack).result is Result.PROMOTED
    assert (live(sandbox, stack), stack.preview(), stack.up(), stack.refresh()) == ("2", NOTHING, NOTHING, NOTHING)

    assert rollback(exported(stack), session=sandbox.aws.session).result is Result.RESTORED
    assert (live(sandbox, stack), stack.preview(), stack.up()) == ("1", NOTHING, NOTHING)
    assert live(sandbox, stack) == "1"


def test_a_version_whose_code_cannot_start_is_never_live(sandbox: Sandbox, stack: Stack):
    stack.write(PROGRAM, worker="import names_that_nobody_packaged\n\ndef handle(event, context): ...\n")
    stack.up()

    outcome = released(sandbox, stack)

    assert (outcome.result, live(sandbox, stack)) == (Result.ROLLED_BACK, "1")
    assert stack.preview() == NOTHING
