"""Pruning, against the sandbox."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from delivery.release.stack import Stack, without
from lambdaform_delivery.errors import AccessError, PreflightError, ReleaseInputError
from lambdaform_delivery.release.account import Account
from lambdaform_delivery.release.permissions import Command, policy
from lambdaform_delivery.release.prune import prune, read_code_storage
from lambdaform_delivery.release.target import ReleaseTarget
from lambdaform_delivery.release.versions import delete_version
from lambdaform_sandbox.overlay.durable import start_execution

A_YEAR = 365 * 24 * 60 * 60
JOURNAL = "run=r.o to=8 ramp=25 step=0 phase=ramp at=1+1+1 ok=0 of=1/1"
NEEDED = [
    "lambda:DeleteFunction",
    "lambda:ListAliases",
    "lambda:ListProvisionedConcurrencyConfigs",
    "lambda:ListVersionsByFunction",
]


@pytest.fixture
def target(stack: Stack) -> ReleaseTarget:
    """A function with 8 old versions, of which the last is live."""
    target = stack.function(versions=8)
    stack.clock.advance(A_YEAR)
    return target


class Meddled(Account):
    """An account in which somebody else does something right before an operation is called for the nth time."""

    def __init__(self, stack: Stack, operation: str, meddle: Callable[[], object], before: int = 1):
        super().__init__(stack.aws.region, stack.clock, stack.aws.session)
        self._operation, self._meddle, self._before = operation, meddle, before

    def read(self, service: str, operation: str, **arguments: object) -> dict[str, Any]:
        if operation == self._operation:
            self._before -= 1
            if self._before == 0:
                self._meddle()
        return super().read(service, operation, **arguments)


def test_without_delete_it_says_what_would_go_and_deletes_nothing(stack: Stack, target: ReleaseTarget):
    (found,) = prune(stack.account(), [target], keep=5)

    assert [each.version.number for each in found.decisions if not each.is_kept] == ["1", "2", "3"]
    assert len(stack.versions(target)) == 8


def test_with_delete_it_deletes_what_it_said_and_the_function_lives_on(stack: Stack, target: ReleaseTarget):
    planned = prune(stack.account(), [target], keep=5)

    assert prune(stack.account(), [target], keep=5, delete=True) == planned
    assert stack.versions(target) == ["4", "5", "6", "7", "8"]
    assert set(stack.aliases(target)) == {"live"}


def test_a_second_time_there_is_nothing_to_do(stack: Stack, target: ReleaseTarget):
    prune(stack.account(), [target], delete=True)

    (found,) = prune(stack.account(), [target], delete=True)
    assert (found.freed_bytes, [each for each in found.decisions if not each.is_kept]) == (0, [])


def test_code_storage_is_counted_by_version(stack: Stack, target: ReleaseTarget):
    (found,) = prune(stack.account(), [target], keep=5)

    sizes = [each.version.size_bytes for each in found.decisions]
    assert (found.total_bytes, found.freed_bytes) == (sum(sizes), sum(sizes[:3]))
    assert min(sizes) > 100


def test_what_was_published_today_stays(stack: Stack):
    target = stack.function(versions=4)

    (found,) = prune(stack.account(), [target], keep=2)
    assert {each.reason for each in found.decisions[:2]} == {"it is younger than a day"}


def test_a_version_with_provisioned_concurrency_stays(stack: Stack, target: ReleaseTarget):
    stack.lambda_.put_provisioned_concurrency_config(
        FunctionName=target.function_name, Qualifier="2", ProvisionedConcurrentExecutions=1
    )

    prune(stack.account(), [target], delete=True)
    assert stack.versions(target) == ["2", "4", "5", "6", "7", "8"]


@pytest.fixture
def durable(stack: Stack) -> ReleaseTarget:
    """The same function, with durable executions: one has ended on version 1, one is paused on version 2."""
    config = {"ExecutionTimeout": 3600, "RetentionPeriodInDays": 14}
    target = stack.function(versions=8, DurableConfig=config)
    start_execution(stack.aws.functions, target.function_name, "1", "ended", "SUCCEEDED")
    start_execution(stack.aws.functions, target.function_name, "2", "paused", "PAUSED")
    stack.clock.advance(A_YEAR)
    return target


def test_a_version_with_an_unended_durable_execution_stays(stack: Stack, durable: ReleaseTarget):
    account = stack.limited(policy(Command.PRUNE, [durable]))

    (found,) = prune(account, [durable], delete=True)

    assert stack.versions(durable) == ["2", "4", "5", "6", "7", "8"]
    assert found.decisions[1].reason == "durable executions are running on it"


def test_whoever_may_not_list_durable_executions_deletes_nothing(stack: Stack, durable: ReleaseTarget):
    action = "lambda:ListDurableExecutionsByFunction"
    account = stack.limited(without(action, policy(Command.PRUNE, [durable])))

    with pytest.raises(AccessError, match=action):
        prune(account, [durable], delete=True)
    assert len(stack.versions(durable)) == 8


def test_a_function_with_an_unfinished_release_is_left_alone_and_the_others_are_not(
    stack: Stack, target: ReleaseTarget
):
    other = stack.function("worker", versions=8)
    stack.clock.advance(A_YEAR)
    stack.move(target, "7", f"[lf1 live=7 {JOURNAL}]", v8=0.25)

    found = prune(stack.account(), [target, other], delete=True)

    assert found[0].left_alone == "a release of the alias `live` to version 8 is unfinished"
    assert [len(stack.versions(each)) for each in (target, other)] == [8, 5]


def test_an_alias_that_appears_meanwhile_keeps_its_version(stack: Stack, target: ReleaseTarget):
    def point_to_2() -> None:
        stack.lambda_.create_alias(FunctionName=target.function_name, Name="br-x", FunctionVersion="2")

    # The first list is for the plan, the next two are before the deletions of 1 and 2.
    (found,) = prune(Meddled(stack, "ListAliases", point_to_2, before=3), [target], delete=True)

    assert stack.versions(target) == ["2", "4", "5", "6", "7", "8"]
    assert found.decisions[1].reason == "the alias `br-x` serves it"


def test_an_alias_that_appears_in_the_last_moment_keeps_its_version_by_aws_s_refusal(
    stack: Stack, target: ReleaseTarget
):
    def point_to_1() -> None:
        stack.lambda_.create_alias(FunctionName=target.function_name, Name="br-x", FunctionVersion="1")

    (found,) = prune(Meddled(stack, "DeleteFunction", point_to_1), [target], delete=True)

    assert found.decisions[0].is_kept
    assert "referenced by alias(es): br-x" in found.decisions[0].reason
    assert stack.versions(target) == ["1", "4", "5", "6", "7", "8"]


def test_a_release_that_begins_meanwhile_ends_the_deletions(stack: Stack, target: ReleaseTarget):
    def begin() -> None:
        stack.move(target, "7", f"[lf1 live=7 {JOURNAL}]", v8=0.25)

    (found,) = prune(Meddled(stack, "ListAliases", begin, before=3), [target], delete=True)

    assert stack.versions(target) == ["2", "3", "4", "5", "6", "7", "8"]
    assert found.decisions[2].reason == "a release of the alias `live` to version 8 is unfinished"


def test_interrupted_it_has_deleted_some_and_the_next_one_deletes_the_rest(stack: Stack, target: ReleaseTarget):
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prune(Meddled(stack, "DeleteFunction", interrupt, before=2), [target], delete=True)
    assert stack.versions(target) == ["2", "3", "4", "5", "6", "7", "8"]

    prune(stack.account(), [target], delete=True)
    assert stack.versions(target) == ["4", "5", "6", "7", "8"]


@pytest.mark.parametrize("keep", [1, 0, -3])
def test_fewer_than_two_versions_are_never_left(keep: int, stack: Stack, target: ReleaseTarget):
    with pytest.raises(ReleaseInputError, match=f"keep is {keep}: at least 2"):
        prune(stack.account(), [target], keep=keep, delete=True)


def test_another_account_s_credentials_delete_nothing(stack: Stack, target: ReleaseTarget):
    elsewhere = dataclasses.replace(target, account="123456789012")

    with pytest.raises(PreflightError, match="credentials belong to the account"):
        prune(stack.account(), [elsewhere], delete=True)
    assert len(stack.versions(target)) == 8


@pytest.mark.parametrize(
    ("function_name", "number"),
    [
        ("people-search", ""),
        ("people-search", "$LATEST"),
        ("people-search", "live"),
        ("people-search", "0"),
        ("people-search", "٣"),
        ("people-search", "1\n"),
        ("people-search:live", "1"),
        ("", "1"),
    ],
)
def test_nothing_but_a_numbered_version_can_be_deleted(
    function_name: str, number: str, stack: Stack, target: ReleaseTarget
):
    with pytest.raises(ReleaseInputError, match="only numbered versions"):
        delete_version(stack.account(), function_name, number)
    assert len(stack.versions(target)) == 8


def test_its_policy_is_enough(stack: Stack, target: ReleaseTarget):
    account = stack.limited(policy(Command.PRUNE, [target]))

    prune(account, [target], delete=True)

    assert stack.versions(target) == ["4", "5", "6", "7", "8"]
    assert read_code_storage(account) is not None


@pytest.mark.parametrize("action", NEEDED)
def test_without_one_of_its_actions_it_deletes_nothing_and_says_which_is_missing(
    action: str, stack: Stack, target: ReleaseTarget
):
    account = stack.limited(without(action, policy(Command.PRUNE, [target])))

    with pytest.raises(AccessError, match=f"not authorized to perform: {action}"):
        prune(account, [target], delete=True)
    assert len(stack.versions(target)) == 8


def test_a_plan_needs_no_right_to_delete(stack: Stack, target: ReleaseTarget):
    account = stack.limited(without("lambda:DeleteFunction", policy(Command.PRUNE, [target])))

    assert prune(account, [target])[0].freed_bytes > 0


def test_its_policy_does_not_let_anybody_delete_the_function(stack: Stack, target: ReleaseTarget):
    account = stack.limited(policy(Command.PRUNE, [target]))

    with pytest.raises(AccessError, match="explicit deny"):
        account.write("lambda", "DeleteFunction", FunctionName=target.function_name)


def test_the_account_s_storage_is_unknown_to_who_may_not_ask(stack: Stack, target: ReleaseTarget):
    account = stack.limited(without("lambda:GetAccountSettings", policy(Command.PRUNE, [target])))

    assert read_code_storage(account) is None
