import json
from datetime import UTC, datetime, timedelta
from typing import Any

from lambdaform_sandbox.runtime.answer import Answer, error_payload
from lambdaform_sandbox.runtime.platform_lines import invocation_log, stream_name

from .functions import deployed

STARTED = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ENDED = STARTED + timedelta(seconds=1)
SUCCESS = Answer(b"1", lines=("printed",), duration_milliseconds=12.345, init_milliseconds=100.0, memory_mb=40)
TIMEOUT = Answer(error_payload("Sandbox.Timedout", "Task timed out after 1.00 seconds", "id"), True, "timeout")


def lines_of(answer: Answer, **changes: Any) -> list[str]:
    return [line for _, line in invocation_log(deployed("", **changes), "id", STARTED, ENDED, answer)]


def test_text_logs_frame_the_output_with_start_end_and_report() -> None:
    *framed, report = lines_of(SUCCESS, log_format="Text")

    assert framed == ["START RequestId: id Version: 1", "printed", "END RequestId: id"]
    assert report.split("\t") == [
        "REPORT RequestId: id",
        "Duration: 12.35 ms",
        "Billed Duration: 113 ms",
        "Memory Size: 128 MB",
        "Max Memory Used: 40 MB",
        "Init Duration: 100.00 ms",
    ]


def test_text_logs_say_that_a_function_timed_out() -> None:
    lines = lines_of(TIMEOUT, log_format="Text")

    assert lines[1] == "2026-11-24T10:00:01.000Z RequestId: id Error: Task timed out after 1.00 seconds"
    assert lines[-1].endswith("\tStatus: timeout")


def test_json_logs_frame_the_output_with_platform_records() -> None:
    start, output, report = lines_of(SUCCESS, log_format="JSON")

    assert json.loads(start) == {
        "time": "2026-11-24T10:00:00.000Z",
        "type": "platform.start",
        "record": {"requestId": "id", "version": "1"},
    }
    assert output == "printed"
    assert json.loads(report) == {
        "time": "2026-11-24T10:00:01.000Z",
        "type": "platform.report",
        "record": {
            "requestId": "id",
            "metrics": {
                "durationMs": 12.345,
                "billedDurationMs": 113,
                "memorySizeMB": 128,
                "maxMemoryUsedMB": 40,
                "initDurationMs": 100.0,
            },
            "status": "success",
        },
    }


def test_json_logs_say_why_a_function_did_not_answer() -> None:
    record = json.loads(lines_of(TIMEOUT, log_format="JSON")[-1])["record"]

    assert (record["status"], record["errorType"]) == ("timeout", "Sandbox.Timedout")


def test_events_are_in_the_order_of_time() -> None:
    times = [time for time, _ in invocation_log(deployed(""), "id", STARTED, ENDED, SUCCESS)]

    assert times == sorted(times)


def test_a_stream_is_named_after_day_version_and_environment() -> None:
    default = deployed("", log_group="")

    assert stream_name(default, STARTED, "abc") == "2026/11/24/[1]abc"


def test_in_a_group_of_choice_the_stream_also_names_the_function() -> None:
    assert stream_name(deployed(""), STARTED, "abc") == "2026/11/24/worker[1]abc"
