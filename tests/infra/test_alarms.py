from typing import Any

import pulumi
import pytest
from infra.samples import PAGER
from lambdaform import FunctionAlarms, InputError
from lambdaform.alarms import ALARM_NAMES
from lambdaform.testing import Recording, deploy

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"


def watched(**changes: Any) -> Recording:
    args: Any = {
        "function_name": "worker-1a2b3c4",
        "alias_name": "live",
        "timeout": 30,
        "dead_letter_queue_name": "worker-dead-letters",
        "reserved_concurrent_executions": 10,
        "alarm_topics": [PAGER],
        **changes,
    }
    return deploy(lambda: FunctionAlarms("worker", args))


def test_every_alarm_that_has_a_name_is_made():
    assert {alarm.name for alarm in watched().of(ALARM)} == {f"worker-{name}" for name in ALARM_NAMES}


@pytest.mark.parametrize(
    ("name", "metric", "statistic", "threshold", "datapoints"),
    [
        ("errors", "Errors", "Sum", 1, 3),
        ("throttles", "Throttles", "Sum", 1, 3),
        ("duration", "Duration", "Maximum", 24_000, 3),
        ("concurrency", "ConcurrentExecutions", "Maximum", 8, 3),
        ("async-age", "AsyncEventAge", "Maximum", 300_000, 3),
        ("async-drops", "AsyncEventsDropped", "Sum", 1, 1),
    ],
)
def test_what_each_alarm_of_the_function_watches(
    name: str, metric: str, statistic: str, threshold: float, datapoints: int
):
    alarm = watched().one(ALARM, f"worker-{name}")

    assert (alarm["namespace"], alarm["metricName"], alarm["statistic"]) == ("AWS/Lambda", metric, statistic)
    assert (alarm["threshold"], alarm["comparisonOperator"]) == (threshold, "GreaterThanOrEqualToThreshold")
    assert (alarm["period"], alarm["evaluationPeriods"], alarm["datapointsToAlarm"]) == (60, 5, datapoints)
    assert alarm["dimensions"] == {"FunctionName": "worker-1a2b3c4", "Resource": "worker-1a2b3c4:live"}


def test_dead_letters_are_counted_in_their_queue():
    alarm = watched().one(ALARM, "worker-dead-letters")

    assert (alarm["namespace"], alarm["metricName"]) == ("AWS/SQS", "ApproximateNumberOfMessagesVisible")
    assert alarm["dimensions"] == {"QueueName": "worker-dead-letters"}
    assert (alarm["threshold"], alarm["datapointsToAlarm"]) == (1, 1)


def test_the_error_rate_says_nothing_about_few_calls():
    alarm = watched(error_rate_percent=2.5).one(ALARM, "worker-error-rate")

    rate, errors, invocations = alarm["metricQueries"]
    assert rate["expression"] == "IF(invocations >= 20, 100 * errors / invocations, 0)"
    assert [query["metric"]["metricName"] for query in (errors, invocations)] == ["Errors", "Invocations"]
    assert {query["metric"]["period"] for query in (errors, invocations)} == {300}
    assert {query["metric"]["dimensions"]["Resource"] for query in (errors, invocations)} == {"worker-1a2b3c4:live"}
    assert (alarm["threshold"], alarm["evaluationPeriods"]) == (2.5, 1)


def test_alarms_tell_their_topics_when_they_start_and_when_they_end():
    for alarm in watched().of(ALARM):
        assert alarm["alarmActions"] == alarm["okActions"] == [PAGER]
        assert alarm["treatMissingData"] == "notBreaching"


def test_nobody_is_told_if_that_is_what_was_decided():
    assert all(alarm["alarmActions"] == [] for alarm in watched(alarm_topics=[]).of(ALARM))


def test_the_composite_joins_all_of_them_and_tells_nobody_itself():
    recording = watched()

    composite, names = recording.one(COMPOSITE), [alarm.outputs["name"] for alarm in recording.of(ALARM)]
    assert composite["alarmName"] == "worker-1a2b3c4-unhealthy"
    assert sorted(composite["alarmRule"].split(" OR ")) == sorted(f'ALARM("{name}")' for name in names)
    assert "alarmActions" not in composite.inputs


def test_outputs_name_every_alarm():
    recording = watched()

    outputs = recording.one("lambdaform:index:FunctionAlarms").registered_outputs
    assert set(outputs["alarm_names"]) == {alarm.outputs["name"] for alarm in recording.of(ALARM)}
    assert outputs["composite_alarm_arn"] == recording.one(COMPOSITE).outputs["arn"]


def test_thresholds_follow_a_timeout_that_is_known_late():
    def program():
        timeout = pulumi.Output.from_input(20)
        watching: Any = {"function_name": "worker", "alias_name": "live", "timeout": timeout, "alarm_topics": []}
        watching |= {"duration_percent": 50, "async_age_seconds": 60}
        FunctionAlarms("worker", watching)

    recording = deploy(program)

    assert recording.one(ALARM, "worker-duration")["threshold"] == 10_000
    assert recording.one(ALARM, "worker-async-age")["threshold"] == 60_000


def test_without_a_limit_there_is_no_alarm_about_concurrency():
    names = {alarm.name for alarm in watched(reserved_concurrent_executions=None).of(ALARM)}

    assert "worker-concurrency" not in names


def test_a_threshold_of_ones_own_goes_before_the_reserved_concurrency():
    assert watched(concurrency=3).one(ALARM, "worker-concurrency")["threshold"] == 3


def test_alarms_are_left_out_by_name():
    names = {alarm.name for alarm in watched(disabled=["error-rate", "dead-letters"]).of(ALARM)}

    assert {"worker-error-rate", "worker-dead-letters"} & names == set()
    assert "worker-errors" in names


def test_somebody_must_decide_who_is_told():
    with pytest.raises(InputError, match="alarm_topics: is missing, and an alarm that tells nobody is no alarm"):
        watched(alarm_topics=None)
