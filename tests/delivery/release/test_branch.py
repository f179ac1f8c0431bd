"""Branch aliases, against the sandbox."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from delivery.release.stack import Stack, without, zipped
from lambdaform_delivery.errors import AccessError, LockedError, PreflightError, ReleaseInputError
from lambdaform_delivery.release.account import Account
from lambdaform_delivery.release.branch import Branch, BranchOptions, create_branch, delete_branch, list_branches
from lambdaform_delivery.release.branch_name import branch_alias
from lambdaform_delivery.release.permissions import Command, policy
from lambdaform_delivery.release.target import ReleaseTarget

BRANCH = "feature/search"
ALIAS = branch_alias(BRANCH)


def created(stack: Stack, target: ReleaseTarget, branch: str = BRANCH, **options: Any) -> Branch:
    (made,) = create_branch(stack.account(), [target], branch, BranchOptions(**options))
    return made


def granted(stack: Stack, target: ReleaseTarget) -> list[tuple[Any, str, Any]]:
    """Return principal, action and condition of each statement in the policy of the branch's alias."""
    try:
        policy = stack.lambda_.get_policy(FunctionName=target.function_name, Qualifier=ALIAS)["Policy"]
    except stack.lambda_.exceptions.ResourceNotFoundException:
        return []
    return [(each["Principal"], each["Action"], each["Condition"]) for each in json.loads(policy)["Statement"]]


class Anticipated(Account):
    """An account in which somebody else has moved the branch's alias right before it is written."""

    def __init__(self, stack: Stack, target: ReleaseTarget):
        super().__init__(stack.aws.region, stack.clock, stack.aws.session)
        self._stack, self._target = stack, target

    def write(self, service: str, operation: str, **arguments: object) -> dict[str, Any]:
        self._stack.lambda_.update_alias(FunctionName=self._target.function_name, Name=ALIAS, FunctionVersion="3")
        return super().write(service, operation, **arguments)


def test_a_branch_s_alias_serves_the_version_that_the_stack_has_published(stack: Stack):
    target = stack.function(versions=3)

    assert created(stack, target).version == "3"
    assert stack.aliases(target)[ALIAS]["FunctionVersion"] == "3"


def test_it_serves_the_version_that_is_named(stack: Stack):
    target = stack.function(versions=3)

    assert created(stack, target, version="2").version == "2"


def test_its_description_says_branch_commit_and_time(stack: Stack):
    target = stack.function()

    created(stack, target, commit="1a2b3c4")

    assert stack.aliases(target)[ALIAS]["Description"] == (
        "branch=feature/search commit=1a2b3c4 moved=2026-09-21T14:14:00Z"
    )


def test_again_with_another_version_it_moves_and_without_it_changes_nothing(stack: Stack):
    target = stack.function(versions=3)
    created(stack, target, version="2", commit="1a2b3c4")
    stack.clock.advance(60)

    moved = created(stack, target, version="3", commit="5d6e7f8")
    before = stack.aliases(target)[ALIAS]
    stack.clock.advance(60)
    again = created(stack, target, version="3", commit="5d6e7f8")

    assert (moved.version, moved.label and moved.label.commit) == ("3", "5d6e7f8")
    assert again == moved
    assert stack.aliases(target)[ALIAS] == before


def test_a_split_that_somebody_has_made_ends(stack: Stack):
    target = stack.function(versions=3)
    created(stack, target, version="2")
    stack.lambda_.update_alias(
        FunctionName=target.function_name, Name=ALIAS, RoutingConfig={"AdditionalVersionWeights": {"1": 0.5}}
    )

    created(stack, target, version="2")
    assert "RoutingConfig" not in stack.aliases(target)[ALIAS]


def test_who_was_anticipated_overwrites_nothing(stack: Stack):
    target = stack.function(versions=3)
    created(stack, target, version="1")

    with pytest.raises(LockedError, match="somebody else has changed"):
        create_branch(Anticipated(stack, target), [target], BRANCH, BranchOptions(version="2"))
    assert stack.aliases(target)[ALIAS]["FunctionVersion"] == "3"


