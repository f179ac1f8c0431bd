from typing import Any

import pytest
from sandbox.overlay.account import Account, refused


def test_a_log_group_keeps_its_class(account: Account):
    logs = account.client("logs")
    logs.create_log_group(logGroupName="rare", logGroupClass="INFREQUENT_ACCESS")
    logs.create_log_group(logGroupName="usual")

    groups = {group["logGroupName"]: group["logGroupClass"] for group in logs.describe_log_groups()["logGroups"]}

    assert groups == {"rare": "INFREQUENT_ACCESS", "usual": "STANDARD"}


def test_a_stage_changes_in_what_is_given(account: Account):
    apis = account.client("apigatewayv2")
    api = apis.create_api(Name="people", ProtocolType="HTTP")["ApiId"]
    apis.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    apis.update_stage(ApiId=api, StageName="$default", DefaultRouteSettings={"ThrottlingBurstLimit": 10})

    stage = apis.get_stage(ApiId=api, StageName="$default")

    assert stage["AutoDeploy"] is True
    assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] == 10


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("lambda", "list_code_signing_configs", {}),
        ("logs", "describe_account_policies", {"policyType": "DATA_PROTECTION_POLICY"}),
        ("iam", "simulate_custom_policy", {"PolicyInputList": ["{}"], "ActionNames": ["sqs:SendMessage"]}),
    ],
    ids=["rest", "json", "query"],
)
def test_an_operation_that_nobody_emulates_is_refused_by_name(
    account: Account, service: str, operation: str, arguments: dict[str, Any]
):
    with refused("NotImplemented", 501, because=f"the sandbox does not emulate `{service}:"):
        getattr(account.client(service), operation)(**arguments)
