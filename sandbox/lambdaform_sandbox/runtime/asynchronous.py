"""Asynchronous invocations: a queue of events, attempts until one succeeds, then the dead-letter target.

Time is compressed: Lambda waits one and two minutes between attempts, the sandbox does not wait.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from uuid import uuid4

from ..deployed import DeployedFunction, InvocationResult

__all__ = ["AsynchronousInvocations"]

WORKERS = 4
logger = logging.getLogger(__name__)
Attempt = Callable[[DeployedFunction, bytes, str], InvocationResult]
Bury = Callable[[DeployedFunction, bytes, str, InvocationResult], None]


class AsynchronousInvocations:
    """Runs events in the background: `attempt` once or more, then `bury` if all attempts failed."""

    def __init__(self, attempt: Attempt, bury: Bury):
        self._attempt = attempt
        self._bury = bury
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="lambdaform-asynchronous")
        self._waiting: set[Future[None]] = set()
        self._lock = Lock()
        self._closed = False

    def add(self, function: DeployedFunction, payload: bytes) -> None:
        """Queue an event; after `close` it is dropped."""
        with self._lock:
            if self._closed:
                return
            event = self._workers.submit(self._work_off, function, payload)
            self._waiting.add(event)
        event.add_done_callback(self._forget)

    def wait_until_idle(self, timeout_seconds: float) -> bool:
        """Wait until every event, and those that came of them, are worked off; tell whether they were in time."""
        deadline = time.monotonic() + timeout_seconds
        while True:
            with self._lock:
                waiting = set(self._waiting)
            if not waiting:
                return True
            if wait(waiting, max(0.0, deadline - time.monotonic())).not_done:
                return False

    def stop(self) -> None:
        """Take no more events and drop those that have not begun; attempts that run are not repeated."""
        with self._lock:
            self._closed = True
        self._workers.shutdown(wait=False, cancel_futures=True)

    def join(self) -> None:
        """Wait for the attempts that run."""
        self._workers.shutdown(wait=True)

    def _work_off(self, function: DeployedFunction, payload: bytes) -> None:
        request_id = str(uuid4())
        for attempt in range(function.maximum_retry_attempts + 1):
            result = self._attempt(function, payload, request_id)
            if result.function_error is None or self._closed:
                return
            if attempt == function.maximum_retry_attempts:
                self._bury(function, payload, request_id, result)

    def _forget(self, event: Future[None]) -> None:
        with self._lock:
            self._waiting.discard(event)
        if not event.cancelled() and event.exception():
            logger.error("an asynchronous event is lost", exc_info=event.exception())
