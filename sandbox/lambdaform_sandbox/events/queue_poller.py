"""One mapping at work: receive a batch, filter, invoke, delete what was handled, give back what was not.

Time is compressed: there is no batching window, and a message that failed is visible again at once instead of after the
queue's visibility timeout, if the queue has a dead-letter queue that ends the attempts. One batch at a time.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Any

from ..deployed import InvocationResult
from ..overlay import invocations
from ..runtime.background import done_in_time, in_background
from ..runtime.notices import Notices
from ..server import AwsServer
from .filters import matches_any, message_document
from .queue_mapping import QueueMapping
from .records import failed_message_ids, sqs_event, sqs_record

__all__ = ["QueuePoller"]

IDLE_SECONDS = 0.1
"""Pause after an empty receive."""
MAXIMUM_MESSAGES = 10
"""Of one receive, and of one delete."""
logger = logging.getLogger(__name__)
Message = Mapping[str, Any]


@dataclass(frozen=True)
class _Queue:
    """A queue as the poller reaches it."""

    url: str
    of_role: Any
    """Client under the execution role, which needs to receive, delete and read attributes."""
    has_dead_letters: bool


class QueuePoller:
    """Polls until it is retired or `closing` is done; then it no longer waits for the function either."""

    def __init__(
        self,
        aws: AwsServer,
        mapping: QueueMapping,
        closing: "Future[None]",
        notices: Notices,
        on_batch: Callable[[], None],
    ):
        self._aws = aws
        self._mapping = mapping
        self._patterns = mapping.patterns
        self._closing = closing
        self._notices = notices
        self._queue: _Queue | None = None
        self._retired = False
        self._failing = False
        self._on_batch = on_batch

    def retire(self) -> None:
        """End after the batch at hand."""
        self._retired = True

    def run(self) -> None:
        """Poll. Whatever goes wrong is said once, and tried again."""
        while not self._retired and not self._closing.done():
            try:
                worked, self._failing = self._poll(), False
            except Exception as error:  # noqa: BLE001  # the role, the queue or the function may be wrong in any way
                worked = False
                self._note_failure(error)
            if not worked:
                wait((self._closing,), IDLE_SECONDS)

    def _note_failure(self, error: Exception) -> None:
        """Say what is wrong when it begins to be, and connect anew: the role may be another one by then."""
        self._queue = None
        if not self._failing:
            self._failing = True
            self._notices.once(f"messages of `{self._mapping.queue_arn}` are not delivered: {error}")

    def _poll(self) -> bool:
        """Work off one batch; tell whether there was one."""
        queue = self._queue = self._queue or self._connected()
        messages = self._receive(queue)
        if not messages:
            return False
        wanted = [message for message in messages if self._is_wanted(message)]
        failed = self._failed(wanted) if wanted else set[str]()
        if failed is not None:
            self._on_batch()  # before the messages are gone: see `QueueEvents.wait_until_idle`
            _delete(queue, [message for message in messages if message["MessageId"] not in failed])
            self._give_back(queue, [message for message in messages if message["MessageId"] in failed])
        return True

    def _receive(self, queue: _Queue) -> list[Message]:
        """Receive up to a batch, as far as messages are there."""
        messages: list[Message] = []
        while (room := self._mapping.batch_size - len(messages)) > 0:
            received = queue.of_role.receive_message(
                QueueUrl=queue.url,
                MaxNumberOfMessages=min(room, MAXIMUM_MESSAGES),
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
                WaitTimeSeconds=0,
            ).get("Messages", [])
            messages += received
            if not received:
                break
        return messages

    def _is_wanted(self, message: Message) -> bool:
        return matches_any(self._patterns, message_document(sqs_record(message, self._mapping.queue_arn)))

    def _failed(self, messages: Sequence[Message]) -> set[str] | None:
        """Invoke the function; return the ids of the messages that failed, None when the sandbox closes meanwhile."""
        event = sqs_event(sqs_record(message, self._mapping.queue_arn) for message in messages)
        answer = in_background(lambda: invocations.invoke(self._mapping.function_arn, event))
        if not done_in_time(answer, self._closing):
            return None
        return self._failed_of(answer, [message["MessageId"] for message in messages])

    def _failed_of(self, answer: "Future[InvocationResult]", ids: list[str]) -> set[str]:
        error = answer.exception()
        if error is not None:
            self._notices.once(f"`{self._mapping.function_arn}` cannot be invoked: {error}")
            return set(ids)
        result = answer.result()
        if result.function_error:
            return set(ids)
        return failed_message_ids(result.payload, ids) if self._mapping.reports_failures else set()

    def _give_back(self, queue: _Queue, messages: Sequence[Message]) -> None:
        """Make messages visible at once, as the sandbox and not as the role, which on AWS needs no right for it."""
        if not queue.has_dead_letters:
            return
        administrator = self._aws.client("sqs")
        for entries in _entries(messages):
            visible = [{**entry, "VisibilityTimeout": 0} for entry in entries]
            administrator.change_message_visibility_batch(QueueUrl=queue.url, Entries=visible)

    def _connected(self) -> _Queue:
        """Look up the queue and the role, and read the queue's attributes with the role's rights, as Lambda does."""
        function = self._aws.client("lambda").get_function_configuration(FunctionName=self._mapping.function_arn)
        credentials = self._aws.role_credentials(function["Role"])
        account, name = self._mapping.queue_arn.split(":")[4:6]
        url = self._aws.client("sqs").get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
        of_role = self._aws.client("sqs", credentials)
        attributes = of_role.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return _Queue(url, of_role, "deadLetterTargetArn" in json.loads(attributes.get("RedrivePolicy") or "{}"))


def _delete(queue: _Queue, messages: Sequence[Message]) -> None:
    for entries in _entries(messages):
        queue.of_role.delete_message_batch(QueueUrl=queue.url, Entries=entries)


def _entries(messages: Sequence[Message]) -> Iterable[list[dict[str, Any]]]:
    """Return messages as entries of batch calls."""
    for start in range(0, len(messages), MAXIMUM_MESSAGES):
        part = messages[start : start + MAXIMUM_MESSAGES]
        yield [{"Id": str(i), "ReceiptHandle": message["ReceiptHandle"]} for i, message in enumerate(part)]
