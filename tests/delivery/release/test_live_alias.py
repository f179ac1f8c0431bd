"""One alias by compare-and-swap, against answers that are lost, late or somebody else's."""

import dataclasses
from typing import Any

import pytest
from delivery.release.stack import Stack
from lambdaform_delivery.errors import LockedError, PreflightError, ReleaseError, UnsafeAliasError
from lambdaform_delivery.release.description import Description
from lambdaform_delivery.release.live_alias import LiveAlias
from lambdaform_delivery.release.target import ReleaseTarget
from lambdaform_sandbox.faults import Fault

SPLIT = {"2": 0.25}


@pytest.fixture
def target(stack: Stack) -> ReleaseTarget:
    """Return a function of whose two versions the first is live."""
    made = stack.function(versions=2)
    stack.move(made, "1", "live traffic")
    return made


def opened(stack: Stack, target: ReleaseTarget) -> LiveAlias:
    return LiveAlias(stack.account(), target.function_name, target.alias)


def shown(stack: Stack, target: ReleaseTarget) -> dict[str, Any]:
    with stack.aws.faults.unseen():
        return stack.aliases(target)["live"]


def writes(stack: Stack) -> int:
    return len([call for call in stack.aws.faults.calls if call.operation == "UpdateAlias"])


def test_a_write_sends_every_field(stack: Stack, target: ReleaseTarget):
    alias = opened(stack, target)
    alias.write("1", SPLIT, Description("split"))

    alias.write("1", {}, Description("whole"))

    found = shown(stack, target)
    assert (found["FunctionVersion"], found["Description"]) == ("1", "whole")
    assert "RoutingConfig" not in found


def test_what_the_alias_says_already_is_not_written(stack: Stack, target: ReleaseTarget):
    alias, before = opened(stack, target), writes(stack)

    alias.write("1", {}, Description("live traffic"))

    assert writes(stack) == before


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.RESET, Fault.SERVICE_ERROR, Fault.UNAVAILABLE])
def test_a_write_whose_answer_is_lost_is_looked_at_and_stands_in_the_end(
    stack: Stack, target: ReleaseTarget, fault: Fault
):
    alias, before = opened(stack, target), writes(stack)
    stack.aws.faults.inject(fault, "UpdateAlias")

    alias.write("1", SPLIT, Description("split"))

    assert shown(stack, target)["RevisionId"] == alias.state.revision_id
    assert writes(stack) - before == (1 if fault is Fault.LOST_ANSWER else 2)


def test_a_precondition_that_fails_without_anybody_having_changed_anything_is_tried_again(
    stack: Stack, target: ReleaseTarget
):
    alias = opened(stack, target)
    stack.aws.faults.inject(Fault.PRECONDITION_FAILED, "UpdateAlias", times=3)

    alias.write("1", SPLIT, Description("split"))

    assert shown(stack, target)["Description"] == "split"


def test_what_somebody_else_wrote_is_left_alone(stack: Stack, target: ReleaseTarget):
    alias = opened(stack, target)
    stack.move(target, "2", "by hand")

    with pytest.raises(LockedError, match=r"somebody else has changed `people-search:live`: it serves version 2"):
        alias.write("1", SPLIT, Description("split"))

    assert shown(stack, target)["Description"] == "by hand"


def test_somebody_who_wrote_between_a_lost_answer_and_the_look_is_left_alone(stack: Stack, target: ReleaseTarget):
    alias = opened(stack, target)
    stack.aws.faults.inject(Fault.LOST_ANSWER, "UpdateAlias")
    stack.aws.faults.before(lambda _: stack.move(target, "2", "by hand"), "GetAlias")

    with pytest.raises(LockedError):
        alias.write("1", SPLIT, Description("split"))

    assert shown(stack, target)["Description"] == "by hand"


def test_a_revision_that_changed_without_the_content_is_nobody_else(stack: Stack, target: ReleaseTarget):
    alias = opened(stack, target)
    stack.move(target, "1", "live traffic")

    alias.write("1", SPLIT, Description("split"))

    assert shown(stack, target)["Description"] == "split"


def test_reads_that_lag_behind_the_own_writes_mislead_nobody(stack: Stack, target: ReleaseTarget):
    alias = opened(stack, target)
    functions = stack.aws.functions
    functions.delays = dataclasses.replace(functions.delays, alias_reads=(5.0, 5.0))
    alias.write("1", SPLIT, Description("split"))
    stack.aws.faults.inject(Fault.LOST_ANSWER, "UpdateAlias")

    alias.write("1", {}, Description("whole"))

    stack.clock.advance(10)
    assert shown(stack, target)["Description"] == "whole"


def test_a_write_in_doubt_is_recognised_by_the_next_one(stack: Stack, target: ReleaseTarget):
    alias = opened(stack, target)
    stack.aws.faults.inject(Fault.LOST_ANSWER, "UpdateAlias")
    stack.aws.faults.inject(Fault.UNAVAILABLE, "GetAlias", times=8)
    with pytest.raises(ReleaseError):
        alias.write("1", SPLIT, Description("split"))

    alias.write("1", {}, Description("back"))

    assert shown(stack, target)["Description"] == "back"


def test_an_alias_that_is_gone_is_not_made_anew(stack: Stack, target: ReleaseTarget):
    alias = opened(stack, target)
    stack.lambda_.delete_alias(FunctionName=target.function_name, Name="live")

    with pytest.raises(UnsafeAliasError, match="does not exist any more") as caught:
        alias.write("1", SPLIT, Description("split"))

    hint = "aws lambda create-alias --function-name people-search --name live --function-version 1, then `pulumi up`"
    assert caught.value.hint == hint
    assert stack.aliases(target) == {}


def test_a_version_that_is_gone_is_told_apart_from_the_alias(stack: Stack, target: ReleaseTarget):
    alias = opened(stack, target)
    stack.lambda_.delete_function(FunctionName=target.function_name, Qualifier="2")

    with pytest.raises(PreflightError, match=r"`people-search` has no version 1 or 2 any more"):
        alias.write("1", SPLIT, Description("split"))


def test_an_alias_that_cannot_be_read_is_not_called_gone(stack: Stack, target: ReleaseTarget):
    alias = opened(stack, target)
    stack.lambda_.delete_function(FunctionName=target.function_name, Qualifier="2")
    stack.aws.faults.inject(Fault.UNAVAILABLE, "GetAlias", times=8)

    with pytest.raises(ReleaseError, match="AWS refused GetAlias") as caught:
        alias.write("1", SPLIT, Description("split"))

    assert not isinstance(caught.value, UnsafeAliasError)


def test_a_write_that_aws_never_answers_is_given_up(stack: Stack, target: ReleaseTarget):
    alias = opened(stack, target)
    stack.aws.faults.inject(Fault.RESET, "UpdateAlias", times=None)

    with pytest.raises(ReleaseError, match="`people-search:live` cannot be written: AWS does not answer"):
        alias.write("1", SPLIT, Description("split"))
