from typing import Any, cast

from infra.samples import ALIAS, KEY, QUEUE, TARGET, Ordered, allow, function_args, listed, statements
from lambdaform import AliasOwner, Function, Queue, QueueSource, QueueSourceArgs
from lambdaform.testing import UNKNOWN, Recording, deploy

MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
POLICY = "aws:iam/rolePolicy:RolePolicy"
READ = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]


def source(**changes: Any) -> Recording:
    args = cast(QueueSourceArgs, {**TARGET, "queue_arn": QUEUE, **changes})
    return deploy(lambda: QueueSource("orders", args))


def test_a_queue_source_is_a_mapping_and_the_right_to_read():
    assert listed(source()) == [
        (POLICY, "orders-queue"),
        (MAPPING, "orders"),
        ("lambdaform:index:QueueSource", "orders"),
    ]


def test_the_mapping_is_bound_to_the_alias_and_takes_partial_failures():
    assert source().one(MAPPING).inputs == {
        "functionName": ALIAS,
        "eventSourceArn": QUEUE,
        "enabled": True,
        "batchSize": 10,
        "functionResponseTypes": ["ReportBatchItemFailures"],
        "metricsConfig": {"metrics": ["EventCount"]},
    }


def test_the_role_may_read_this_queue_and_nothing_else():
    recording = source()

    assert statements(recording, "orders-queue") == [allow(READ, QUEUE)]
    assert recording.one(POLICY)["role"] == TARGET.get("role_name")


def test_an_encrypted_queue_brings_the_right_to_its_key():
    assert statements(source(queue_key_arn=KEY), "orders-queue") == [allow(["kms:Decrypt"], KEY), allow(READ, QUEUE)]


def test_nothing_is_read_before_it_is_allowed():
    backend = Ordered()

    deploy(lambda: QueueSource("orders", {**TARGET, "queue_arn": QUEUE}), backend=backend)

    assert [token for token, _ in backend.made] == [POLICY, MAPPING]


def test_how_messages_are_gathered_can_be_chosen():
    mapping = source(
        batch_size=100,
        batching_window_seconds=5,
        maximum_concurrency=2,
        filters=['{"body":{"kind":["order"]}}'],
        enabled=False,
    ).one(MAPPING)

    assert (mapping["batchSize"], mapping["maximumBatchingWindowInSeconds"]) == (100, 5)
    assert mapping["scalingConfig"] == {"maximumConcurrency": 2}
    assert mapping["filterCriteria"] == {"filters": [{"pattern": '{"body":{"kind":["order"]}}'}]}
    assert mapping["enabled"] is False


def test_a_queue_that_keeps_the_order_has_no_window():
    mapping = source(queue_arn=f"{QUEUE}.fifo").one(MAPPING)

    assert (mapping["batchSize"], "maximumBatchingWindowInSeconds" in mapping.inputs) == (10, False)


def test_a_placeholder_consumes_nothing_until_it_is_turned_on():
    assert source(placeholder=True, enabled=False).one(MAPPING)["enabled"] is False


def connected(consumer_timeout: int = 30, **changes: Any):
    worker = Function("worker", function_args(timeout=30, **changes))
    orders = Queue("orders", {"consumer_timeout": consumer_timeout, "alarm_topics": []})
    return QueueSource("orders", {**worker.target, **orders.consumption})


def test_a_function_and_a_queue_meet_by_spreading_what_they_offer():
    recording = deploy(connected)

    mapping = recording.one(MAPPING)
    queue = recording.one("aws:sqs/queue:Queue", "orders").outputs["arn"]
    assert mapping["functionName"] == recording.one("aws:lambda/alias:Alias").outputs["arn"]
    assert mapping["eventSourceArn"] == queue
    assert statements(recording, "orders-queue") == [allow(READ, queue)]


def test_a_function_that_the_release_tool_moves_is_consumed_through_the_same_alias():
    recording = deploy(lambda: connected(alias_owner=AliasOwner.RELEASE))

    assert recording.one(MAPPING)["functionName"] == recording.one("aws:lambda/alias:Alias").outputs["arn"]


def test_a_preview_takes_the_alias_on_trust():
    recording = deploy(connected, preview=True)

    assert recording.one(MAPPING)["functionName"] is UNKNOWN
    assert recording.one(MAPPING)["enabled"] is True


def test_the_output_is_the_mapping():
    recording = source()

    registered = recording.one("lambdaform:index:QueueSource").registered_outputs
    assert registered == {"event_source_mapping_id": recording.one(MAPPING).outputs["uuid"]}


def test_the_mapping_waits_for_timeouts_that_it_does_not_use_itself():
    def program() -> None:
        queue = Queue("orders", {"consumer_timeout": 30, "alarm_topics": []})
        unknown = queue.queue_url.apply(lambda _: 180)
        QueueSource("orders", {**TARGET, "queue_arn": QUEUE, "queue_visibility_timeout": unknown})

    mapping = deploy(program, preview=True).one(MAPPING)

    assert mapping["batchSize"] is UNKNOWN
    assert mapping["eventSourceArn"] == QUEUE  # an unknown one would read as a replacement
