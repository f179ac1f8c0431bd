"""The pollers of all event source mappings from queues, started and ended as mappings come and go."""

import logging
import time
from concurrent.futures import Future, wait
from threading import Lock, Thread

from botocore.exceptions import BotoCoreError, ClientError

from ..runtime.notices import Notices
from ..server import AwsServer
from .queue_mapping import QueueMapping, queue_mappings
from .queue_poller import QueuePoller

__all__ = ["QueueEvents"]

SCAN_SECONDS = 0.25
"""How soon a new, changed or deleted mapping is noticed."""
CHECK_SECONDS = 0.05
COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
logger = logging.getLogger(__name__)


class QueueEvents:
    """Delivers the messages of queues to functions. `start` once, `close` at the end."""

    def __init__(self, aws: AwsServer):
        self._aws = aws
        self._lambda = aws.client("lambda")
        self._sqs = aws.client("sqs")
        self._notices = Notices(logger)
        self._closing: Future[None] = Future()
        self._supervisor = Thread(target=self._supervise, name="lambdaform-queue-events", daemon=True)
        self._lock = Lock()
        self._pollers: dict[QueueMapping, QueuePoller] = {}
        self._batches = 0
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Begin to deliver."""
        self._supervisor.start()

    def wait_until_idle(self, timeout_seconds: float) -> bool:
        """Wait until the queues of all enabled mappings are empty; tell whether that was in time.

        A message is in its queue until the function has handled it, or it has become a dead letter.
        """
        deadline = time.monotonic() + timeout_seconds
        while not self._is_idle():
            if time.monotonic() > deadline or self._closing.done():
                return False
            wait((self._closing,), CHECK_SECONDS)
        return True

    def close(self) -> None:
        """End all polling; a batch that is being handled is left to its function. Does nothing the second time."""
        if not self._closing.done():
            self._closing.set_result(None)
        for thread in (self._supervisor, *self._threads):
            if thread.is_alive():
                thread.join()

    def _supervise(self) -> None:
        while not self._closing.done():
            try:
                self._follow(queue_mappings(self._lambda))
            except (BotoCoreError, ClientError) as error:
                self._notices.once(f"event source mappings cannot be listed: {error}")
            wait((self._closing,), SCAN_SECONDS)

    def _follow(self, mappings: list[QueueMapping]) -> None:
        """Start pollers for what is new and retire those of what is gone or has changed."""
        with self._lock:
            for mapping in [mapping for mapping in self._pollers if mapping not in mappings]:
                self._pollers.pop(mapping).retire()
            for mapping in mappings:
                if mapping not in self._pollers:
                    self._pollers[mapping] = poller = self._poller(mapping)
                    thread = Thread(target=poller.run, name=f"lambdaform-queue-{mapping.mapping_id}", daemon=True)
                    self._threads = [*(each for each in self._threads if each.is_alive()), thread]
                    thread.start()

    def _is_idle(self) -> bool:
        """Tell whether all queues are empty, and no batch, which may have sent messages, ended meanwhile."""
        before = self._batches
        queues = {mapping.queue_arn for mapping in queue_mappings(self._lambda)}
        return not any(self._count(queue) for queue in queues) and self._batches == before

    def _poller(self, mapping: QueueMapping) -> QueuePoller:
        return QueuePoller(self._aws, mapping, self._closing, self._notices, self._note_batch)

    def _note_batch(self) -> None:
        with self._lock:
            self._batches += 1

    def _count(self, queue_arn: str) -> int:
        """Return how many messages a queue holds, in flight and delayed ones too."""
        account, name = queue_arn.split(":")[4:6]
        url = self._sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
        attributes = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(COUNTS))["Attributes"]
        return sum(int(attributes[name]) for name in COUNTS)
