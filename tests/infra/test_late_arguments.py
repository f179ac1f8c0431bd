"""Arguments that are only known while `pulumi up` runs: refused then, before the resource that would use them."""

from collections.abc import Callable
from typing import Any, cast

import pulumi
import pytest
from infra.samples import ACCOUNT, ALIAS, QUEUE, TABLE, TARGET, Ordered, function_args
from lambdaform import Function, HttpApi, InputError, Queue, QueueSource, QueueSourceArgs, grants
from lambdaform.testing import deploy

FUNCTION = ("aws:lambda/function:Function", "worker")
POLICY = ("aws:iam/rolePolicy:RolePolicy", "worker")
MAPPING = ("aws:lambda/eventSourceMapping:EventSourceMapping", "orders")
PERMISSION = ("aws:lambda/permission:Permission", "people-get-root")
HUSH = "hush-hush"


def late(value: Any) -> Any:
    return pulumi.Output.from_input(value)


def secret(value: Any) -> Any:
    return pulumi.Output.secret(value)


def function(**changes: Any) -> Function:
    return Function("worker", function_args(**changes))


def source(**changes: Any) -> QueueSource:
    return QueueSource("orders", cast(QueueSourceArgs, {**TARGET, "queue_arn": QUEUE, **changes}))


def api(target: Any) -> HttpApi:
    return HttpApi("people", {"routes": {"GET /": target}, "public": True})


def refused(program: Callable[[], object]) -> tuple[InputError, list[tuple[str, str]]]:
    backend = Ordered()
    with pytest.raises(InputError) as raised:
        deploy(program, backend=backend)
    return raised.value, backend.made


LATE: list[tuple[Callable[[], object], str, str, tuple[str, str]]] = [
    (lambda: function(memory_size=late(64)), "memory_size", "must be 128 to 10,240 MB; use 128", FUNCTION),
    (lambda: function(memory_size=late("512")), "memory_size", "must be a whole number, not text", FUNCTION),
    (lambda: function(timeout=late(True)), "timeout", "must be a whole number", FUNCTION),
    (lambda: function(timeout=late(float("nan"))), "timeout", "pass a whole, finite number", FUNCTION),
    (lambda: function(environment={"TABLE": late(7)}), "environment.TABLE", "must be text", FUNCTION),
    (lambda: function(environment={"TABLE": late("a\x1b[31m")}), "environment.TABLE", "control characters", FUNCTION),
    (lambda: function(environment={"A1": late("x" * 5_000)}), "environment", "at most 4,096 bytes in all", FUNCTION),
    (lambda: function(kms_key_arn=late("alias/mine"), environment={"A1": "b"}), "kms_key_arn", "a KMS key", FUNCTION),
    (lambda: function(layers=[late("layer")]), "layers[0]", "the ARN of a layer version", FUNCTION),
    (
        lambda: function(reserved_concurrent_executions=late(2), provisioned_concurrent_executions=late(3)),
        "provisioned_concurrent_executions",
        "must not exceed the 2 of reserved_concurrent_executions",
        FUNCTION,
    ),
    (
        lambda: function(snap_start=True, ephemeral_storage=late(1_024)),
        "ephemeral_storage",
        "must be 512 MB with snap_start",
        FUNCTION,
    ),
    (
        lambda: function(permissions=[grants.write_table(TABLE), grants.send_queue(late("*"))]),
        "permissions[1].resources[0]",
        "must be an ARN that names one thing",
        POLICY,
    ),
    (
        lambda: function(permissions=[grants.send_queue(late(f"arn:aws:sqs:eu-west-1:{ACCOUNT}:*"))]),
        "permissions[0].resources[0]",
        "must be an ARN that names one thing",
        POLICY,
    ),
    (
        lambda: source(queue_visibility_timeout=late(179)),
        "queue_visibility_timeout",
        "must be at least 180: six times the function's timeout of 30 s",
        MAPPING,
    ),
    (lambda: source(timeout=late(31), queue_visibility_timeout=180), "queue_visibility_timeout", "186", MAPPING),
    (lambda: source(batch_size=late(11)), "batch_size", "needs a batching window above 10", MAPPING),
    (
        lambda: source(queue_arn=late(f"{QUEUE}.fifo"), batching_window_seconds=5),
        "batching_window_seconds",
        "is not possible for a FIFO queue",
        MAPPING,
    ),
    (lambda: source(alias_arn=late(ALIAS.replace("live", "7"))), "alias_arn", "the ARN of an alias", MAPPING),
    (lambda: source(filters=[late("[1]")]), "filters[0]", "must be a JSON object", MAPPING),
    (
        lambda: api({"alias_arn": late(ALIAS), "timeout": late(31)}),
        "routes.GET /.timeout",
        "must be at most 30 seconds behind an HTTP API",
        PERMISSION,
    ),
    (lambda: api({"alias_arn": late("worker")}), "routes.GET /.alias_arn", "the ARN of an alias", PERMISSION),
]


@pytest.mark.parametrize(
    ("program", "field", "phrase", "spared"), LATE, ids=lambda row: row if isinstance(row, str) else ""
)
def test_a_late_value_is_refused_before_anything_uses_it(
    program: Callable[[], object], field: str, phrase: str, spared: tuple[str, str]
):
    error, made = refused(program)

    assert [problem.field for problem in error.problems] == [field]
    assert phrase in str(error)
    assert spared not in made


@pytest.mark.parametrize(
    "program",
    [
        lambda: function(alarms={"enabled": late(False)}),
        lambda: function(permissions=late([])),
        lambda: function(handler=late("handler.handle")),
        lambda: function(vpc=late({})),
        lambda: function(warmer={"concurrency": late(1)}),
        lambda: Queue("orders", {"consumer_timeout": 30, "alarm_topics": late([])}),
    ],
)
def test_what_decides_which_resources_exist_must_be_plain(program: Callable[[], object]):
    error, made = refused(program)

    assert "must be a plain value, because it decides what is created; pass it without an Output" in str(error)
    assert made == []


def test_a_late_none_is_no_value():
    recording = deploy(lambda: function(description=late(None)))

    assert "description" not in recording.one(FUNCTION[0]).inputs


@pytest.mark.parametrize(
    "program",
    [
        lambda: function(environment={"API_TOKEN": HUSH}),
        lambda: function(environment={"TABLE": secret(f"{HUSH}\x00")}),
        lambda: function(environment={"TABLE": secret(HUSH * 1_000)}),
        lambda: function(environment={"1": HUSH}),
        lambda: function(environment={"TABLE": {"nested": HUSH}}),
        lambda: function(environment=secret({"TABLE": HUSH})),
        lambda: function(environment={"TABLE": secret(HUSH), "AWS_REGION": HUSH}),
        lambda: function(description=secret(HUSH * 100)),
        lambda: function(kms_key_arn=secret(HUSH), environment={"A1": "b"}),
        lambda: function(handler=secret(HUSH)),
        lambda: function(permissions=[grants.send_queue(secret(HUSH))]),
    ],
)
def test_a_secret_is_never_in_the_message(program: Callable[[], object]):
    error, _ = refused(program)

    assert HUSH not in str(error)
    assert HUSH not in repr(error)
