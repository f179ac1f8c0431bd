import pulumi
import pytest
from infra.samples import ACCOUNT, ALIAS
from lambdaform.permission import permit_invoke
from lambdaform.testing import Resource, deploy

RULE = f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/nightly"


class Caller(pulumi.ComponentResource):
    def __init__(self, alias_arn: pulumi.Input[str]):
        super().__init__("test:index:Caller", "caller")
        permit_invoke(self, "nightly", alias_arn, "events.amazonaws.com", RULE)
        self.register_outputs({})


def permission(alias_arn: str, account: str = ACCOUNT) -> Resource:
    recording = deploy(lambda: Caller(pulumi.Output.from_input(alias_arn)), account=account)
    return recording.one("aws:lambda/permission:Permission")


def test_one_service_may_invoke_one_alias_for_one_source():
    assert permission(ALIAS).inputs == {
        "action": "lambda:InvokeFunction",
        "function": "worker-1a2b3c4",
        "qualifier": "live",
        "principal": "events.amazonaws.com",
        "sourceArn": RULE,
        "sourceAccount": ACCOUNT,
    }


@pytest.mark.parametrize("account", ["1" * 12, "2" * 12])
def test_the_account_is_written_out_and_is_that_of_the_deployment(account: str):
    assert permission(ALIAS, account)["sourceAccount"] == account


def test_the_permission_belongs_to_the_component():
    assert "test:index:Caller$aws:lambda/permission:Permission" in permission(ALIAS).urn
