"""The program inside an execution environment: imports the handler and answers events, one at a time.

Run by the interpreter of the function's runtime, not by the sandbox's: Python 3.9 or newer, standard library only.
Events and answers travel on two private pipes, so that whatever a handler prints is a log line and never an answer.
"""

from __future__ import annotations

import decimal
import importlib
import json
import logging
import os
import resource
import site
import struct
import sys
import time
import traceback
from functools import partial
from io import TextIOWrapper
from types import SimpleNamespace
from typing import Any, Callable, Mapping, cast  # noqa: UP035  # this file also runs on Python 3.9, see above

__all__ = ["LENGTH", "MAXIMUM_RESPONSE_BYTES", "pack", "unpack"]

LENGTH = struct.Struct(">I")
"""What precedes each message on a pipe: its length in bytes."""
MAXIMUM_RESPONSE_BYTES = 6_291_556
"""Largest answer of a synchronous invocation."""


def main(events: int, answers: int, search_path: list[str]) -> None:
    """Load the handler that `_HANDLER` names, then answer events until the pipe `events` is closed."""
    prepare(events, answers, search_path)
    process = os.getpid()
    try:
        handle = load(os.environ["_HANDLER"])
    except Exception as error:  # noqa: BLE001  # any failure of the function's own import is its answer
        write(answers, pack({"kind": "init-error"}, encoded_error(error, "")))
        return
    write(answers, pack({"kind": "ready"}, b""))
    while (message := read(events)) is not None:
        header, payload = unpack(message)
        answer = respond(handle, header, payload)
        if os.getpid() != process:
            os._exit(0)  # a copy that the handler forked and that returned from it: only the original answers
        write(answers, answer)


def prepare(events: int, answers: int, search_path: list[str]) -> None:
    """Make the process look like Lambda's: module path, log lines at once, pipes that nobody inherits."""
    sys.path[:0] = search_path
    sys.argv = [os.environ["_HANDLER"]]
    site.setquit()
    for stream in (sys.stdout, sys.stderr):
        cast("TextIOWrapper", stream).reconfigure(line_buffering=True)
    for pipe in (events, answers):
        os.set_inheritable(pipe, False)
        os.register_at_fork(after_in_child=partial(os.close, pipe))
    configure_logging()


def load(handler: str) -> Callable[[Any, Context], Any]:
    """Return the function behind `module.function` or `folder/module.function`."""
    module_name, _, function_name = handler.rpartition(".")
    if not module_name:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{handler}': it must read `module.function`")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        message = f"Syntax error in module '{module_name}': {error}"
        place = f'  File "{error.filename}" Line {error.lineno}\n    {error.text}'
        raise Fault("Runtime.UserCodeSyntaxError", message, [place]) from error
    found: Callable[[Any, Context], Any] | None = getattr(module, function_name, None)
    if found is None:
        raise Fault("Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'")
    return found


def respond(handle: Callable[[Any, Context], Any], invocation: Mapping[str, Any], payload: bytes) -> bytes:
    """Call the handler and return the message with its answer or its error."""
    Context.current = context = Context(invocation)
    os.environ["_X_AMZN_TRACE_ID"] = invocation["trace_id"]
    kind = "answer"
    try:
        answer = encoded_result(handle(decoded_event(payload), context))
    except Exception as error:  # noqa: BLE001  # whatever a handler raises is its answer
        kind, answer = "error", encoded_error(error, context.aws_request_id)
    sys.stdout.flush()
    sys.stderr.flush()
    return pack({"kind": kind, "memory_mb": memory_mb()}, answer)


def decoded_event(payload: bytes) -> Any:  # noqa: ANN401  # an event is any JSON value
    """Return the event; no payload is an empty object, as on Lambda."""
    try:
        return json.loads(payload or b"{}")
    except ValueError as error:
        raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from error


def encoded_result(result: Any) -> bytes:  # noqa: ANN401  # a handler returns what it likes
    """Return what the handler returned as JSON, or raise a fault when it is not JSON or too large."""
    try:
        encoded = json.dumps(result, ensure_ascii=False, default=encoded_decimal).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error
    if len(encoded) > MAXIMUM_RESPONSE_BYTES:
        limit = f"exceeded maximum allowed payload size ({MAXIMUM_RESPONSE_BYTES} bytes)"
        raise Fault("Function.ResponseSizeTooLarge", f"Response payload size {limit}.")
    return encoded