def test_an_alias_that_somebody_else_creates_meanwhile_is_moved(stack: Stack):
    target = stack.function(versions=2)

    class Overtaken(Account):
        def write(self, service: str, operation: str, **arguments: object) -> dict[str, Any]:
            if operation == "CreateAlias":
                stack.lambda_.create_alias(FunctionName=target.function_name, Name=ALIAS, FunctionVersion="1")
            return super().write(service, operation, **arguments)

    account = Overtaken(stack.aws.region, stack.clock, stack.aws.session)
    (made,) = create_branch(account, [target], BRANCH, BranchOptions())

    assert made.version == "2"


def test_a_package_becomes_a_new_version_and_the_live_alias_stays_where_it_was(stack: Stack, tmp_path: Path):
    target = dataclasses.replace(stack.function(versions=2), code_owner="pipeline")
    before = stack.aliases(target)["live"]
    package = tmp_path / "branch.zip"
    package.write_bytes(zipped("the branch"))

    assert created(stack, target, zip=package).version == "3"
    assert stack.aliases(target)["live"] == before


def test_a_package_for_a_function_whose_code_belongs_to_the_stack_is_refused(stack: Stack, tmp_path: Path):
    target = stack.function()

    with pytest.raises(ReleaseInputError, match="belongs to the stack"):
        created(stack, target, zip=tmp_path / "branch.zip")
    assert (stack.versions(target), list(stack.aliases(target))) == (["1"], ["live"])


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"version": "$LATEST"}, ReleaseInputError),
        ({"version": "live"}, ReleaseInputError),
        ({"version": "9"}, PreflightError),
        ({"public": True}, ReleaseInputError),
        ({"commit": "HEAD"}, ReleaseInputError),
    ],
)
def test_wrong_options_leave_no_alias(options: dict[str, Any], error: type[Exception], stack: Stack):
    target = stack.function()

    with pytest.raises(error):
        created(stack, target, **options)
    assert list(stack.aliases(target)) == ["live"]


def test_a_function_that_was_never_published_is_refused(stack: Stack):
    target = dataclasses.replace(stack.function(), published_version="$LATEST")

    with pytest.raises(PreflightError, match="has no published version, but `\\$LATEST`"):
        created(stack, target)


@pytest.mark.parametrize("branch", ["live", "main"])
def test_the_alias_that_takes_the_traffic_cannot_be_created_moved_or_deleted(branch: str, stack: Stack):
    target = stack.function(versions=2)
    stack.lambda_.create_alias(FunctionName=target.function_name, Name=branch_alias(branch), FunctionVersion="1")
    named_like_a_branch = dataclasses.replace(target, alias=branch_alias(branch))
    before = stack.aliases(target)

    with pytest.raises(PreflightError, match="takes the traffic"):
        created(stack, named_like_a_branch, branch)
    with pytest.raises(PreflightError, match="takes the traffic"):
        delete_branch(stack.account(), named_like_a_branch, branch)
    assert list_branches(stack.account(), named_like_a_branch) == ()
    assert stack.aliases(target) == before


def test_naming_the_live_alias_as_a_branch_deletes_nothing(stack: Stack):
    target = stack.function()

    assert not delete_branch(stack.account(), target, "live")
    assert list(stack.aliases(target)) == ["live"]


def test_an_alias_of_another_branch_with_the_same_hash_is_neither_moved_nor_deleted(stack: Stack):
    target = stack.function(versions=2)
    created(stack, target, version="1")
    stack.lambda_.update_alias(
        FunctionName=target.function_name, Name=ALIAS, Description="branch=other moved=2026-09-21T14:14:00Z"
    )

    with pytest.raises(PreflightError, match="belongs to the branch `other`"):
        created(stack, target, version="2")
    with pytest.raises(PreflightError, match="belongs to the branch `other`"):
        delete_branch(stack.account(), target, BRANCH)
    assert stack.aliases(target)[ALIAS]["FunctionVersion"] == "1"


