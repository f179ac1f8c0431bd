"""One child process with a handler in it: started, talked to over pipes, ended with all that it started."""

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from . import bootstrap
from .captured_output import CapturedOutput

__all__ = ["HandlerProcess", "ProcessEndedError", "TimedOutError"]

CHUNK_BYTES = 65_536
LIVENESS_SECONDS = 0.1
"""How soon the end of a child is noticed when something it forked still holds its pipes."""
EXIT_SECONDS = 1.0
"""How long a child that closed its answer pipe may take to exit before it is killed."""
Message = tuple[Mapping[str, Any], bytes]


class TimedOutError(Exception):
    """The child did not answer in time."""


class ProcessEndedError(Exception):
    """The child ended, or closed its pipe, instead of answering."""


class HandlerProcess:
    """A child in a process group of its own, with private pipes for events and answers and one for its output.

    One thread at a time talks to it. `kill` may be called from any thread; `close` only by who talks to it.
    """

    def __init__(self, interpreter: Path, search_path: Sequence[str], environment: Mapping[str, str], folder: Path):
        events, self._events = os.pipe()
        self._answers, answers = os.pipe()
        self._output, output = os.pipe()
        # Isolated and without site-packages: a module that was not packaged is missing here as it is on Lambda.
        options = ("-I", "-S", "-X", "utf8", str(Path(bootstrap.__file__)), str(events), str(answers))
        try:
            self._process = subprocess.Popen(  # noqa: S603  # the interpreter was probed, the arguments are ours
                [str(interpreter), *options, *search_path],
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(events, answers),
                start_new_session=True,
            )
        except BaseException:
            self._close_pipes()
            raise
        finally:
            for pipe in (events, answers, output):
                os.close(pipe)
        for pipe in (self._events, self._answers, self._output):
            os.set_blocking(pipe, False)

    @property
    def alive(self) -> bool:
        """Whether the child runs."""
        return self._process.poll() is None

    def exchange(self, message: bytes, output: CapturedOutput, timeout_seconds: float) -> Message:
        """Send a message (none when empty), take in what the child prints, and return its next answer.

        Raises `TimedOutError` or `ProcessEndedError`; the child is of no more use then.
        """
        try:
            return self._answer(message, output, time.monotonic() + timeout_seconds)
        finally:
            self._drain(output)

    def ended_how(self) -> str:
        """Return how a child that does not answer any more ended, in Lambda's words. Ends it if it has to."""
        try:
            code = self._process.wait(EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            code = self._process.wait()
        if code == 0:
            return "Runtime exited without providing a reason"
        status = f"exit status {code}" if code > 0 else f"signal: {(signal.strsignal(-code) or str(-code)).lower()}"
        return f"Runtime exited with error: {status}"

    def kill(self) -> None:
        """End the child and everything in its process group, at once."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End the child and let go of its pipes."""
        self.kill()
        self._process.wait()
        self._close_pipes()

    def _answer(self, message: bytes, output: CapturedOutput, deadline: float) -> Message:
        outgoing, incoming = memoryview(message), bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._answers, selectors.EVENT_READ)
            selector.register(self._output, selectors.EVENT_READ)
            if outgoing:
                selector.register(self._events, selectors.EVENT_WRITE)
            while (remaining := deadline - time.monotonic()) > 0:
                ready = {key.fd for key, _ in selector.select(min(remaining, LIVENESS_SECONDS))}
                if self._output in ready and not self._take_in(output):
                    selector.unregister(self._output)
                if self._events in ready:
                    outgoing = self._send(outgoing)
                    if not outgoing:
                        selector.unregister(self._events)
                if self._answers in ready:
                    self._receive(incoming)
                    if (answer := _complete(incoming)) is not None:
                        return answer
                elif not ready and not self.alive:
                    raise ProcessEndedError
        raise TimedOutError

    def _send(self, outgoing: memoryview) -> memoryview:
        try:
            return outgoing[os.write(self._events, outgoing[:CHUNK_BYTES]) :]
        except BrokenPipeError:
            raise ProcessEndedError from None

    def _receive(self, incoming: bytearray) -> None:
        chunk = os.read(self._answers, CHUNK_BYTES)
        if not chunk:
            raise ProcessEndedError
        incoming += chunk

    def _take_in(self, output: CapturedOutput) -> bool:
        try:
            chunk = os.read(self._output, CHUNK_BYTES)
        except BlockingIOError:
            return False
        output.add(chunk)
        return bool(chunk)

    def _drain(self, output: CapturedOutput) -> None:
        """Take in what was printed before the answer; no more, since a thread of the handler may print for ever."""
        for _ in range(16):
            if not self._take_in(output):
                return

    def _close_pipes(self) -> None:
        for pipe in (self._events, self._answers, self._output):
            os.close(pipe)


def _complete(incoming: bytearray) -> Message | None:
    prefix = bootstrap.LENGTH.size
    if len(incoming) < prefix or len(incoming) - prefix < bootstrap.LENGTH.unpack(incoming[:prefix])[0]:
        return None
    try:
        return bootstrap.unpack(bytes(incoming[prefix:]))
    except ValueError:
        # A handler wrote into a pipe that is not its own: nothing can be told apart in it any more.
        raise ProcessEndedError from None
