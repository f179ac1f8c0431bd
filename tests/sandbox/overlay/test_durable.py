from datetime import UTC, datetime
from typing import Any

import pytest
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.overlay.durable import start_execution
from lambdaform_sandbox.server import AwsServer
from sandbox.overlay.account import Account, refused

DURABLE: dict[str, Any] = {"DurableConfig": {"ExecutionTimeout": 3_600}}


@pytest.fixture
def durable(aws: AwsServer) -> Account:
    """An account with a durable function of two versions."""
    account = Account(aws.client)
    account.create(Publish=True, **DURABLE)
    account.publish("two")
    return account


def names(account: Account, **wanted: object) -> list[str]:
    listed = account.lambda_.list_durable_executions_by_function(FunctionName="worker", **wanted)
    return [each["DurableExecutionName"] for each in listed["DurableExecutions"]]


def test_the_configuration_of_a_durable_function_is_read_back(account: Account):
    account.create(**DURABLE)

    configuration = account.lambda_.get_function_configuration(FunctionName="worker")

    assert configuration["DurableConfig"]["ExecutionTimeout"] == 3_600


def test_executions_are_listed_for_all_versions_or_for_one_newest_first(
    aws: AwsServer, durable: Account, clock: ManualClock
):
    for name, version in (("a", "1"), ("b", "2"), ("c", "1")):
        start_execution(aws.functions, "worker", version, name)
        clock.advance(60)

    assert names(durable) == ["c", "b", "a"]
    assert names(durable, Qualifier="1") == ["c", "a"]
    assert names(durable, ReverseOrder=True) == ["a", "b", "c"]


def test_executions_are_found_by_status_name_and_start(aws: AwsServer, durable: Account, clock: ManualClock):
    start_execution(aws.functions, "worker", "1", "done", status="SUCCEEDED")
    clock.advance(60)
    between = datetime.fromtimestamp(clock.now(), UTC)
    clock.advance(60)
    start_execution(aws.functions, "worker", "1", "running")

    assert names(durable, Statuses=["RUNNING", "PAUSED"]) == ["running"]
    assert names(durable, DurableExecutionName="done") == ["done"]
    assert names(durable, StartedAfter=between) == ["running"]
    assert names(durable, StartedBefore=between) == ["done"]


def test_the_arn_of_an_execution_names_the_version_it_runs_on(aws: AwsServer, durable: Account):
    start_execution(aws.functions, "worker", "2", "order-7")

    (execution,) = durable.lambda_.list_durable_executions_by_function(FunctionName="worker")["DurableExecutions"]

    assert ":function:worker:2/durable-execution/order-7/" in execution["DurableExecutionArn"]


def test_executions_are_listed_in_pages(aws: AwsServer, durable: Account, clock: ManualClock):
    for number in range(3):
        start_execution(aws.functions, "worker", "1", f"n{number}")
        clock.advance(1)

    first = durable.lambda_.list_durable_executions_by_function(FunctionName="worker", MaxItems=2)

    assert len(first["DurableExecutions"]) == 2
    assert names(durable, MaxItems=2, Marker=first["NextMarker"]) == ["n0"]


def test_a_function_that_is_not_durable_has_no_executions_to_list(account: Account):
    account.create()

    with refused("InvalidParameterValueException", because="not a durable function"):
        account.lambda_.list_durable_executions_by_function(FunctionName="worker")
