import threading
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.faults import CallerCrashed, Fault
from lambdaform_sandbox.moto_call import Call
from lambdaform_sandbox.overlay.metric_store import Series
from lambdaform_sandbox.server import AwsServer
from sandbox.overlay.account import Account, refused

REFUSED = {
    Fault.THROTTLED: ("TooManyRequestsException", 429),
    Fault.PRECONDITION_FAILED: ("PreconditionFailedException", 412),
    Fault.SERVICE_ERROR: ("ServiceException", 500),
    Fault.UNAVAILABLE: ("ServiceUnavailable", 503),
    Fault.EXPIRED_TOKEN: ("ExpiredTokenException", 403),
    Fault.ACCESS_DENIED: ("AccessDeniedException", 403),
}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def aws(clock: ManualClock) -> Iterator[AwsServer]:
    with AwsServer(clock=clock) as server:
        yield server


@pytest.fixture
def account(aws: AwsServer) -> Account:
    """An account with the alias `live` on version 1 of `worker`, which has a version 2; nothing logged yet."""
    account = Account(aws.client)
    account.create(Publish=True)
    account.publish("two")
    account.alias("1")
    aws.faults.clear()
    return account


def move(account: Account, version: str = "2") -> None:
    account.lambda_.update_alias(FunctionName="worker", Name="live", FunctionVersion=version)


def standing(account: Account) -> str:
    """Return the version that the alias is on."""
    return account.lambda_.get_alias(FunctionName="worker", Name="live")["FunctionVersion"]


@pytest.mark.parametrize("fault", REFUSED)
def test_a_refused_call_is_answered_as_aws_does_and_changes_nothing(aws: AwsServer, account: Account, fault: Fault):
    aws.faults.inject(fault, "UpdateAlias")

    with refused(*REFUSED[fault]):
        move(account)

    assert standing(account) == "1"
    move(account)
    assert standing(account) == "2"


def test_a_throttled_caller_is_told_why_and_for_how_long(aws: AwsServer, account: Account):
    aws.faults.inject(Fault.THROTTLED)

    with pytest.raises(ClientError) as caught:
        standing(account)

    error: Any = caught.value
    assert error.response["Reason"] == "CallerRateLimitExceeded"
    assert error.response["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1"


@pytest.mark.parametrize(
    ("service", "operation", "code", "status"),
    [("sts", "get_caller_identity", "Throttling", 400), ("s3", "list_buckets", "SlowDown", 503)],
)
def test_other_services_have_their_own_codes(aws: AwsServer, service: str, operation: str, code: str, status: int):
    aws.faults.inject(Fault.THROTTLED)

    with refused(code, status):
        getattr(aws.client(service), operation)()


def test_a_call_whose_connection_is_reset_changes_nothing(aws: AwsServer, account: Account):
    aws.faults.inject(Fault.RESET, "UpdateAlias")

    with pytest.raises(ConnectionClosedError):
        move(account)

    assert standing(account) == "1"


def test_a_call_whose_answer_is_lost_has_happened(aws: AwsServer, account: Account):
    aws.faults.inject(Fault.LOST_ANSWER, "UpdateAlias")

    with pytest.raises(ConnectionClosedError):
        move(account)

    assert standing(account) == "2"


@pytest.mark.parametrize(("fault", "version"), [(Fault.CRASH_BEFORE, "1"), (Fault.CRASH_AFTER, "2")])
def test_the_caller_can_die_before_or_after_what_it_did(aws: AwsServer, account: Account, fault: Fault, version: str):
    aws.faults.inject(fault, "UpdateAlias")

    with pytest.raises(CallerCrashed):
        move(account)

    assert standing(account) == version


def test_a_fault_meets_the_nth_call_that_fits_and_as_many_as_told(aws: AwsServer, account: Account):
    aws.faults.inject(Fault.SERVICE_ERROR, "GetAlias", nth=2, times=2)

    met: list[bool] = []
    for _ in range(5):
        move(account)
        try:
            standing(account)
            met.append(False)
        except ClientError:
            met.append(True)

    assert met == [False, True, True, False, False]


def test_without_an_operation_calls_are_counted_whatever_they_are(aws: AwsServer, account: Account):
    aws.faults.inject(Fault.SERVICE_ERROR, nth=3)

    move(account)
    standing(account)
    with refused("ServiceException"):
        move(account, "1")


def test_a_share_of_the_calls_is_the_same_for_the_same_seed():
    def met(seed: int) -> list[bool]:
        with AwsServer(seed=seed) as aws:
            aws.faults.inject(Fault.SERVICE_ERROR, share=0.5)
            sts, result = aws.client("sts"), list[bool]()
            for _ in range(20):
                try:
                    sts.get_caller_identity()
                    result.append(False)
                except ClientError:
                    result.append(True)
        return result

    assert met(1) == met(1) != met(2)
    assert 4 < sum(met(1)) < 16


def test_a_condition_looks_at_the_parameters(aws: AwsServer, account: Account):
    aws.faults.inject(Fault.SERVICE_ERROR, "UpdateAlias", where=lambda call: call.parameters["FunctionVersion"] == "2")

    move(account, "1")
    with refused("ServiceException"):
        move(account, "2")


def test_somebody_else_can_act_right_before_a_call(aws: AwsServer, account: Account):
    revision = account.lambda_.get_alias(FunctionName="worker", Name="live")["RevisionId"]
    aws.faults.before(lambda _: move(account), "UpdateAlias")

    with refused("PreconditionFailedException", 412):
        account.lambda_.update_alias(FunctionName="worker", Name="live", Description="mine", RevisionId=revision)

    assert standing(account) == "2"


def test_an_action_after_a_call_finds_it_done(aws: AwsServer, account: Account):
    found: list[str] = []
    aws.faults.after(lambda _: found.append(standing(account)), "UpdateAlias")

    move(account)

    assert found == ["2"]


def test_calls_are_logged_in_order_and_those_of_actions_are_not(aws: AwsServer, account: Account):
    aws.faults.before(lambda _: standing(account), "UpdateAlias", times=None)
    aws.faults.inject(Fault.SERVICE_ERROR, "UpdateAlias", nth=2)
    move(account)
    with refused("ServiceException"):
        move(account)
    with aws.faults.unseen():
        standing(account)

    assert [(call.service, call.operation) for call in aws.faults.calls] == [("lambda", "UpdateAlias")] * 2
    assert aws.faults.calls[0].parameters == {"FunctionName": "worker", "Name": "live", "FunctionVersion": "2"}
    assert aws.faults.calls[0].access_key_id == aws.credentials.access_key_id


def test_a_call_to_s3_is_logged_once_with_its_object(aws: AwsServer):
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="artifacts")
    s3.put_object(Bucket="artifacts", Key="app.zip", Body=b"x")

    last: Call = aws.faults.calls[-1]

    assert [call.operation for call in aws.faults.calls] == ["CreateBucket", "PutObject"]
    assert (last.service, last.parameters) == ("s3", {"Bucket": "artifacts", "Key": "app.zip"})


