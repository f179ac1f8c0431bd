from typing import Any

import pytest
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.server import AwsServer
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


@pytest.mark.parametrize("kind", ["MetricAlarm", "CompositeAlarm"])
def test_an_alarm_tells_when_its_state_was_set_and_when_it_became_another(kind: str):
    clock = ManualClock()
    with AwsServer(clock=clock) as aws:
        cloudwatch = aws.client("cloudwatch")
        cloudwatch.put_metric_alarm(**ALARM)
        cloudwatch.put_composite_alarm(AlarmName="worker", AlarmRule="ALARM(errors)")
        name = "errors" if kind == "MetricAlarm" else "worker"
        clock.advance(60)
        became = clock.now()
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="test")
        clock.advance(60)
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="again")

        (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=[kind])[f"{kind}s"]

    assert alarm["StateValue"] == "ALARM"
    assert alarm["StateTransitionedTimestamp"].timestamp() == became
    assert alarm["StateUpdatedTimestamp"].timestamp() == became + 60


def test_alarms_are_found_by_name_and_state_together(account: Account):
    cloudwatch = account.client("cloudwatch")
    for name in ("errors", "slow", "throttles"):
        cloudwatch.put_metric_alarm(**{**ALARM, "AlarmName": name})
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="test")
    cloudwatch.set_alarm_state(AlarmName="slow", StateValue="ALARM", StateReason="test")

    assert names(cloudwatch.describe_alarms(AlarmNames=["slow", "errors"], StateValue="OK")) == ["errors"]


def test_alarms_are_listed_in_pages(account: Account):
    cloudwatch = account.client("cloudwatch")
    for name in ("c", "a", "b"):
        cloudwatch.put_metric_alarm(**{**ALARM, "AlarmName": name})

    first = cloudwatch.describe_alarms(MaxRecords=2)
    second = cloudwatch.describe_alarms(MaxRecords=2, NextToken=first["NextToken"])

    assert [names(first), names(second)] == [["a", "b"], ["c"]]


def test_the_state_of_an_alarm_that_does_not_exist_cannot_be_set(sandbox: Account):
    with refused("ResourceNotFound", 404):
        sandbox.client("cloudwatch").set_alarm_state(AlarmName="none", StateValue="OK", StateReason="test")


def names(described: dict[str, Any]) -> list[str]:
    return [alarm["AlarmName"] for alarm in described["MetricAlarms"]]
