"""The status of functions, against the sandbox."""

import dataclasses

import pytest
from delivery.release.stack import Stack, without
from lambdaform_delivery.errors import AccessError, PreflightError
from lambdaform_delivery.release.description import Description
from lambdaform_delivery.release.journal import Journal, Phase
from lambdaform_delivery.release.permissions import Command, policy
from lambdaform_delivery.release.ramp import Ramp
from lambdaform_delivery.release.record import CodeVersion, Record
from lambdaform_delivery.release.status import FunctionStatus, status
from lambdaform_delivery.release.target import ReleaseTarget


def looked_at(stack: Stack, *targets: ReleaseTarget) -> tuple[FunctionStatus, ...]:
    return status(stack.account(), targets)


def description(
    stack: Stack, *, live: str, to: str, member: int = 1, run: str = "run1", phase: Phase = Phase.RAMP
) -> str:
    """Return what a release writes that began 10 minutes ago and was last heard of a minute ago."""
    now = int(stack.clock.now())
    journal = Journal(
        run, "me", CodeVersion(to), Ramp.parse("25,50"), member, 2, now - 600, phase, 0, now - 300, now - 60
    )
    return str(Description("live traffic", Record(CodeVersion(live)), journal))


def test_a_function_before_its_first_release_serves_one_version_and_has_no_record(stack: Stack):
    target = stack.function(versions=2, description="live traffic")

    (found,) = looked_at(stack, target)

    assert str(found.state) == "version 2"
    assert (found.record, found.unfinished, found.newer, found.danger, found.notes) == (None, None, (), "", ())
    assert found.exit_code == 0


def test_the_record_is_read_from_the_description(stack: Stack):
    target = stack.function(versions=3, description="live traffic [lf1 live=3:abcd prev=2,1 bad=9:ffff]")

    (found,) = looked_at(stack, target)

    assert found.record == Record(CodeVersion("3", "abcd"), ("2", "1"), (CodeVersion("9", "ffff"),))


def test_versions_that_are_newer_than_the_live_one_are_listed_in_their_order(stack: Stack):
    target = stack.function(versions=11)
    stack.move(target, "8")

    assert looked_at(stack, target)[0].newer == ("9", "10", "11")


def test_an_unfinished_release_has_its_age_its_last_sign_of_life_and_its_functions_in_order(stack: Stack):
    first, second, other = (stack.function(name, versions=2) for name in ("second", "first", "other"))
    stack.move(first, "1", description(stack, live="1", to="2", member=2), v2=0.25)
    stack.move(second, "1", description(stack, live="1", to="2", member=1), v2=0.25)
    stack.move(other, "1", description(stack, live="1", to="2", run="run2"), v2=0.25)

    found = looked_at(stack, first, second, other)

    assert [each.unfinished and each.unfinished.names for each in found] == [
        ("first", "second"),
        ("first", "second"),
        ("other",),
    ]
    assert found[0].unfinished
    assert (found[0].unfinished.age_seconds, found[0].unfinished.quiet_seconds) == (600, 60)
    assert {(each.danger, each.newer) for each in found} == {("", ())}


def test_a_split_without_a_journal_is_a_danger(stack: Stack):
    target = stack.function(versions=2)
    stack.move(target, "1", v2=0.25)

    (found,) = looked_at(stack, target)

    assert found.danger == "the alias is split, and no release has done it: it serves version 1, 25 % to version 2"
    assert found.exit_code == 7


def test_a_version_that_the_unfinished_release_does_not_know_is_a_danger(stack: Stack):
    target = stack.function(versions=3)
    stack.move(target, "1", description(stack, live="1", to="2"), v3=0.25)

    assert looked_at(stack, target)[0].danger == (
        "the unfinished release does not know version 3, which the alias serves"
    )


def test_an_alias_that_serves_latest_is_a_danger(stack: Stack):
    target = stack.function(versions=2)
    stack.move(target, "$LATEST")

    (found,) = looked_at(stack, target)

    assert found.danger == "the alias serves $LATEST, which changes under its callers"
    assert found.newer == ("1", "2")


def test_a_missing_alias_is_a_danger_and_hides_no_other_function(stack: Stack):
    target = stack.function()
    gone, absent = (dataclasses.replace(target, **change) for change in ({"alias": "prod"}, {"function_name": "no"}))

    found = looked_at(stack, gone, absent, target)

    assert [each.danger for each in found] == [
        "there is no alias `people-search:prod`",
        "there is no alias `no:live`",
        "",
    ]


def test_a_record_that_cannot_be_read_is_a_danger_and_what_is_served_is_still_said(stack: Stack):
    target = stack.function(description="text [lf1 live]")

    (found,) = looked_at(stack, target)

    assert "cannot be read" in found.danger
    assert str(found.state) == "version 1"


def test_an_alias_that_was_moved_by_other_means_is_worth_a_note(stack: Stack):
    target = stack.function(versions=3, description="[lf1 live=2 prev=1]")

    assert looked_at(stack, target)[0].notes == ("somebody else has moved the alias: in the record, version 2 is live",)


def test_a_rollback_target_that_is_gone_is_worth_a_note(stack: Stack):
    target = stack.function(versions=2, description="[lf1 live=2 prev=1]")
    stack.lambda_.delete_function(FunctionName=target.function_name, Qualifier="1")

    assert looked_at(stack, target)[0].notes == ("version 1, to which `rollback` returns, does not exist any more",)


def test_another_account_s_credentials_are_refused(stack: Stack):
    target = dataclasses.replace(stack.function(), account="123456789012")

    with pytest.raises(PreflightError, match="credentials belong to the account 000000000000"):
        looked_at(stack, target)


def test_its_policy_is_enough(stack: Stack):
    target = stack.function(versions=2, description="[lf1 live=2 prev=1]")

    assert status(stack.limited(policy(Command.STATUS, [target])), [target]) == looked_at(stack, target)


@pytest.mark.parametrize("action", ["lambda:GetAlias", "lambda:ListVersionsByFunction"])
def test_without_one_of_its_actions_it_says_which_is_missing(action: str, stack: Stack):
    target = stack.function()
    account = stack.limited(without(action, policy(Command.STATUS, [target])))

    with pytest.raises(AccessError, match=f"not authorized to perform: {action}"):
        status(account, [target])
