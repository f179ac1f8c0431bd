from datetime import UTC, datetime, timedelta

import pytest
from lambdaform_sandbox.deployed import DeployedFunction
from lambdaform_sandbox.runtime import LocalRuntime
from lambdaform_sandbox.runtime.metrics import dimension_sets
from lambdaform_sandbox.server import AwsServer

from .functions import deployed

FAILING = "def handle(event, context): raise ValueError"


def test_a_call_through_an_alias_counts_for_the_function_the_alias_and_the_version() -> None:
    assert dimension_sets(deployed("", alias="live", version="7")) == [
        {"FunctionName": "worker"},
        {"FunctionName": "worker", "Resource": "worker:live"},
        {"FunctionName": "worker", "Resource": "worker:live", "ExecutedVersion": "7"},
    ]


def test_a_call_of_a_version_does_not_count_for_the_alias() -> None:
    assert dimension_sets(deployed("", alias=None, version="7")) == [
        {"FunctionName": "worker"},
        {"FunctionName": "worker", "Resource": "worker:7"},
    ]


def test_a_call_of_the_bare_function_counts_under_its_name() -> None:
    assert dimension_sets(deployed("", alias=None, version="$LATEST"))[1]["Resource"] == "worker"


@pytest.mark.parametrize(
    ("name", "code", "errors"),
    [("fine", "def handle(event, context): return 1", 0.0), ("failing", FAILING, 1.0)],
)
def test_an_invocation_is_one_point_in_each_series(
    runtime: LocalRuntime, aws: AwsServer, name: str, code: str, errors: float
) -> None:
    function = deployed(code, name=name)

    runtime.invoke(function, b"{}")

    for dimensions in dimension_sets(function):
        assert total(aws, "Invocations", dimensions) == 1.0
        assert total(aws, "Errors", dimensions) == errors
        assert total(aws, "Duration", dimensions) > 0


def total(aws: AwsServer, metric: str, dimensions: dict[str, str]) -> float:
    """Return the sum of the series with exactly these dimensions."""
    listed = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    series = {"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": listed}
    now = datetime.now(UTC)
    (result,) = aws.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "m", "MetricStat": {"Metric": series, "Period": 86_400, "Stat": "Sum"}}],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(minutes=1),
    )["MetricDataResults"]
    return sum(result["Values"])


def test_the_function_that_ran_is_the_one_that_is_counted(runtime: LocalRuntime, aws: AwsServer) -> None:
    def of_version(version: str) -> DeployedFunction:
        return deployed("def handle(event, context): return 1", name="split", version=version)

    for version in ("1", "2", "2"):
        runtime.invoke(of_version(version), b"{}")

    assert total(aws, "Invocations", dimension_sets(of_version("1"))[2]) == 1.0
    assert total(aws, "Invocations", dimension_sets(of_version("2"))[2]) == 2.0
    assert total(aws, "Invocations", dimension_sets(of_version("2"))[1]) == 3.0
