from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.overlay.metric_store import Series
from lambdaform_sandbox.server import AwsServer
from sandbox.overlay.account import Account, refused

NOW = datetime.fromtimestamp(ManualClock().now(), UTC)
VERSION = {"FunctionName": "worker", "Resource": "worker:live", "ExecutedVersion": "2"}


def dimensions(given: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in given.items()]


def query(name: str, stat: str, given: dict[str, str] | None = None, namespace: str = "people") -> dict[str, Any]:
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": dimensions(given or {})}
    return {"Id": "m", "MetricStat": {"Metric": metric, "Period": 60, "Stat": stat}}


def read(account: Account, *queries: dict[str, Any], **given: Any) -> list[dict[str, Any]]:
    window = {"StartTime": NOW - timedelta(minutes=10), "EndTime": NOW, **given}
    return account.client("cloudwatch").get_metric_data(MetricDataQueries=list(queries), **window)["MetricDataResults"]


def put(account: Account, minute: int, *values: float, name: str = "Duration") -> None:
    datum = {"MetricName": name, "Timestamp": NOW - timedelta(minutes=minute), "Values": list(values)}
    account.client("cloudwatch").put_metric_data(Namespace="people", MetricData=[datum])


@pytest.mark.parametrize(
    ("stat", "value"), [("p50", 20.0), ("PR(:20)", 75.0), ("TC(20:)", 1.0), ("tm75", 40 / 3), ("TS(:20)", 40.0)]
)
def test_statistics_of_the_distribution_can_be_read(account: Account, stat: str, value: float):
    put(account, 3, 0, 20, 20, 900)

    (result,) = read(account, query("Duration", stat))

    assert result["Values"] == [pytest.approx(value)]


def test_a_statistic_that_does_not_exist_is_refused(account: Account):
    put(account, 3, 1)

    with refused("ValidationError", because="p101"):
        read(account, query("Duration", "p101"))


def test_a_series_without_points_is_empty_and_complete(sandbox: Account):
    (result,) = read(sandbox, query("Duration", "Sum"))

    assert (result["Values"], result["Timestamps"], result["StatusCode"]) == ([], [], "Complete")


def test_points_are_the_minutes_that_have_any_newest_first(sandbox: Account):
    put(sandbox, 5, 1)
    put(sandbox, 2, 3, 4)

    (newest_first,) = read(sandbox, query("Duration", "Sum"))
    (oldest_first,) = read(sandbox, query("Duration", "Sum"), ScanBy="TimestampAscending")

    assert newest_first["Values"] == [7, 1]
    assert newest_first["Timestamps"] == [NOW - timedelta(minutes=2), NOW - timedelta(minutes=5)]
    assert oldest_first["Values"] == [1, 7]


def test_a_longer_period_joins_minutes(sandbox: Account):
    for minute in (6, 5, 4):
        put(sandbox, minute, 1)
    wanted = query("Duration", "Sum")
    wanted["MetricStat"]["Period"] = 300

    (result,) = read(sandbox, wanted, ScanBy="TimestampAscending")

    assert result["Values"] == [1, 2]


def test_many_points_come_in_pages_and_a_cut_series_is_partial(account: Account):
    for minute in (5, 4, 3):
        put(account, minute, minute)
    cloudwatch = account.client("cloudwatch")
    asked = {
        "MetricDataQueries": [query("Duration", "Sum")],
        "StartTime": NOW - timedelta(minutes=10),
        "EndTime": NOW,
        "MaxDatapoints": 2,
    }

    first = cloudwatch.get_metric_data(**asked)
    second = cloudwatch.get_metric_data(**asked, NextToken=first["NextToken"])

    assert [each["MetricDataResults"][0]["StatusCode"] for each in (first, second)] == ["PartialData", "Complete"]
    assert [each["MetricDataResults"][0]["Values"] for each in (first, second)] == [[3, 4], [5]]
    assert "NextToken" not in second


