import base64
import json
from collections import Counter
from collections.abc import Iterator

import pytest
from lambdaform_sandbox.deployed import DeployedFunction, InvocationResult
from lambdaform_sandbox.moto_call import AwsError
from lambdaform_sandbox.overlay import invocations
from lambdaform_sandbox.server import AwsServer
from sandbox.overlay.account import Account, refused, zipped


class Recorder:
    """A runtime that keeps what it is asked to run and answers with the payload."""

    def __init__(self) -> None:
        self.functions: list[DeployedFunction] = []
        self.queued: list[bytes] = []
        self.error: str | None = None

    def invoke(self, function: DeployedFunction, payload: bytes) -> InvocationResult:
        self.functions.append(function)
        return InvocationResult(payload, function.version, function_error=self.error, log_tail="the last lines")

    def invoke_later(self, function: DeployedFunction, payload: bytes) -> None:
        self.functions.append(function)
        self.queued.append(payload)


@pytest.fixture
def runtime(sandbox: Account) -> Iterator[Recorder]:
    recorder = Recorder()
    invocations.set_runtime(recorder)
    yield recorder
    invocations.set_runtime(None)


def split(account: Account, share: float) -> None:
    account.create(Publish=True)
    account.alias("1", RoutingConfig={"AdditionalVersionWeights": {account.publish("two"): share}})


def test_the_qualifier_decides_which_version_runs(sandbox: Account, runtime: Recorder):
    sandbox.create(Publish=True)
    sandbox.publish("two")
    sandbox.alias("1")

    versions = [
        sandbox.lambda_.invoke(FunctionName="worker", **qualifier)["ExecutedVersion"]
        for qualifier in ({}, {"Qualifier": "live"}, {"Qualifier": "2"})
    ]

    assert versions == ["$LATEST", "1", "2"]
    assert [function.alias for function in runtime.functions] == [None, "live", None]
    assert [function.invoked_arn.split(":function:")[1] for function in runtime.functions] == [
        "worker",
        "worker:live",
        "worker:2",
    ]


def test_an_arn_with_an_alias_is_a_qualifier_too(sandbox: Account, runtime: Recorder):
    sandbox.create(Publish=True)

    sandbox.lambda_.invoke(FunctionName=sandbox.alias("1")["AliasArn"])

    assert (runtime.functions[0].version, runtime.functions[0].alias) == ("1", "live")


def test_each_call_of_a_split_alias_is_drawn_by_its_weight(sandbox: Account, runtime: Recorder):
    split(sandbox, 0.1)

    counted = Counter(invocations.invoke("worker:live", b"{}").executed_version for _ in range(1000))

    assert 70 <= counted["2"] <= 130
    assert counted["1"] + counted["2"] == 1000


@pytest.mark.parametrize(("share", "version"), [(0.0, "1"), (1.0, "2")])
def test_a_share_of_nothing_or_all_is_no_matter_of_chance(
    sandbox: Account, runtime: Recorder, share: float, version: str
):
    split(sandbox, share)

    assert {invocations.invoke("worker:live", b"{}").executed_version for _ in range(50)} == {version}


def test_the_same_seed_draws_the_same_calls():
    drawn: list[list[str]] = []
    for _ in range(2):
        with AwsServer(seed=7) as server:
            split(Account(server.client), 0.5)
            invocations.set_runtime(Recorder())
            drawn.append([invocations.invoke("worker:live", b"{}").executed_version for _ in range(20)])

    assert drawn[0] == drawn[1]


