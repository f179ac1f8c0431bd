"""The calls that releases, prunes and branch aliases make: each needs its own grant, on exactly its resource."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from lambdaform_sandbox.overlay.durable import start_execution
from lambdaform_sandbox.server import AwsServer, Credentials
from sandbox.overlay.account import Account
from sandbox.principals import allowed

FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:worker"
NAMED: dict[str, Any] = {"FunctionName": "worker"}
BRANCH: dict[str, Any] = {**NAMED, "Qualifier": "br-a"}
WINDOW = {"StartTime": datetime(2026, 1, 1, tzinfo=UTC), "EndTime": datetime(2026, 1, 2, tzinfo=UTC)}
PERMISSION: dict[str, Any] = {"StatementId": "url", "Action": "lambda:InvokeFunctionUrl", "Principal": "*"}

CALLS: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "lambda:GetAlias": ("lambda", "get_alias", {**NAMED, "Name": "live"}, FUNCTION),
    "lambda:ListAliases": ("lambda", "list_aliases", NAMED, FUNCTION),
    "lambda:CreateAlias": ("lambda", "create_alias", {**NAMED, "Name": "br-b", "FunctionVersion": "1"}, FUNCTION),
    "lambda:UpdateAlias": ("lambda", "update_alias", {**NAMED, "Name": "live"}, FUNCTION),
    "lambda:DeleteAlias": ("lambda", "delete_alias", {**NAMED, "Name": "br-b"}, FUNCTION),
    "lambda:PublishVersion": ("lambda", "publish_version", NAMED, FUNCTION),
    "lambda:ListVersionsByFunction": ("lambda", "list_versions_by_function", NAMED, FUNCTION),
    "lambda:GetFunctionConfiguration": (
        "lambda",
        "get_function_configuration",
        {**NAMED, "Qualifier": "1"},
        f"{FUNCTION}:1",
    ),
    "lambda:InvokeFunction": (
        "lambda",
        "invoke",
        {**NAMED, "Qualifier": "1", "InvocationType": "DryRun"},
        f"{FUNCTION}:1",
    ),
    "lambda:GetProvisionedConcurrencyConfig": (
        "lambda",
        "get_provisioned_concurrency_config",
        {**NAMED, "Qualifier": "live"},
        f"{FUNCTION}:live",
    ),
    "lambda:ListProvisionedConcurrencyConfigs": (
        "lambda",
        "list_provisioned_concurrency_configs",
        NAMED,
        FUNCTION,
    ),
    "lambda:DeleteFunction": ("lambda", "delete_function", {**NAMED, "Qualifier": "9"}, f"{FUNCTION}:9"),
    "lambda:ListDurableExecutionsByFunction": (
        "lambda",
        "list_durable_executions_by_function",
        NAMED,
        FUNCTION,
    ),
    "lambda:GetAccountSettings": ("lambda", "get_account_settings", {}, "*"),
    "lambda:CreateFunctionUrlConfig": (
        "lambda",
        "create_function_url_config",
        {**BRANCH, "AuthType": "NONE"},
        f"{FUNCTION}:br-a",
    ),
    "lambda:GetFunctionUrlConfig": ("lambda", "get_function_url_config", BRANCH, f"{FUNCTION}:br-a"),
    "lambda:UpdateFunctionUrlConfig": ("lambda", "update_function_url_config", BRANCH, f"{FUNCTION}:br-a"),
    "lambda:DeleteFunctionUrlConfig": ("lambda", "delete_function_url_config", BRANCH, f"{FUNCTION}:br-a"),
    "lambda:ListFunctionUrlConfigs": ("lambda", "list_function_url_configs", NAMED, FUNCTION),
    "lambda:AddPermission": ("lambda", "add_permission", {**BRANCH, **PERMISSION}, f"{FUNCTION}:br-a"),
    "lambda:RemovePermission": ("lambda", "remove_permission", {**BRANCH, "StatementId": "no"}, f"{FUNCTION}:br-a"),
    "cloudwatch:GetMetricData": ("cloudwatch", "get_metric_data", {"MetricDataQueries": [], **WINDOW}, "*"),
    "cloudwatch:DescribeAlarms": (
        "cloudwatch",
        "describe_alarms",
        {"AlarmNames": ["errors"]},
        "arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors",
    ),
    "s3:GetObject": ("s3", "get_object", {"Bucket": "artifacts", "Key": "a.zip"}, "arn:aws:s3:::artifacts/a.zip"),
}
DENIED = {"AccessDenied", "AccessDeniedException"}

each_call = pytest.mark.parametrize("action", CALLS)


@pytest.fixture(scope="module")
def aws() -> Iterator[AwsServer]:
    with AwsServer() as server:
        account = Account(server.client)
        account.create(Publish=True, DurableConfig={"ExecutionTimeout": 60})
        account.alias("1")
        account.lambda_.create_alias(FunctionName="worker", Name="br-a", FunctionVersion="1")
        start_execution(server.functions, "worker", "1", "order")
        yield server


def is_denied(aws: AwsServer, credentials: Credentials, action: str, **more: object) -> bool:
    service, operation, given, _ = CALLS[action]
    try:
        getattr(aws.client(service, credentials), operation)(**{**given, **more})
    except ClientError as error:
        answer: Any = error.response
        return answer["Error"]["Code"] in DENIED
    return False


def grant(action: str, resource: str, **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


@each_call
def test_without_a_grant_it_is_denied(aws: AwsServer, action: str):
    others = [grant(other, CALLS[other][3]) for other in CALLS if other != action]

    assert is_denied(aws, allowed(aws, *others), action)


@each_call
def test_with_exactly_its_grant_it_is_allowed(aws: AwsServer, action: str):
    assert not is_denied(aws, allowed(aws, grant(action, CALLS[action][3])), action)


def test_who_may_delete_versions_may_not_delete_the_function(aws: AwsServer):
    pruner = allowed(aws, grant("lambda:DeleteFunction", f"{FUNCTION}:*"))

    with pytest.raises(ClientError, match="not authorized to perform: lambda:DeleteFunction"):
        aws.client("lambda", pruner).delete_function(FunctionName="worker")


def test_composite_alarms_are_described_only_to_who_may_describe_all_alarms(aws: AwsServer):
    narrow = allowed(aws, grant("cloudwatch:DescribeAlarms", CALLS["cloudwatch:DescribeAlarms"][3]))
    wide = allowed(aws, grant("cloudwatch:DescribeAlarms", "*"))

    assert is_denied(aws, narrow, "cloudwatch:DescribeAlarms", AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    assert not is_denied(aws, wide, "cloudwatch:DescribeAlarms", AlarmTypes=["MetricAlarm", "CompositeAlarm"])


@pytest.mark.parametrize("action", ["lambda:CreateFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig"])
def test_a_grant_can_be_limited_to_urls_that_ask_who_calls(aws: AwsServer, action: str):
    only_iam = {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}
    limited = allowed(aws, grant(action, f"{FUNCTION}:*", Condition=only_iam))

    assert is_denied(aws, limited, action, AuthType="NONE")
    assert not is_denied(aws, limited, action, AuthType="AWS_IAM")


def test_everybody_may_ask_who_he_is(aws: AwsServer):
    nobody = allowed(aws, {"Effect": "Deny", "Action": "*", "Resource": "*"})

    assert aws.client("sts", nobody).get_caller_identity()["Account"] == aws.account
