"""The program inside an execution environment, on every Python of this machine that Lambda has."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from lambdaform_sandbox.runtime import NoInterpreterError, find_interpreter
from lambdaform_sandbox.runtime.bootstrap import pack
from lambdaform_sandbox.runtime.captured_output import CapturedOutput
from lambdaform_sandbox.runtime.handler_process import HandlerProcess

HANDLER = """
import logging, sys
def handle(event, context):
    logging.warning("asked")
    print("of", context.function_name)
    return {"event": event, "version": "python%d.%d" % sys.version_info[:2]}
"""
VARIABLES = {
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
    "AWS_LAMBDA_FUNCTION_NAME": "worker",
    "AWS_LAMBDA_FUNCTION_VERSION": "1",
    "AWS_LAMBDA_LOG_FORMAT": "Text",
    "AWS_LAMBDA_LOG_GROUP_NAME": "group",
    "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
    "_HANDLER": "app.handle",
}
INVOCATION = {"arn": "arn", "deadline_milliseconds": 0, "request_id": "id", "trace_id": "Root=1;Sampled=0"}


def available() -> Mapping[str, Path]:
    found: dict[str, Path] = {}
    for minor in range(9, 16):
        try:
            found[f"python3.{minor}"] = find_interpreter(f"python3.{minor}")
        except NoInterpreterError:
            continue
    return found


INTERPRETERS = available()


@pytest.mark.parametrize("runtime", INTERPRETERS)
def test_it_answers_events_on_every_python(runtime: str, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(HANDLER)
    process = HandlerProcess(INTERPRETERS[runtime], [str(tmp_path)], VARIABLES, tmp_path)
    output = CapturedOutput()
    try:
        ready: Any = process.exchange(b"", output, 30)
        answer: Any = process.exchange(pack(INVOCATION, b'{"a": 1}'), output, 30)
    finally:
        process.close()

    assert ready[0] == {"kind": "ready"}
    assert answer[1].decode() == f'{{"event": {{"a": 1}}, "version": "{runtime}"}}'
    assert answer[0]["kind"] == "answer"
    assert answer[0]["memory_mb"] < 100
    warning, printed = output.lines()
    assert warning.startswith("[WARNING]\t")
    assert warning.endswith("\tid\tasked")
    assert printed == "of worker"
