from typing import Any

import pytest
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.delays import Delays
from lambdaform_sandbox.server import AwsServer
from sandbox.overlay.account import Account, refused

LIVE = {"FunctionName": "worker", "Qualifier": "live"}


def live(account: Account) -> None:
    account.create(Publish=True)
    account.alias("1")


def standing(account: Account) -> tuple[str, dict[str, float]]:
    """Return version and weights of the alias."""
    alias: dict[str, Any] = account.lambda_.get_alias(FunctionName="worker", Name="live")
    return alias["FunctionVersion"], alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})


def test_provisioned_concurrency_of_an_alias_is_ready_at_once(account: Account):
    live(account)
    named = {"FunctionName": "worker", "Qualifier": "live"}
    account.lambda_.put_provisioned_concurrency_config(**named, ProvisionedConcurrentExecutions=3)

    kept = account.lambda_.get_provisioned_concurrency_config(**named)

    assert (kept["Status"], kept["AvailableProvisionedConcurrentExecutions"]) == ("READY", 3)


def test_provisioned_concurrency_that_is_not_there_is_not_found(account: Account):
    live(account)

    with refused("ProvisionedConcurrencyConfigNotFoundException", 404):
        account.lambda_.get_provisioned_concurrency_config(FunctionName="worker", Qualifier="live")


def test_provisioned_concurrency_can_be_taken_back_and_is_listed(account: Account):
    live(account)
    named = {"FunctionName": "worker", "Qualifier": "live"}
    account.lambda_.put_provisioned_concurrency_config(**named, ProvisionedConcurrentExecutions=3)
    listed = account.lambda_.list_provisioned_concurrency_configs(FunctionName="worker")
    account.lambda_.delete_provisioned_concurrency_config(**named)
    rest = account.lambda_.list_provisioned_concurrency_configs(FunctionName="worker")

    assert [each["FunctionArn"].rsplit(":", 1)[-1] for each in listed["ProvisionedConcurrencyConfigs"]] == ["live"]
    assert rest["ProvisionedConcurrencyConfigs"] == []


@pytest.mark.parametrize(("qualifier", "because"), [("$LATEST", "unpublished"), ("split", "Alias with weights")])
def test_the_unpublished_version_and_a_split_alias_cannot_be_provisioned(
    account: Account, qualifier: str, because: str
):
    account.create(Publish=True)
    routing = {"AdditionalVersionWeights": {account.publish("two"): 0.1}}
    account.lambda_.create_alias(FunctionName="worker", Name="split", FunctionVersion="1", RoutingConfig=routing)

    with refused("InvalidParameterValueException", because=because):
        account.lambda_.put_provisioned_concurrency_config(
            FunctionName="worker", Qualifier=qualifier, ProvisionedConcurrentExecutions=1
        )


def test_a_version_is_provisioned_once_whether_itself_or_by_an_alias(account: Account):
    live(account)
    put = account.lambda_.put_provisioned_concurrency_config
    put(FunctionName="worker", Qualifier="live", ProvisionedConcurrentExecutions=1)

    with refused("ResourceConflictException", 409):
        put(FunctionName="worker", Qualifier="1", ProvisionedConcurrentExecutions=1)
    put(FunctionName="worker", Qualifier="live", ProvisionedConcurrentExecutions=2)


def test_a_version_of_its_own_stops_its_aliases_from_being_provisioned_or_moved_there(account: Account):
    live(account)
    account.publish("two")
    put = account.lambda_.put_provisioned_concurrency_config
    put(FunctionName="worker", Qualifier="2", ProvisionedConcurrentExecutions=1)
    put(**LIVE, ProvisionedConcurrentExecutions=1)

    with refused("ResourceConflictException", 409, because="already Provisioned version"):
        account.lambda_.update_alias(FunctionName="worker", Name="live", FunctionVersion="2")


def test_provisioning_takes_its_time():
    clock = ManualClock()
    with AwsServer(clock=clock, delays=Delays(provisioning=120)) as aws:
        account = Account(aws.client)
        live(account)
        put = account.lambda_.put_provisioned_concurrency_config(**LIVE, ProvisionedConcurrentExecutions=3)
        clock.advance(119)
        waiting = account.lambda_.get_provisioned_concurrency_config(**LIVE)
        clock.advance(1)
        ready = account.lambda_.get_provisioned_concurrency_config(**LIVE)

    amounts = [each["AvailableProvisionedConcurrentExecutions"] for each in (put, waiting, ready)]
    assert [each["Status"] for each in (put, waiting, ready)] == ["IN_PROGRESS", "IN_PROGRESS", "READY"]
    assert amounts == [0, 0, 3]


def test_an_alias_that_is_moved_sends_calls_to_the_former_version_until_the_new_one_is_provisioned():
    clock = ManualClock()
    with AwsServer(clock=clock, delays=Delays(provisioning=120)) as aws:
        account = Account(aws.client)
        live(account)
        account.publish("two")
        account.lambda_.put_provisioned_concurrency_config(**LIVE, ProvisionedConcurrentExecutions=1)
        clock.advance(120)
        account.lambda_.update_alias(FunctionName="worker", Name="live", FunctionVersion="2")

        assert standing(account) == ("2", {"1": 1.0})
        assert aws.functions.shares("worker", "live") == {"1": 1.0, "2": 0.0}
        with refused("InvalidParameterValueException", because="Alias with weights"):
            account.lambda_.put_provisioned_concurrency_config(**LIVE, ProvisionedConcurrentExecutions=2)
        clock.advance(120)
        assert standing(account) == ("2", {})
        assert account.lambda_.get_provisioned_concurrency_config(**LIVE)["Status"] == "READY"