@pytest.mark.parametrize(
    ("queries", "because"),
    [
        ([query("Duration", "Sum"), query("Errors", "Sum")], "not unique"),
        ([{"Id": "e", "Expression": "m1 / m2"}], "metric math"),
        ([{**query("Duration", "Sum"), "Id": f"m{number}"} for number in range(501)], "500"),
    ],
    ids=["one id twice", "metric math", "too many"],
)
def test_queries_that_aws_or_the_sandbox_cannot_answer_are_refused(
    account: Account, queries: list[dict[str, Any]], because: str
):
    with refused("ValidationError", because=because):
        read(account, *queries)


def test_a_window_that_ends_before_it_begins_is_refused(sandbox: Account):
    with refused("ValidationError", because="StartTime"):
        read(sandbox, query("Duration", "Sum"), EndTime=NOW - timedelta(hours=1))


def test_nobody_puts_points_into_the_namespaces_of_aws(account: Account):
    with refused("ValidationError", because="AWS/Lambda"):
        account.client("cloudwatch").put_metric_data(
            Namespace="AWS/Lambda", MetricData=[{"MetricName": "Errors", "Value": 0}]
        )


def test_statistics_of_one_series_can_be_read_together(account: Account):
    put(account, 3, 10, 20, 30)

    (point,) = account.client("cloudwatch").get_metric_statistics(
        Namespace="people",
        MetricName="Duration",
        StartTime=NOW - timedelta(minutes=10),
        EndTime=NOW,
        Period=60,
        Statistics=["Maximum", "SampleCount"],
        ExtendedStatistics=["p50"],
    )["Datapoints"]

    assert (point["Maximum"], point["SampleCount"], point["ExtendedStatistics"]) == (30, 3, {"p50": 20})


def test_minutes_are_kept_for_fifteen_days(aws: AwsServer, clock: ManualClock):
    calls = Series.of("AWS/Lambda", "Invocations", VERSION)
    aws.metrics.put(calls, clock.now(), {1: 1})

    clock.advance(14 * 86_400)
    assert of_version(aws, 15 * 86_400) == [1]
    clock.advance(86_400 + 60)
    assert of_version(aws, 16 * 86_400) == []


def test_points_of_lambda_are_read_by_version_when_they_have_arrived(aws: AwsServer, clock: ManualClock):
    calls = Series.of("AWS/Lambda", "Invocations", VERSION)
    aws.metrics.put(calls, clock.now(), {1: 250})

    clock.advance(75)
    assert of_version(aws, 600) == []
    clock.advance(65)
    assert of_version(aws, 600) == [250]
    assert of_version(aws, 600, **{**VERSION, "ExecutedVersion": "1"}) == []


def test_series_are_listed_by_some_of_their_dimensions(aws: AwsServer, clock: ManualClock):
    for version in ("1", "2"):
        calls = Series.of("AWS/Lambda", "Invocations", {**VERSION, "ExecutedVersion": version})
        aws.metrics.put(calls, clock.now(), {1: 1})
    clock.advance(200)

    listed = aws.client("cloudwatch").list_metrics(
        Namespace="AWS/Lambda", Dimensions=[{"Name": "Resource", "Value": "worker:live"}, {"Name": "ExecutedVersion"}]
    )["Metrics"]

    versions = [{each["Name"]: each["Value"] for each in one["Dimensions"]}["ExecutedVersion"] for one in listed]
    assert versions == ["1", "2"]


def test_answers_carry_the_date_of_the_clock(aws: AwsServer, clock: ManualClock):
    clock.advance(3_600)

    answer = aws.client("sts").get_caller_identity()

    date = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    assert date.timestamp() == clock.now()


def of_version(aws: AwsServer, seconds: float, **given: str) -> list[float]:
    (result,) = aws.client("cloudwatch").get_metric_data(
        MetricDataQueries=[query("Invocations", "Sum", given or VERSION, "AWS/Lambda")],
        StartTime=datetime.fromtimestamp(aws.clock.now() - seconds, UTC),
        EndTime=datetime.fromtimestamp(aws.clock.now(), UTC),
    )["MetricDataResults"]
    return result["Values"]
