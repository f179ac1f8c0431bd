"""Messages of queues, delivered to functions by event source mappings."""

import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lambdaform_sandbox.events import QueueEvents
from lambdaform_sandbox.overlay import invocations
from lambdaform_sandbox.runtime import LocalRuntime
from lambdaform_sandbox.server import AwsServer

from ..runtime.deployment import allow, deploy
from ..runtime.functions import ACCOUNT

POLL = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
LONG_SECONDS = 20
NOTES = """
    import json
    def handle(event, context):
        with open("NOTES", "a") as notes:
            notes.write(json.dumps({"arn": context.invoked_function_arn, "records": event["Records"]}) + "\\n")
        THEN
"""
SUCCEEDS = "return None"
RAISES = "raise ValueError"
FAILS_POISON = (
    "return {'batchItemFailures': [{'itemIdentifier': r['messageId']} "
    "for r in event['Records'] if r['body'] == 'poison']}"
)


@pytest.fixture(scope="module")
def aws() -> Iterator[AwsServer]:
    with AwsServer() as server:
        runtime = LocalRuntime(server)
        invocations.set_runtime(runtime)
        yield server
        invocations.set_runtime(None)
        runtime.close()


@pytest.fixture
def events(aws: AwsServer) -> Iterator[QueueEvents]:
    events = QueueEvents(aws)
    events.start()
    yield events
    events.close()


class Source:
    """A queue, its dead-letter queue, and a function that notes what it is given."""

    def __init__(self, aws: AwsServer, folder: Path, then: str, *, fifo: bool, dead_letters: bool):
        self.name = folder.name
        self._sqs = aws.client("sqs")
        self._lambda = aws.client("lambda")
        self._fifo = fifo
        self._notes = folder / "notes"
        self.dead_letters_url = self._queue(f"{self.name}-dead", {})
        redrive = {"deadLetterTargetArn": self._arn(f"{self.name}-dead"), "maxReceiveCount": 2}
        self.url = self._queue(self.name, {"RedrivePolicy": json.dumps(redrive)} if dead_letters else {})
        code = NOTES.replace("NOTES", str(self._notes)).replace("THEN", then)
        self.alias_arn = deploy(aws, self.name, code, allow(POLL, self._arn(self.name)))

    def _queue(self, name: str, attributes: dict[str, str]) -> str:
        of_fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if self._fifo else {}
        return self._sqs.create_queue(QueueName=self._full(name), Attributes={**attributes, **of_fifo})["QueueUrl"]

    def _full(self, name: str) -> str:
        return f"{name}.fifo" if self._fifo else name

    def _arn(self, name: str) -> str:
        return f"arn:aws:sqs:us-east-1:{ACCOUNT}:{self._full(name)}"

    def map(self, **settings: Any) -> str:
        """Make the event source mapping."""
        mapping = {"FunctionName": self.alias_arn, "EventSourceArn": self._arn(self.name), **settings}
        return self._lambda.create_event_source_mapping(**mapping)["UUID"]

    def unmap(self) -> None:
        """Delete every mapping."""
        for mapping in self._lambda.list_event_source_mappings(FunctionName=self.alias_arn)["EventSourceMappings"]:
            self._lambda.delete_event_source_mapping(UUID=mapping["UUID"])

    def send(self, *bodies: str, **settings: Any) -> None:
        for body in bodies:
            of_fifo = {"MessageGroupId": "one"} if self._fifo else {}
            self._sqs.send_message(QueueUrl=self.url, MessageBody=body, **of_fifo, **settings)

    def calls(self) -> list[Any]:
        """Return what the function was given, call by call."""
        return [json.loads(line) for line in self._notes.read_text().splitlines()] if self._notes.exists() else []

    def bodies(self) -> list[list[str]]:
        return [[record["body"] for record in call["records"]] for call in self.calls()]

    def left(self, url: str | None = None) -> list[str]:
        """Return the messages that are in a queue."""
        found: list[Any] = []
        while messages := self._sqs.receive_message(QueueUrl=url or self.url, MaxNumberOfMessages=10).get("Messages"):
            found += messages
        return sorted(message["Body"] for message in found)


MakeSource = Callable[..., Source]


@pytest.fixture
def source(aws: AwsServer, tmp_path: Path) -> Iterator[MakeSource]:
    made: list[Source] = []

    def source(then: str = SUCCEEDS, *, fifo: bool = False, dead_letters: bool = True) -> Source:
        made.append(Source(aws, tmp_path, then, fifo=fifo, dead_letters=dead_letters))
        return made[-1]

    yield source
    for each in made:
        each.unmap()


def test_messages_reach_the_alias_in_batches_and_leave_the_queue(events: QueueEvents, source: MakeSource) -> None:
    orders = source()
    orders.send(*map(str, range(7)))

    orders.map(BatchSize=5)

    assert events.wait_until_idle(LONG_SECONDS)
    assert orders.bodies() == [["0", "1", "2", "3", "4"], ["5", "6"]]
    assert orders.calls()[0]["arn"] == orders.alias_arn
    assert orders.left() == orders.left(orders.dead_letters_url) == []


def test_a_batch_can_be_larger_than_one_receive(events: QueueEvents, source: MakeSource) -> None:
    orders = source()
    orders.send(*map(str, range(25)))

    orders.map(BatchSize=100, MaximumBatchingWindowInSeconds=300)

    assert events.wait_until_idle(LONG_SECONDS)
    assert [len(batch) for batch in orders.bodies()] == [25]


