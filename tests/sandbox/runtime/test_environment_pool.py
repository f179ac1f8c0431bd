"""Which events share a process, and which do not."""

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from lambdaform_sandbox.runtime import LocalRuntime
from lambdaform_sandbox.server import AwsServer

from .functions import deployed, error_of, value_of

PID = "import os\ndef handle(event, context): return os.getpid()"
MEETING = """
    import os
    def handle(event, context):
        open(event["arrived"], "w").close()
        open(event["leave"]).close()
        return os.getpid()
"""


class Meeting:
    """Two pipes on which a handler says that it runs, and waits until it may end."""

    def __init__(self, folder: Path, name: str):
        self._arrived, self._leave = folder / f"{name}-arrived", folder / f"{name}-leave"
        os.mkfifo(self._arrived)
        os.mkfifo(self._leave)
        self.event = json.dumps({"arrived": str(self._arrived), "leave": str(self._leave)}).encode()

    def wait_for_arrival(self) -> None:
        self._arrived.open().close()

    def dismiss(self) -> None:
        self._leave.open("w").close()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as executor:
        yield executor


def test_a_warm_environment_is_used_again_whatever_the_alias(runtime: LocalRuntime) -> None:
    function = deployed(PID, name="warm")

    first = value_of(runtime.invoke(function, b"{}"))
    by_alias = value_of(runtime.invoke(replace(function, alias="other", invoked_arn="arn:other"), b"{}"))

    assert first == by_alias


def test_a_cold_start_is_reported_once(runtime: LocalRuntime) -> None:
    function = deployed(PID, name="cold")

    logs = [runtime.invoke(function, b"{}").log_tail for _ in range(2)]

    assert ["Init Duration" in log for log in logs] == [True, False]


def test_versions_do_not_share_an_environment(runtime: LocalRuntime) -> None:
    one, two = (value_of(runtime.invoke(deployed(PID, name="versions", version=v), b"{}")) for v in ("1", "2"))

    assert one != two


def test_a_new_configuration_of_latest_ends_the_old_environment(runtime: LocalRuntime) -> None:
    latest = deployed(PID, name="latest", version="$LATEST", alias=None)
    old = value_of(runtime.invoke(latest, b"{}"))

    new = value_of(runtime.invoke(replace(latest, environment={"A": "1"}), b"{}"))

    assert old != new
    with pytest.raises(ProcessLookupError):
        os.kill(old, 0)


def test_events_at_the_same_time_get_processes_of_their_own(
    runtime: LocalRuntime, tmp_path: Path, threads: ThreadPoolExecutor
) -> None:
    function, meetings = deployed(MEETING, name="busy"), [Meeting(tmp_path, "one"), Meeting(tmp_path, "two")]
    running = [threads.submit(runtime.invoke, function, meeting.event) for meeting in meetings]

    for meeting in meetings:
        meeting.wait_for_arrival()
    for meeting in meetings:
        meeting.dismiss()

    first, second = (value_of(each.result()) for each in running)
    assert first != second


def test_closing_ends_handlers_that_run(aws: AwsServer, tmp_path: Path, threads: ThreadPoolExecutor) -> None:
    runtime, meeting = LocalRuntime(aws), Meeting(tmp_path, "one")
    running = threads.submit(runtime.invoke, deployed(MEETING), meeting.event)
    meeting.wait_for_arrival()

    runtime.close()

    assert error_of(running.result())["errorType"] == "Runtime.ExitError"


def test_after_closing_nothing_runs(aws: AwsServer) -> None:
    runtime = LocalRuntime(aws)
    runtime.close()

    assert "the sandbox is stopping" in error_of(runtime.invoke(deployed(PID), b"{}"))["errorMessage"]
