from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.delays import Delays
from lambdaform_sandbox.errors import SandboxError
from lambdaform_sandbox.server import AwsServer
from lambdaform_sandbox.traffic import Behaviour, Traffic, log_normal
from sandbox.overlay.account import Account


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def aws(clock: ManualClock) -> Iterator[AwsServer]:
    with AwsServer(clock=clock) as server:
        prepare(server)
        yield server


def prepare(server: AwsServer) -> Account:
    """Create `worker` with two versions and its alias `live` on the first."""
    account = Account(server.client)
    account.create(Publish=True)
    account.publish("two")
    account.alias("1")
    return account


def split(aws: AwsServer, **shares: float) -> None:
    routing = {"AdditionalVersionWeights": {number.removeprefix("v"): share for number, share in shares.items()}}
    aws.client("lambda").update_alias(FunctionName="worker", Name="live", RoutingConfig=routing)


def read(aws: AwsServer, metric: str, version: str, stat: str = "Sum") -> list[float]:
    """Return the minutes of a version behind the alias, oldest first."""
    dimensions = {"FunctionName": "worker", "Resource": "worker:live", "ExecutedVersion": version}
    listed = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    series = {"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": listed}
    (result,) = aws.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "m", "MetricStat": {"Metric": series, "Period": 60, "Stat": stat}}],
        StartTime=datetime.fromtimestamp(aws.clock.now() - 3_600, UTC),
        EndTime=datetime.fromtimestamp(aws.clock.now(), UTC),
        ScanBy="TimestampAscending",
    )["MetricDataResults"]
    return result["Values"]


def test_calls_come_while_the_clock_advances_and_at_the_given_pace(aws: AwsServer, clock: ManualClock):
    traffic = Traffic(aws, "worker", "live", calls_per_second=50, seed=1)
    assert not traffic.calls

    clock.advance(600)

    assert traffic.calls["1"] == pytest.approx(30_000, abs=700)
    assert traffic.failed["1"] == 0


def test_calls_follow_the_weights_that_the_alias_has_at_the_time(aws: AwsServer, clock: ManualClock):
    traffic = Traffic(aws, "worker", "live", calls_per_second=100, seed=1)
    clock.advance(60)
    assert set(traffic.calls) == {"1"}

    split(aws, v2=0.1)
    before = traffic.calls["1"]
    clock.advance(600)

    assert traffic.calls["2"] == pytest.approx((traffic.calls["1"] - before) / 9, rel=0.1)


def test_each_version_fails_as_often_as_it_is_said_to(aws: AwsServer, clock: ManualClock):
    behaviours = {"1": Behaviour(error_rate=0.001), "2": Behaviour(error_rate=0.5)}
    traffic = Traffic(aws, "worker", "live", calls_per_second=100, behaviours=behaviours, seed=1)
    split(aws, v2=0.5)

    clock.advance(600)

    assert traffic.failed["2"] / traffic.calls["2"] == pytest.approx(0.5, abs=0.02)
    assert 0 < traffic.failed["1"] / traffic.calls["1"] < 0.003


def test_pace_and_errors_may_be_functions_of_the_time(aws: AwsServer, clock: ManualClock):
    incident = Behaviour(error_rate=lambda elapsed: 1.0 if 60 <= elapsed < 120 else 0.0)
    traffic = Traffic(aws, "worker", "live", lambda elapsed: 0 if elapsed < 60 else 10, {"1": incident}, seed=1)

    clock.advance(60)
    assert traffic.calls["1"] == 0
    clock.advance(60)
    assert traffic.failed["1"] == traffic.calls["1"] > 0
    clock.advance(60)
    assert traffic.failed["1"] < traffic.calls["1"]


def test_users_and_metrics_agree_once_the_metrics_are_there(aws: AwsServer, clock: ManualClock):
    behaviours = {"1": Behaviour(error_rate=0.01, latency={20.0: 0.9, 400.0: 0.1})}
    traffic = Traffic(aws, "worker", "live", calls_per_second=50, behaviours=behaviours, seed=1)
    clock.advance(120)
    calls, failed = traffic.calls["1"], traffic.failed["1"]
    clock.advance(150)

    assert sum(read(aws, "Invocations", "1")[:2]) == calls
    assert sum(read(aws, "Errors", "1")[:2]) == failed
    slow = sum(read(aws, "Duration", "1", "TC(300:)")[:2])
    assert slow == pytest.approx(calls / 10, rel=0.15)


def test_metrics_of_the_traffic_are_as_late_as_any(aws: AwsServer, clock: ManualClock):
    Traffic(aws, "worker", "live", calls_per_second=50, seed=1)

    clock.advance(75)
    assert read(aws, "Invocations", "1") == []
    clock.advance(65)
    assert len(read(aws, "Invocations", "1")) == 1


def test_a_call_that_takes_minutes_counts_late_for_the_minute_in_which_it_began(aws: AwsServer, clock: ManualClock):
    Traffic(aws, "worker", "live", 50, {"1": Behaviour(latency={20.0: 0.5, 130_000.0: 0.5})}, seed=1)
    clock.advance(60 + 81)
    first = read(aws, "Invocations", "1")[0]

    clock.advance(180)

    assert read(aws, "Invocations", "1")[0] == pytest.approx(2 * first, rel=0.1)


def test_calls_to_an_alias_that_is_gone_are_answered_by_nobody(aws: AwsServer, clock: ManualClock):
    traffic = Traffic(aws, "worker", "live", calls_per_second=10, seed=1)
    aws.client("lambda").delete_alias(FunctionName="worker", Name="live")

    clock.advance(60)

    assert traffic.unanswered > 0
    assert not traffic.calls


def test_a_version_deleted_right_after_the_move_fails_calls_that_still_go_there(clock: ManualClock):
    with AwsServer(clock=clock, delays=Delays(routing=(30, 30))) as aws:
        client = prepare(aws).lambda_
        traffic = Traffic(aws, "worker", "live", calls_per_second=10, seed=1)
        client.update_alias(FunctionName="worker", Name="live", FunctionVersion="2")
        client.delete_function(FunctionName="worker", Qualifier="1")
        clock.advance(20)
        assert traffic.unanswered > 0
        clock.advance(10)
        unanswered = traffic.unanswered

        clock.advance(60)

        assert (traffic.unanswered, set(traffic.calls)) == (unanswered, {"2"})


def test_the_same_seed_gives_the_same_calls():
    def drawn(seed: int) -> tuple[Any, Any]:
        clock = ManualClock()
        with AwsServer(clock=clock) as aws:
            prepare(aws)
            split(aws, v2=0.3)
            traffic = Traffic(aws, "worker", "live", 20, {"2": Behaviour(error_rate=0.2)}, seed=seed)
            for _ in range(20):
                clock.advance(15)
            return traffic.calls, traffic.failed

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


def test_durations_spread_around_their_median():
    latency = log_normal(40.0)

    assert sum(latency.values()) == pytest.approx(1)
    assert sum(share for value, share in latency.items() if value < 40) == pytest.approx(0.5)


def test_traffic_needs_a_clock_that_tests_can_advance():
    with AwsServer() as aws, pytest.raises(SandboxError, match="ManualClock"):
        Traffic(aws, "worker", "live", 1)
