from typing import Any

import pytest
from sandbox.overlay.account import Account, refused

ALARM = {
    "AlarmName": "errors",
    "Namespace": "AWS/Lambda",
    "MetricName": "Errors",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 0,
    "ComparisonOperator": "GreaterThanThreshold",
}


def test_a_composite_alarm_reads_back_with_its_rule(account: Account):
    cloudwatch = account.client("cloudwatch")
    cloudwatch.put_metric_alarm(**ALARM)
    cloudwatch.put_composite_alarm(AlarmName="worker", AlarmRule="ALARM(errors)", AlarmActions=["arn:topic"])

    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["worker"], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]

    assert (alarm["AlarmRule"], alarm["AlarmActions"]) == ("ALARM(errors)", ["arn:topic"])


def test_only_metric_alarms_are_described_unless_asked_otherwise(account: Account):
    cloudwatch = account.client("cloudwatch")
    cloudwatch.put_metric_alarm(**ALARM)
    cloudwatch.put_composite_alarm(AlarmName="worker", AlarmRule="ALARM(errors)")

    described = cloudwatch.describe_alarms()

    assert [alarm["AlarmName"] for alarm in described["MetricAlarms"]] == ["errors"]
    assert described["CompositeAlarms"] == []


def test_a_new_alarm_has_no_data(account: Account):
    cloudwatch = account.client("cloudwatch")
    cloudwatch.put_metric_alarm(**ALARM)

    assert cloudwatch.describe_alarms()["MetricAlarms"][0]["StateValue"] == "INSUFFICIENT_DATA"


def test_a_changed_alarm_keeps_its_state(account: Account):
    cloudwatch = account.client("cloudwatch")
    cloudwatch.put_metric_alarm(**ALARM)
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="test")
    cloudwatch.put_metric_alarm(**{**ALARM, "Threshold": 1})

    assert cloudwatch.describe_alarms()["MetricAlarms"][0]["StateValue"] == "ALARM"


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
        ("lambda", "get_function_url_config", {"FunctionName": "worker"}),
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