def test_the_runtime_gets_everything_that_was_published(sandbox: Account, runtime: Recorder):
    layer = sandbox.lambda_.publish_layer_version(LayerName="shared", Content={"ZipFile": zipped("shared = 1")})
    sandbox.create(
        Publish=True,
        Timeout=7,
        MemorySize=256,
        Architectures=["arm64"],
        Environment={"Variables": {"TABLE": "people"}},
        Layers=[layer["LayerVersionArn"]],
        LoggingConfig={"LogFormat": "JSON", "LogGroup": "worker-1"},
    )
    sandbox.alias("1")
    sandbox.lambda_.put_function_event_invoke_config(FunctionName="worker", Qualifier="live", MaximumRetryAttempts=0)
    sandbox.lambda_.update_function_configuration(FunctionName="worker", Environment={"Variables": {"TABLE": "new"}})

    sandbox.lambda_.invoke(FunctionName="worker", Qualifier="live")
    function = runtime.functions[0]

    assert (function.timeout_seconds, function.memory_mb, function.architecture) == (7, 256, "arm64")
    assert (function.code, function.layers) == (zipped(), (zipped("shared = 1"),))
    assert function.environment == {"TABLE": "people"}
    assert (function.log_group, function.log_format) == ("worker-1", "JSON")
    assert function.maximum_retry_attempts == 0
    assert function.role_arn == sandbox.role


def test_the_answer_tells_payload_error_and_log(sandbox: Account, runtime: Recorder):
    sandbox.create()
    runtime.error = "Unhandled"

    answer = sandbox.lambda_.invoke(FunctionName="worker", Payload=b'{"a": 1}', LogType="Tail")

    assert json.loads(answer["Payload"].read()) == {"a": 1}
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert base64.b64decode(answer["LogResult"]) == b"the last lines"


def test_the_log_is_told_only_to_who_asks_for_it(sandbox: Account, runtime: Recorder):
    sandbox.create()

    assert "LogResult" not in sandbox.lambda_.invoke(FunctionName="worker")


def test_a_payload_that_looks_like_a_form_is_a_payload(sandbox: Account, runtime: Recorder):
    sandbox.create()

    answer = sandbox.lambda_.invoke(FunctionName="worker", Payload=b'{"a": "&Action=DeleteFunction&qualifier=9"}')

    assert json.loads(answer["Payload"].read()) == {"a": "&Action=DeleteFunction&qualifier=9"}


def test_an_event_is_queued_and_not_waited_for(sandbox: Account, runtime: Recorder):
    sandbox.create()

    answer = sandbox.lambda_.invoke(FunctionName="worker", InvocationType="Event", Payload=b"1")

    assert (answer["StatusCode"], runtime.queued) == (202, [b"1"])


def test_a_dry_run_runs_nothing(sandbox: Account, runtime: Recorder):
    sandbox.create()

    assert sandbox.lambda_.invoke(FunctionName="worker", InvocationType="DryRun")["StatusCode"] == 204
    assert runtime.functions == []


@pytest.mark.parametrize("reference", ["other", "worker:none"])
def test_what_does_not_exist_is_not_invoked(account: Account, reference: str):
    account.create()

    with refused("ResourceNotFoundException", 404):
        account.lambda_.invoke(FunctionName=reference)


def test_a_payload_that_is_no_json_is_refused(account: Account):
    account.create()

    with refused("InvalidRequestContentException", 400):
        account.lambda_.invoke(FunctionName="worker", Payload=b"not json")


def test_a_payload_that_is_too_long_is_refused(account: Account):
    account.create()

    with refused("RequestTooLargeException", 413):
        account.lambda_.invoke(FunctionName="worker", InvocationType="Event", Payload=json.dumps("x" * 1_048_576))


def test_a_function_without_any_concurrency_is_throttled(account: Account):
    account.create()
    account.lambda_.put_function_concurrency(FunctionName="worker", ReservedConcurrentExecutions=0)

    with refused("TooManyRequestsException", 429):
        account.lambda_.invoke(FunctionName="worker")


def test_without_a_runtime_the_answer_says_so(sandbox: Account):
    sandbox.create()

    with pytest.raises(AwsError, match="runs no handlers"):
        invocations.invoke("worker", b"{}")


def test_without_a_sandbox_the_answer_says_so():
    with pytest.raises(AwsError, match="is not running"):
        invocations.invoke("worker", b"{}")