def test_a_url_belongs_to_the_alias_and_lets_in_whom_iam_lets_in(stack: Stack):
    target = stack.function()

    made = created(stack, target, url=True)

    config = stack.lambda_.get_function_url_config(FunctionName=target.function_name, Qualifier=ALIAS)
    assert (made.url and made.url.url, config["AuthType"]) == (config["FunctionUrl"], "AWS_IAM")
    assert granted(stack, target) == []


def test_a_public_url_has_both_permissions_that_aws_asks_for(stack: Stack):
    target = stack.function()

    made = created(stack, target, url=True, public=True)

    assert made.url
    assert made.url.is_public
    assert granted(stack, target) == [
        ("*", "lambda:InvokeFunctionUrl", {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}),
        ("*", "lambda:InvokeFunction", {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}),
    ]


def test_a_url_can_become_public_and_private_again_under_the_same_address(stack: Stack):
    target = stack.function()

    urls = [created(stack, target, url=True, public=public).url for public in (False, True, False)]

    assert [url and url.is_public for url in urls] == [False, True, False]
    assert len({url and url.url for url in urls}) == 1
    assert granted(stack, target) == []


def test_moving_the_alias_without_asking_for_a_url_keeps_the_one_it_has(stack: Stack):
    target = stack.function(versions=2)
    created(stack, target, version="1", url=True, public=True)

    created(stack, target, version="2")

    (found,) = list_branches(stack.account(), target)
    assert found.url
    assert len(granted(stack, target)) == 2


def test_a_url_that_was_half_made_is_completed(stack: Stack):
    target = stack.function()
    created(stack, target, url=True, public=True)
    stack.lambda_.remove_permission(FunctionName=target.function_name, Qualifier=ALIAS, StatementId="branch-url-invoke")

    created(stack, target, url=True, public=True)
    assert len(granted(stack, target)) == 2


def test_branches_are_listed_with_their_urls_and_other_aliases_are_not(stack: Stack):
    target = stack.function(versions=2)
    with_url = created(stack, target, url=True, version="1", commit="1a2b3c4")
    main = created(stack, target, "main")
    stack.lambda_.create_alias(FunctionName=target.function_name, Name="br-nightly", FunctionVersion="1")

    assert list_branches(stack.account(), target) == (with_url, main)


def test_a_deleted_branch_leaves_nothing_behind_but_its_version(stack: Stack):
    target = stack.function(versions=2)
    created(stack, target, url=True, public=True, version="1")

    assert delete_branch(stack.account(), target, BRANCH)

    assert list(stack.aliases(target)) == ["live"]
    assert stack.lambda_.list_function_url_configs(FunctionName=target.function_name)["FunctionUrlConfigs"] == []
    assert stack.versions(target) == ["1", "2"]


def test_deleting_it_again_is_no_error(stack: Stack):
    target = stack.function()
    created(stack, target, url=True)

    assert [delete_branch(stack.account(), target, BRANCH) for _ in range(2)] == [True, False]


@pytest.mark.parametrize("before", ["RemovePermission", "DeleteAlias"])
def test_a_deletion_that_was_interrupted_is_completed_by_the_next(before: str, stack: Stack):
    target = stack.function()
    created(stack, target, url=True, public=True)

    class Interrupted(Account):
        def read(self, service: str, operation: str, **arguments: object) -> dict[str, Any]:
            if operation == before:
                raise KeyboardInterrupt
            return super().read(service, operation, **arguments)

    with pytest.raises(KeyboardInterrupt):
        delete_branch(Interrupted(stack.aws.region, stack.clock, stack.aws.session), target, BRANCH)
    assert ALIAS in stack.aliases(target)

    assert delete_branch(stack.account(), target, BRANCH)
    assert list(stack.aliases(target)) == ["live"]


def test_its_policy_is_enough_to_create_move_list_and_delete(stack: Stack):
    target = stack.function(versions=2)
    account = stack.limited(policy(Command.BRANCH, [target]))

    for version, public in (("1", False), ("2", True), ("2", False)):
        create_branch(account, [target], BRANCH, BranchOptions(version=version, url=True, public=public))
    assert [each.version for each in list_branches(account, target)] == ["2"]
    assert delete_branch(account, target, BRANCH)


