"""One execution environment: a version's handler in a child process, warm from its first event to its end."""

import shutil
import time
from pathlib import Path
from uuid import uuid4

from ..deployed import DeployedFunction
from .answer import Answer, error_payload
from .bootstrap import pack
from .captured_output import CapturedOutput
from .handler_process import HandlerProcess, ProcessEndedError, TimedOutError
from .log_stream import LogStream

__all__ = ["ExecutionEnvironment"]

INIT_TIMEOUT_SECONDS = 10
"""Lambda's own limit for the import of the handler; a longer timeout of the function extends it."""


class ExecutionEnvironment:
    """A process, its log stream and its folder for temporary files. One event at a time."""

    def __init__(self, function: DeployedFunction, process: HandlerProcess, log: LogStream, folder: Path):
        self.function = function
        self.log = log
        self._process = process
        self._folder = folder
        self._cold = True
        self._broken = False

    @property
    def usable(self) -> bool:
        """Whether another event can be given to it."""
        return not self._broken and self._process.alive

    def invoke(self, invoked_arn: str, payload: bytes, request_id: str) -> Answer:
        """Run the handler, importing it first on a cold start. Whatever goes wrong is an answer too."""
        output, init_milliseconds = CapturedOutput(), None
        started = time.monotonic()
        try:
            if self._cold:
                self._cold = False
                failure = self._import_handler(output)
                init_milliseconds, started = _since(started), time.monotonic()
                if failure is not None:
                    return self._broken_answer(failure, "error", output, 0.0, init_milliseconds)
            message = self._message(invoked_arn, payload, request_id)
            header, result = self._process.exchange(message, output, self.function.timeout_seconds)
        except TimedOutError:
            self._process.kill()
            message = f"Task timed out after {self.function.timeout_seconds:.2f} seconds"
            failure = error_payload("Sandbox.Timedout", message, request_id)
            return self._broken_answer(failure, "timeout", output, _since(started), init_milliseconds)
        except ProcessEndedError:
            failure = error_payload("Runtime.ExitError", self._process.ended_how(), request_id)
            return self._broken_answer(failure, "failure", output, _since(started), init_milliseconds)
        failed = header["kind"] == "error"
        return Answer(
            payload=result,
            failed=failed,
            status="error" if failed else "success",
            lines=tuple(output.lines()),
            duration_milliseconds=_since(started),
            init_milliseconds=init_milliseconds,
            memory_mb=header["memory_mb"],
        )

    def kill(self) -> None:
        """End the process at once, from any thread; who waits for its answer gets an error."""
        self._process.kill()

    def close(self) -> None:
        """End the process and remove its files."""
        self._process.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _import_handler(self, output: CapturedOutput) -> bytes | None:
        """Wait until the handler is imported; return the error if it cannot be."""
        seconds = max(INIT_TIMEOUT_SECONDS, self.function.timeout_seconds)
        header, error = self._process.exchange(b"", output, seconds)
        return error if header["kind"] == "init-error" else None

    def _message(self, invoked_arn: str, payload: bytes, request_id: str) -> bytes:
        header = {
            "arn": invoked_arn,
            "deadline_milliseconds": (time.time() + self.function.timeout_seconds) * 1_000,
            "request_id": request_id,
            "trace_id": f"Root=1-{int(time.time()):08x}-{uuid4().hex[:24]};Sampled=0",
        }
        return pack(header, payload)

    def _broken_answer(
        self, failure: bytes, status: str, output: CapturedOutput, duration: float, init: float | None
    ) -> Answer:
        self._broken = True
        return Answer(failure, True, status, tuple(output.lines()), duration, init)


def _since(started: float) -> float:
    return (time.monotonic() - started) * 1_000