def test_faults_are_counted_exactly_when_many_threads_call(aws: AwsServer):
    aws.faults.inject(Fault.SERVICE_ERROR, nth=11, times=5)
    refusals: list[str] = []

    def ask() -> None:
        for _ in range(10):
            try:
                sts.get_caller_identity()
            except ClientError as error:
                refusals.append(str(error))

    sts = aws.client("sts")
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refusals) == 5
    assert len(aws.faults.calls) == 40


@pytest.mark.parametrize(
    ("fault", "status", "values"),
    [(Fault.PARTIAL_DATA, "PartialData", [1.0, 1.0]), (Fault.DATA_ERROR, "InternalError", [])],
)
def test_metric_data_can_be_partial_or_missing(
    aws: AwsServer, clock: ManualClock, fault: Fault, status: str, values: list[float]
):
    for _ in range(4):
        aws.metrics.put(Series.of("AWS/Lambda", "Invocations", {}), clock.now(), {1: 1})
        clock.advance(60)
    clock.advance(80)
    aws.faults.inject(fault, "GetMetricData")

    (harmed,), (complete,) = (read(aws), read(aws))

    assert (harmed["StatusCode"], harmed["Values"]) == (status, values)
    assert (complete["StatusCode"], complete["Values"]) == ("Complete", [1.0] * 4)


def read(aws: AwsServer) -> list[dict[str, Any]]:
    metric: dict[str, Any] = {"Namespace": "AWS/Lambda", "MetricName": "Invocations", "Dimensions": []}
    return aws.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "m", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}],
        StartTime=aws.clock.now() - 3_600,
        EndTime=aws.clock.now(),
    )["MetricDataResults"]


def test_a_session_of_the_sandbox_makes_clients_like_boto3s(aws: AwsServer):
    client = aws.session().client("sts", region_name="us-east-1", config=Config(read_timeout=7))

    assert client.meta.config.read_timeout == 7
    assert client.get_caller_identity()["Account"] == aws.account
