from typing import Any

import pytest
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.delays import Delays
from lambdaform_sandbox.server import AwsServer
from sandbox.overlay.account import Account, document, refused


def weights(**shares: float) -> dict[str, Any]:
    """Return a routing configuration; `v2=0.1` gives version 2 a tenth."""
    return {"AdditionalVersionWeights": {number.removeprefix("v"): share for number, share in shares.items()}}


def two_versions(account: Account) -> None:
    account.create(Publish=True)
    account.publish("two")


def test_every_update_of_an_alias_changes_its_revision(account: Account):
    two_versions(account)
    created = account.alias("1")

    updated = account.lambda_.update_alias(FunctionName="worker", Name="live", Description="same version")

    assert updated["RevisionId"] != created["RevisionId"]


def test_an_update_on_an_old_revision_changes_nothing(account: Account):
    two_versions(account)
    old = account.alias("1")["RevisionId"]
    account.lambda_.update_alias(FunctionName="worker", Name="live", Description="somebody else")

    with refused("PreconditionFailedException", 412):
        account.lambda_.update_alias(FunctionName="worker", Name="live", FunctionVersion="2", RevisionId=old)

    assert account.lambda_.get_alias(FunctionName="worker", Name="live")["FunctionVersion"] == "1"


def test_an_update_changes_only_what_is_given(sandbox: Account):
    two_versions(sandbox)
    sandbox.alias("1", Description="kept", RoutingConfig=weights(v2=0.1))

    sandbox.lambda_.update_alias(FunctionName="worker", Name="live", RoutingConfig=weights(v2=0.5))
    alias = sandbox.lambda_.get_alias(FunctionName="worker", Name="live")

    assert (alias["FunctionVersion"], alias["Description"]) == ("1", "kept")
    assert alias["RoutingConfig"] == weights(v2=0.5)


def test_moving_only_the_version_onto_the_one_that_has_a_share_is_refused(account: Account):
    two_versions(account)
    account.alias("1", RoutingConfig=weights(v2=0.1))

    with refused("InvalidParameterValueException"):
        account.lambda_.update_alias(FunctionName="worker", Name="live", FunctionVersion="2")


def test_version_and_cleared_weights_are_swapped_in_one_call(sandbox: Account):
    two_versions(sandbox)
    sandbox.alias("1", RoutingConfig=weights(v2=0.1))

    swapped = sandbox.lambda_.update_alias(
        FunctionName="worker", Name="live", FunctionVersion="2", RoutingConfig=weights()
    )

    assert swapped["FunctionVersion"] == "2"
    assert not swapped.get("RoutingConfig")


@pytest.mark.parametrize(
    ("routing", "code"),
    [
        (weights(v1=0.1), "InvalidParameterValueException"),
        (weights(v2=0.1, v3=0.1), "InvalidParameterValueException"),
        (weights(v2=1.5), "ValidationException"),
        (weights(live=0.1), "ValidationException"),
        (weights(v77=0.1), "ResourceNotFoundException"),
    ],
    ids=["the same version", "two more versions", "more than all", "no number", "no such version"],
)
def test_a_share_that_cannot_be_is_refused(account: Account, routing: dict[str, Any], code: str):
    two_versions(account)
    account.publish("three")

    with refused(code):
        account.alias("1", RoutingConfig=routing)


def test_the_unpublished_version_does_not_share(account: Account):
    two_versions(account)

    with refused("InvalidParameterValueException", because="LATEST"):
        account.alias("$LATEST", RoutingConfig=weights(v2=0.1))


def test_versions_with_different_roles_do_not_share(account: Account):
    two_versions(account)
    account.lambda_.update_function_configuration(FunctionName="worker", Role=account.make_role("other"))
    account.lambda_.publish_version(FunctionName="worker")

    with refused("InvalidParameterValueException", because="Role"):
        account.alias("1", RoutingConfig=weights(v3=0.1))


def test_versions_with_different_dead_letter_queues_do_not_share(account: Account):
    two_versions(account)
    queue = account.queue()
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue}
    account.client("iam").put_role_policy(RoleName="function", PolicyName="send", PolicyDocument=document(send))
    account.lambda_.update_function_configuration(FunctionName="worker", DeadLetterConfig={"TargetArn": queue})
    account.lambda_.publish_version(FunctionName="worker")

    with refused("InvalidParameterValueException", because="DeadLetterConfig"):
        account.alias("1", RoutingConfig=weights(v3=0.1))


@pytest.mark.parametrize("name", ["12", "with space"])
def test_a_name_that_could_be_taken_for_a_version_or_is_no_name_is_refused(account: Account, name: str):
    account.create(Publish=True)

    with refused("ValidationException"):
        account.lambda_.create_alias(FunctionName="worker", Name=name, FunctionVersion="1")