def test_its_policy_is_enough_to_publish_what_the_pipeline_owns(stack: Stack, tmp_path: Path):
    target = dataclasses.replace(stack.function(), code_owner="pipeline")
    package = tmp_path / "branch.zip"
    package.write_bytes(zipped("the branch"))
    account = stack.limited(policy(Command.BRANCH, [target]))

    (made,) = create_branch(account, [target], BRANCH, BranchOptions(zip=package))
    assert made.version == "2"


@pytest.mark.parametrize(
    "action",
    [
        "lambda:AddPermission",
        "lambda:CreateAlias",
        "lambda:CreateFunctionUrlConfig",
        "lambda:GetAlias",
        "lambda:GetFunctionConfiguration",
        "lambda:GetFunctionUrlConfig",
    ],
)
def test_without_one_of_its_actions_nothing_is_made_public_and_the_next_one_completes_it(action: str, stack: Stack):
    target = stack.function()
    account = stack.limited(without(action, policy(Command.BRANCH, [target])))
    options = BranchOptions(url=True, public=True)

    with pytest.raises(AccessError, match=f"not authorized to perform: {action}"):
        create_branch(account, [target], BRANCH, options)
    assert len(granted(stack, target)) < 2
    assert stack.aliases(target)["live"]["FunctionVersion"] == "1"

    create_branch(stack.account(), [target], BRANCH, options)
    assert len(granted(stack, target)) == 2


@pytest.mark.parametrize(
    ("action", "options"),
    [
        ("lambda:UpdateAlias", {"version": "2"}),
        ("lambda:UpdateFunctionUrlConfig", {"version": "1", "url": True}),
        ("lambda:RemovePermission", {"version": "1", "url": True}),
    ],
)
def test_without_one_of_its_actions_a_branch_is_not_changed_by_half_unnoticed(
    action: str, options: dict[str, Any], stack: Stack
):
    target = stack.function(versions=2)
    created(stack, target, version="1", url=True, public=True)
    account = stack.limited(without(action, policy(Command.BRANCH, [target])))

    with pytest.raises(AccessError, match=f"not authorized to perform: {action}"):
        create_branch(account, [target], BRANCH, BranchOptions(**options))
    assert stack.aliases(target)[ALIAS]["FunctionVersion"] == "1"


@pytest.mark.parametrize(
    "action",
    ["lambda:DeleteAlias", "lambda:DeleteFunctionUrlConfig", "lambda:GetAlias", "lambda:RemovePermission"],
)
def test_without_one_of_its_actions_a_deletion_keeps_the_alias_for_the_next(action: str, stack: Stack):
    target = stack.function()
    created(stack, target, url=True, public=True)
    account = stack.limited(without(action, policy(Command.BRANCH, [target])))

    with pytest.raises(AccessError, match=f"not authorized to perform: {action}"):
        delete_branch(account, target, BRANCH)
    assert ALIAS in stack.aliases(target)


@pytest.mark.parametrize("action", ["lambda:ListAliases", "lambda:ListFunctionUrlConfigs"])
def test_without_one_of_its_actions_a_list_says_which_is_missing(action: str, stack: Stack):
    target = stack.function()

    with pytest.raises(AccessError, match=f"not authorized to perform: {action}"):
        list_branches(stack.limited(without(action, policy(Command.BRANCH, [target]))), target)


def test_its_policy_reaches_no_url_of_another_alias(stack: Stack):
    target = stack.function()
    account = stack.limited(policy(Command.BRANCH, [target]))

    with pytest.raises(AccessError, match="lambda:CreateFunctionUrlConfig"):
        account.write(
            "lambda",
            "CreateFunctionUrlConfig",
            FunctionName=target.function_name,
            Qualifier="live",
            AuthType="NONE",
        )


def test_another_account_s_credentials_change_nothing(stack: Stack):
    target = stack.function()
    elsewhere = dataclasses.replace(target, account="123456789012")

    with pytest.raises(PreflightError, match="credentials belong to the account"):
        created(stack, elsewhere)
    assert list(stack.aliases(target)) == ["live"]
