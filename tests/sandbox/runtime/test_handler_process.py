"""What a handler may do to its process, and what its caller and the sandbox see of that."""

import json
import os
from pathlib import Path

import pytest
from lambdaform_sandbox.runtime import LocalRuntime
from lambdaform_sandbox.server import AwsServer

from .functions import deployed, error_of, log_of, run, value_of


def test_a_handler_that_takes_too_long_is_killed(runtime: LocalRuntime) -> None:
    error = error_of(run(runtime, "print('begun'); import signal; signal.pause()", timeout_seconds=1))

    assert error["errorType"] == "Sandbox.Timedout"
    assert error["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")


@pytest.mark.parametrize(
    ("body", "how"),
    [
        ("import sys; sys.exit()", "Runtime exited without providing a reason"),
        ("exit(3)", "Runtime exited with error: exit status 3"),
        ("import os; os._exit(4)", "Runtime exited with error: exit status 4"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "Runtime exited with error: signal: killed"),
        ("import os; os.closerange(3, 100)", "Runtime exited with error: exit status 1"),
    ],
)
def test_a_handler_that_ends_its_process_is_an_exit_error(runtime: LocalRuntime, body: str, how: str) -> None:
    error = error_of(run(runtime, body))

    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith(how)


def test_after_a_crash_the_next_event_is_handled_by_a_new_process(runtime: LocalRuntime) -> None:
    function = deployed("import os\ndef handle(event, context): return os._exit(1) if event else os.getpid()")
    before = value_of(runtime.invoke(function, b"0"))

    error_of(runtime.invoke(function, b"1"))

    assert value_of(runtime.invoke(function, b"0")) != before


def test_a_handler_that_forks_answers_once(runtime: LocalRuntime) -> None:
    function = deployed("""
        import os
        def handle(event, context):
            if event == "fork":
                os.fork()
            return event
    """)

    answers = [value_of(runtime.invoke(function, json.dumps(event).encode())) for event in ("fork", "next", "last")]

    assert answers == ["fork", "next", "last"]


def test_a_forked_copy_that_returns_writes_its_answer_nowhere(runtime: LocalRuntime, tmp_path: Path) -> None:
    body = """
        import os
        if os.fork() == 0:
            # Under the numbers that the pipes had.
            while os.open(event, os.O_CREAT | os.O_WRONLY) < 200:
                pass
            return "of the copy"
        os.wait()
        return open(event).read()
    """

    assert value_of(run(runtime, body, str(tmp_path / "file"))) == ""


def test_what_a_handler_started_ends_with_its_environment(aws: AwsServer, tmp_path: Path) -> None:
    alive = tmp_path / "alive"
    os.mkfifo(alive)
    runtime = LocalRuntime(aws)
    # The copy holds the pipe open for as long as it lives.
    body = f"""
        import os, signal
        if os.fork() == 0:
            os.open({str(alive)!r}, os.O_WRONLY)
            signal.pause()
        return "answered"
    """
    assert value_of(run(runtime, body)) == "answered"
    with alive.open() as reading:
        runtime.close()
        assert reading.read() == ""


def test_a_handler_that_writes_into_its_answer_pipe_harms_only_itself(runtime: LocalRuntime) -> None:
    body = """
        import os
        for pipe in range(3, 1024):
            try:
                os.write(pipe, bytes([0, 0, 0, 1, 120]))
            except OSError:
                pass
    """

    assert error_of(run(runtime, body))["errorType"] == "Runtime.ExitError"
    assert value_of(run(runtime, "return 1")) == 1


def test_what_is_printed_is_never_the_answer(runtime: LocalRuntime) -> None:
    result = run(runtime, "import os; print('{}'); os.write(1, b'raw\\n'); return 5")

    assert value_of(result) == 5
    assert "\n{}\nraw\n" in result.log_tail


def test_a_megabyte_of_output_is_cut_and_said(runtime: LocalRuntime, aws: AwsServer) -> None:
    aws.client("logs").create_log_group(logGroupName="flooded")

    result = run(runtime, "print(('x' * 999 + '\\n') * 1_000); return 'done'", log_group="flooded")

    assert value_of(result) == "done"
    assert "more bytes were dropped" in result.log_tail
    assert len(result.log_tail) <= 4_096
    assert "more bytes were dropped" in log_of(aws, "flooded")[-3]


def test_a_program_that_prints_for_ever_does_not_hold_up_the_answer(runtime: LocalRuntime) -> None:
    body = "import subprocess; [subprocess.Popen(['yes']) for _ in range(4)]; return 'done'"

    assert value_of(run(runtime, body)) == "done"