def test_a_record_carries_the_attributes_of_its_message(events: QueueEvents, source: MakeSource) -> None:
    orders = source()
    orders.send("hello", MessageAttributes={"kind": {"DataType": "String", "StringValue": "a"}})

    orders.map()

    assert events.wait_until_idle(LONG_SECONDS)
    (record,) = orders.calls()[0]["records"]
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["kind"]["stringValue"] == "a"


def test_a_batch_that_fails_is_tried_again_and_then_becomes_dead_letters(
    events: QueueEvents, source: MakeSource
) -> None:
    orders = source(RAISES)
    orders.send("a", "b")

    orders.map()

    assert events.wait_until_idle(LONG_SECONDS)
    assert [sorted(batch) for batch in orders.bodies()] == [["a", "b"], ["a", "b"]]
    assert orders.left(orders.dead_letters_url) == ["a", "b"]


def test_of_a_batch_with_reported_failures_only_those_come_back(events: QueueEvents, source: MakeSource) -> None:
    orders = source(FAILS_POISON)
    orders.send("a", "poison", "b")

    orders.map(FunctionResponseTypes=["ReportBatchItemFailures"])

    assert events.wait_until_idle(LONG_SECONDS)
    assert orders.bodies() == [["a", "poison", "b"], ["poison"]]
    assert orders.left(orders.dead_letters_url) == ["poison"]


def test_without_the_response_type_reported_failures_mean_nothing(events: QueueEvents, source: MakeSource) -> None:
    orders = source(FAILS_POISON)
    orders.send("poison")

    orders.map()

    assert events.wait_until_idle(LONG_SECONDS)
    assert orders.bodies() == [["poison"]]
    assert orders.left(orders.dead_letters_url) == []


def test_an_answer_that_makes_no_sense_fails_the_whole_batch(events: QueueEvents, source: MakeSource) -> None:
    orders = source("return {'batchItemFailures': [{'itemIdentifier': 'unknown'}]}")
    orders.send("a", "b")

    orders.map(FunctionResponseTypes=["ReportBatchItemFailures"])

    assert events.wait_until_idle(LONG_SECONDS)
    assert orders.left(orders.dead_letters_url) == ["a", "b"]


def test_a_message_that_no_filter_wants_is_deleted_unseen(events: QueueEvents, source: MakeSource) -> None:
    orders = source()
    orders.send('{"kind": "order"}', '{"kind": "refund"}', "no json")

    orders.map(FilterCriteria={"Filters": [{"Pattern": json.dumps({"body": {"kind": ["order"]}})}]})

    assert events.wait_until_idle(LONG_SECONDS)
    assert orders.bodies() == [['{"kind": "order"}']]
    assert orders.left() == orders.left(orders.dead_letters_url) == []


def test_a_group_of_a_fifo_queue_keeps_its_order_through_a_failure(events: QueueEvents, source: MakeSource) -> None:
    orders = source("assert event['Records'][0]['attributes']['ApproximateReceiveCount'] == '2'", fifo=True)
    orders.send("1", "2", "3", "4")

    orders.map(BatchSize=2)

    assert events.wait_until_idle(LONG_SECONDS)
    assert orders.bodies() == [["1", "2"], ["1", "2"], ["3", "4"], ["3", "4"]]


def test_a_mapping_that_is_disabled_delivers_nothing_until_it_is_enabled(
    aws: AwsServer, events: QueueEvents, source: MakeSource
) -> None:
    orders = source()
    mapping = orders.map(Enabled=False)
    orders.send("a")
    assert events.wait_until_idle(LONG_SECONDS)
    assert orders.calls() == []

    aws.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=True)

    assert events.wait_until_idle(LONG_SECONDS)
    assert orders.bodies() == [["a"]]


def test_a_role_that_loses_its_rights_delivers_nothing_and_the_sandbox_says_so_once(
    aws: AwsServer, events: QueueEvents, source: MakeSource, caplog: pytest.LogCaptureFixture
) -> None:
    orders = source()
    orders.map()
    aws.client("iam").delete_role_policy(RoleName=f"{orders.name}-role", PolicyName="own")

    with caplog.at_level(logging.WARNING):
        orders.send("a")
        assert not events.wait_until_idle(1)

    said = [record.getMessage() for record in caplog.records if orders.name in record.getMessage()]
    assert len(said) == 1
    assert "are not delivered" in said[0]
    assert orders.calls() == []


def test_without_a_dead_letter_queue_a_failed_message_waits_for_its_visibility_timeout(
    events: QueueEvents, source: MakeSource
) -> None:
    orders = source(RAISES, dead_letters=False)
    orders.send("a")

    orders.map()

    assert not events.wait_until_idle(1)
    assert orders.bodies() == [["a"]]


def test_a_mapping_that_is_deleted_delivers_nothing_more(events: QueueEvents, source: MakeSource) -> None:
    orders = source()
    mapping = orders.map()
    orders.send("a")
    assert events.wait_until_idle(LONG_SECONDS)

    orders.unmap()
    (poller,) = [thread for thread in threading.enumerate() if thread.name == f"lambdaform-queue-{mapping}"]
    poller.join(LONG_SECONDS)
    assert not poller.is_alive()
    orders.send("b")
    assert orders.left() == ["b"]


def test_closing_does_not_wait_for_the_function(aws: AwsServer, source: MakeSource, tmp_path: Path) -> None:
    arrived = tmp_path / "arrived"
    os.mkfifo(arrived)
    orders = source(f"open({str(arrived)!r}, 'w').close(); import signal; signal.pause()")
    orders.send("a")
    orders.map()
    events = QueueEvents(aws)
    events.start()
    arrived.open().close()

    events.close()
    events.close()

    assert not events.wait_until_idle(LONG_SECONDS)