def test_a_name_is_taken_once(account: Account):
    account.create(Publish=True)
    account.alias("1")

    with refused("ResourceConflictException", 409):
        account.alias("1")


def test_an_alias_is_not_made_for_a_version_that_does_not_exist(sandbox: Account):
    sandbox.create()

    with refused("ResourceNotFoundException", 404):
        sandbox.alias("1")


def test_an_alias_is_not_made_for_an_alias(account: Account):
    account.create(Publish=True)
    account.alias("1")

    with refused("ResourceNotFoundException", 404):
        account.lambda_.create_alias(FunctionName="worker", Name="other", FunctionVersion="live")


def test_a_function_asked_for_by_its_alias_answers_with_the_alias_arn(account: Account):
    account.create(Publish=True)
    arn = account.alias("1")["AliasArn"]

    configuration = account.lambda_.get_function_configuration(FunctionName="worker", Qualifier="live")

    assert (configuration["FunctionArn"], configuration["Version"]) == (arn, "1")


def test_aliases_are_listed_by_the_version_they_use(account: Account):
    two_versions(account)
    account.alias("1", RoutingConfig=weights(v2=0.1))
    account.lambda_.create_alias(FunctionName="worker", Name="old", FunctionVersion="1")

    listed = account.lambda_.list_aliases(FunctionName="worker", FunctionVersion="2")["Aliases"]

    assert [alias["Name"] for alias in listed] == ["live"]


def test_aliases_are_listed_in_pages(account: Account):
    account.create(Publish=True)
    for name in ("a", "b", "c"):
        account.lambda_.create_alias(FunctionName="worker", Name=name, FunctionVersion="1")

    first = account.lambda_.list_aliases(FunctionName="worker", MaxItems=2)
    second = account.lambda_.list_aliases(FunctionName="worker", MaxItems=2, Marker=first["NextMarker"])

    assert [alias["Name"] for page in (first, second) for alias in page["Aliases"]] == ["a", "b", "c"]


def test_an_alias_that_is_gone_is_not_found_and_can_be_deleted_again(sandbox: Account):
    sandbox.create(Publish=True)
    sandbox.alias("1")
    for _ in range(2):
        sandbox.lambda_.delete_alias(FunctionName="worker", Name="live")

    with refused("ResourceNotFoundException", 404, because="Cannot find alias arn"):
        sandbox.lambda_.get_alias(FunctionName="worker", Name="live")


def test_reads_of_an_alias_may_show_it_as_it_was_for_a_while():
    clock = ManualClock()
    with AwsServer(clock=clock, delays=Delays(alias_reads=(5, 5))) as aws:
        account = Account(aws.client)
        two_versions(account)
        account.alias("1")
        moved = account.lambda_.update_alias(FunctionName="worker", Name="live", FunctionVersion="2")
        clock.advance(4)
        stale = account.lambda_.get_alias(FunctionName="worker", Name="live")
        (listed,) = account.lambda_.list_aliases(FunctionName="worker")["Aliases"]
        clock.advance(1)
        fresh = account.lambda_.get_alias(FunctionName="worker", Name="live")

    assert (stale["FunctionVersion"], listed["FunctionVersion"], fresh["FunctionVersion"]) == ("1", "1", "2")
    assert stale["RevisionId"] != fresh["RevisionId"] == moved["RevisionId"]


def test_a_write_is_compared_with_the_alias_as_it_is_and_not_as_it_is_read():
    with AwsServer(clock=ManualClock(), delays=Delays(alias_reads=(5, 5))) as aws:
        account = Account(aws.client)
        two_versions(account)
        account.alias("1")
        account.lambda_.update_alias(FunctionName="worker", Name="live", Description="somebody else")
        stale = account.lambda_.get_alias(FunctionName="worker", Name="live")["RevisionId"]

        with refused("PreconditionFailedException", 412):
            account.lambda_.update_alias(FunctionName="worker", Name="live", FunctionVersion="2", RevisionId=stale)


def test_calls_may_follow_a_move_only_after_a_while():
    clock = ManualClock()
    with AwsServer(clock=clock, delays=Delays(routing=(30, 30))) as aws:
        account = Account(aws.client)
        two_versions(account)
        account.alias("1")
        account.lambda_.update_alias(FunctionName="worker", Name="live", FunctionVersion="2")

        before = account.lambda_.invoke(FunctionName="worker", Qualifier="live", InvocationType="DryRun")
        clock.advance(30)
        after = account.lambda_.invoke(FunctionName="worker", Qualifier="live", InvocationType="DryRun")

    assert (before["ExecutedVersion"], after["ExecutedVersion"]) == ("1", "2")
