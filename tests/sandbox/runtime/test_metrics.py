from datetime import UTC, datetime

import pytest
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.runtime import LocalRuntime
from lambdaform_sandbox.runtime.metrics import dimension_sets
from lambdaform_sandbox.server import AwsServer

from .functions import deployed

FAILING = "def handle(event, context): raise ValueError"


@pytest.fixture(scope="module")
def clock() -> ManualClock:
    return ManualClock()


def test_a_call_through_an_alias_counts_for_the_function_the_alias_and_the_version() -> None:
    assert dimension_sets("worker", "7", "live") == [
        {"FunctionName": "worker"},
        {"FunctionName": "worker", "Resource": "worker:live"},
        {"FunctionName": "worker", "Resource": "worker:live", "ExecutedVersion": "7"},
    ]


def test_a_call_of_a_version_does_not_count_for_the_alias() -> None:
    assert dimension_sets("worker", "7", None) == [
        {"FunctionName": "worker"},
        {"FunctionName": "worker", "Resource": "worker:7"},
    ]


def test_a_call_of_the_bare_function_counts_under_its_name() -> None:
    assert dimension_sets("worker", "$LATEST", None)[1]["Resource"] == "worker"


@pytest.mark.parametrize(
    ("name", "code", "errors"),
    [("fine", "def handle(event, context): return 1", 0.0), ("failing", FAILING, 1.0)],
)
def test_an_invocation_is_one_point_in_each_series(
    runtime: LocalRuntime, aws: AwsServer, clock: ManualClock, name: str, code: str, errors: float
) -> None:
    runtime.invoke(deployed(code, name=name, alias="live", version="7"), b"{}")
    clock.advance(200)

    for dimensions in dimension_sets(name, "7", "live"):
        assert total(aws, "Invocations", dimensions) == 1.0
        assert total(aws, "Errors", dimensions) == errors
        assert total(aws, "Duration", dimensions) > 0


def test_the_version_that_ran_is_the_one_that_is_counted(
    runtime: LocalRuntime, aws: AwsServer, clock: ManualClock
) -> None:
    for version in ("1", "2", "2"):
        code = "def handle(event, context): return 1"
        runtime.invoke(deployed(code, name="split", alias="live", version=version), b"{}")
    clock.advance(200)

    assert total(aws, "Invocations", dimension_sets("split", "1", "live")[2]) == 1.0
    assert total(aws, "Invocations", dimension_sets("split", "2", "live")[2]) == 2.0
    assert total(aws, "Invocations", dimension_sets("split", "2", "live")[1]) == 3.0


def total(aws: AwsServer, metric: str, dimensions: dict[str, str]) -> float:
    """Return the sum of the series with exactly these dimensions."""
    listed = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    series = {"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": listed}
    (result,) = aws.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "m", "MetricStat": {"Metric": series, "Period": 60, "Stat": "Sum"}}],
        StartTime=datetime.fromtimestamp(aws.clock.now() - 3_600, UTC),
        EndTime=datetime.fromtimestamp(aws.clock.now(), UTC),
    )["MetricDataResults"]
    return sum(result["Values"])
