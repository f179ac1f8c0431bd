"""Lambda's data plane on this machine: handlers in child processes, with logs, metrics, retries and dead letters."""

import logging
import platform
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from ..deployed import DeployedFunction, InvocationResult
from ..errors import SandboxError
from ..server import AwsServer
from .answer import Answer, error_payload
from .asynchronous import AsynchronousInvocations
from .code_folders import CodeFolders
from .dead_letters import send_dead_letter
from .environment import handler_environment, log_group_name
from .environment_pool import EnvironmentPool
from .execution_environment import ExecutionEnvironment
from .handler_process import HandlerProcess
from .interpreter import NoInterpreterError, find_interpreter
from .log_stream import LogStream
from .metrics import dimension_sets, put
from .notices import Notices
from .platform_lines import invocation_log, stream_name

__all__ = ["LocalRuntime"]

LOG_TAIL_BYTES = 4_096
ARCHITECTURES = {"aarch64": "arm64", "arm64": "arm64", "amd64": "x86_64", "x86_64": "x86_64"}
"""Lambda's names of what Python calls the machine."""
logger = logging.getLogger(__name__)


class LocalRuntime:
    """Runs handlers for the control plane, under their roles' credentials.

    Whatever a handler does is an answer and never an exception here. Memory size is reported and not enforced. `close`
    ends every child process and thread and removes every file.
    """

    def __init__(self, aws: AwsServer):
        self._aws = aws
        self._folder = tempfile.TemporaryDirectory(prefix="lambdaform-runtime-")
        self._code = CodeFolders(Path(self._folder.name))
        self._notices = Notices(logger)
        self._pool = EnvironmentPool(self._start)
        self._asynchronous = AsynchronousInvocations(self._run, self._bury)

    def invoke(self, function: DeployedFunction, payload: bytes) -> InvocationResult:
        """Run the handler once and wait for its answer."""
        return self._run(function, payload, str(uuid4()))

    def invoke_later(self, function: DeployedFunction, payload: bytes) -> None:
        """Queue an event: on failure it is tried again without waiting, then sent to the dead-letter target."""
        self._asynchronous.add(function, payload)

    def wait_until_idle(self, timeout_seconds: float) -> bool:
        """Wait for the queued events; tell whether all were worked off in time."""
        return self._asynchronous.wait_until_idle(timeout_seconds)

    def close(self) -> None:
        """End everything; handlers that run are killed."""
        self._asynchronous.stop()
        self._pool.close()
        self._asynchronous.join()
        self._folder.cleanup()

    def _run(self, function: DeployedFunction, payload: bytes, request_id: str) -> InvocationResult:
        started, clock, counted_at = datetime.now(UTC), time.monotonic(), self._aws.clock.now()
        try:
            with self._pool.borrowed(function) as environment:
                answer = environment.invoke(function.invoked_arn, payload, request_id)
                events = invocation_log(function, request_id, started, datetime.now(UTC), answer)
                environment.log.write(events)
        except (SandboxError, BotoCoreError, ClientError, OSError) as error:
            answer, events = self._not_run(function, error, request_id), []
        self._count(function, counted_at, answer)
        return InvocationResult(
            payload=answer.payload,
            executed_version=function.version,
            function_error="Unhandled" if answer.failed else None,
            log_tail=_tail("\n".join(line for _, line in events)),
            duration_milliseconds=(time.monotonic() - clock) * 1_000,
        )

    def _start(self, function: DeployedFunction) -> ExecutionEnvironment:
        """Start an execution environment: interpreter, code, credentials, log stream, process."""
        interpreter = find_interpreter(function.runtime)
        self._warn_of_architecture(function)
        code = self._code.of(function)
        credentials = self._aws.role_credentials(function.role_arn)
        log_stream_name = stream_name(function, datetime.now(UTC), uuid4().hex)
        temporary_directory = Path(tempfile.mkdtemp(dir=self._folder.name))
        environment = handler_environment(
            function,
            credentials=credentials,
            endpoint_url=self._aws.endpoint,
            log_stream_name=log_stream_name,
            task_root=code.task_root,
            layers_root=code.layers_root,
            runtime_directory=code.runtime_directory,
            temporary_directory=temporary_directory,
        )
        process = HandlerProcess(interpreter, code.search_path(function.runtime), environment, code.task_root)
        group = log_group_name(function)
        log = LogStream(group, log_stream_name, lambda: self._aws.client("logs", credentials), self._notices)
        return ExecutionEnvironment(function, process, log, temporary_directory)

    def _warn_of_architecture(self, function: DeployedFunction) -> None:
        machine = ARCHITECTURES.get(platform.machine().lower(), platform.machine())
        if function.architecture != machine:
            built_for = f"`{function.name}` is built for {function.architecture} and runs here on {machine}"
            self._notices.once(f"{built_for}: dependencies with compiled parts will not import")

    def _not_run(self, function: DeployedFunction, error: Exception, request_id: str) -> Answer:
        """Return the answer of a function that could not be started, and say why."""
        self._notices.once(f"`{function.name}` cannot run: {error}")
        error_type = "Sandbox.NoInterpreter" if isinstance(error, NoInterpreterError) else "Sandbox.NotStarted"
        return Answer(error_payload(error_type, str(error), request_id), failed=True, status="failure")

    def _count(self, function: DeployedFunction, started: float, answer: Answer) -> None:
        values = {"Invocations": 1.0, "Errors": float(answer.failed), "Duration": answer.duration_milliseconds}
        self._put(function, started, values)

    def _put(self, function: DeployedFunction, started: float, values: Mapping[str, float]) -> None:
        dimensions = dimension_sets(function.name, function.version, function.alias)
        put(self._aws.metrics, dimensions, started, {name: {value: 1} for name, value in values.items()})

    def _bury(self, function: DeployedFunction, payload: bytes, request_id: str, result: InvocationResult) -> None:
        """Send an event that failed for good to the dead-letter target; without one it is gone, as on AWS."""
        if function.dead_letter_arn is None:
            return
        try:
            send_dead_letter(self._aws, function, payload, request_id, result)
        except (SandboxError, BotoCoreError, ClientError) as error:
            self._notices.once(f"a dead letter of `{function.name}` is lost: {error}")
            self._put(function, self._aws.clock.now(), {"DeadLetterErrors": 1.0})


def _tail(text: str) -> str:
    return text.encode()[-LOG_TAIL_BYTES:].decode(errors="ignore")