def encoded_decimal(value: object) -> float:
    """Encode what `json` cannot: Lambda's runtime takes DynamoDB's decimals, and nothing else."""
    if isinstance(value, decimal.Decimal):
        return float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def encoded_error(error: Exception, request_id: str) -> bytes:
    """Return an error as Lambda's Invoke gives it, and write it to the log."""
    fault = isinstance(error, Fault)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    trace = error.trace if fault else traceback.format_list(frames)
    described = {
        "errorMessage": str(error)[:100_000],
        "errorType": error.error_type if fault else type(error).__name__,
        "requestId": request_id,
        "stackTrace": trace,
    }
    if os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON":
        line = json.dumps({"timestamp": timestamp(time.time()), "log_level": "ERROR", **described})
    else:
        line = "\n".join((f"[ERROR] {described['errorType']}: {described['errorMessage']}", *trace)).rstrip()
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
    return json.dumps(described).encode()


class Fault(Exception):  # noqa: N818  # the word of Lambda's runtime
    """An error of the function that Lambda's runtime finds, under the name that Lambda gives it."""

    def __init__(self, error_type: str, message: str, trace: list[str] | None = None):
        super().__init__(message)
        self.error_type = error_type
        self.trace = trace or []


class Context:
    """What a handler is told about its invocation."""

    current: Context | None = None
    """The invocation that runs now; log records carry its id."""

    def __init__(self, invocation: Mapping[str, Any]):
        self.aws_request_id: str = invocation["request_id"]
        self.invoked_function_arn: str = invocation["arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None)
        self.client_context = None
        self._deadline_milliseconds: float = invocation["deadline_milliseconds"]

    def get_remaining_time_in_millis(self) -> int:
        """Return the time until the timeout, in milliseconds, never below 0."""
        return max(0, int(self._deadline_milliseconds - time.time() * 1000))


def configure_logging() -> None:
    """Give the root logger the handler of Lambda's runtime; with JSON logs its level is INFO."""
    as_json = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter() if as_json else TextFormatter())
    logging.root.addHandler(handler)
    # On Lambda no endpoint is set, and botocore has nothing to say about one.
    logging.getLogger("botocore.configprovider").setLevel(logging.WARNING)
    if as_json:
        logging.root.setLevel(logging.INFO)


class TextFormatter(logging.Formatter):
    """Log records as lines of text, with the request id."""

    def format(self, record: logging.LogRecord) -> str:
        """Return level, time, request id and message, separated by tabs."""
        message = super().format(record)
        return "\t".join((f"[{record.levelname}]", timestamp(record.created), current_request_id(), message))


class JsonFormatter(logging.Formatter):
    """Log records as JSON objects, with the request id."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line of JSON."""
        line: dict[str, Any] = {
            "timestamp": timestamp(record.created),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "requestId": current_request_id(),
        }
        if record.exc_info and record.exc_info[1]:
            line["errorType"] = type(record.exc_info[1]).__name__
            line["errorMessage"] = str(record.exc_info[1])
            line["stackTrace"] = self.formatException(record.exc_info).splitlines()
        return json.dumps(line, default=str)


def current_request_id() -> str:
    """Return the id of the invocation that runs now, empty while the module is imported."""
    return Context.current.aws_request_id if Context.current else ""


def timestamp(seconds: float) -> str:
    """Return a time as Lambda writes it: UTC with milliseconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds * 1000) % 1000:03d}Z"


def memory_mb() -> int:
    """Return the most memory this process has used, in MB."""
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_048_576
    # Linux counts in ru_maxrss the memory of the process that started this one.
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123  # pathlib costs milliseconds of import
        return next(int(line.split()[1]) // 1_024 for line in status if line.startswith("VmHWM:"))


def pack(header: Mapping[str, Any], payload: bytes) -> bytes:
    """Return one message: length, a line of JSON, payload."""
    body = json.dumps(header).encode() + b"\n" + payload
    return LENGTH.pack(len(body)) + body


def unpack(body: bytes) -> tuple[Mapping[str, Any], bytes]:
    """Return header and payload of a message whose length has been taken off."""
    header, _, payload = body.partition(b"\n")
    return json.loads(header), payload


def read(pipe: int) -> bytes | None:
    """Return the next message, or None at the end."""
    length = read_exactly(pipe, LENGTH.size)
    return read_exactly(pipe, LENGTH.unpack(length)[0]) if length else None


def read_exactly(pipe: int, size: int) -> bytes:
    """Return `size` bytes, or none at all when the pipe ends."""
    received = bytearray()
    while len(received) < size:
        chunk = os.read(pipe, min(size - len(received), 1_048_576))
        if not chunk:
            return b""
        received += chunk
    return bytes(received)


def write(pipe: int, message: bytes) -> None:
    """Write a whole message."""
    remaining = memoryview(message)
    while remaining:
        remaining = remaining[os.write(pipe, remaining) :]


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
