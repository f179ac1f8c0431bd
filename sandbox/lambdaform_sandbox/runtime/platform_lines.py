"""The lines that Lambda itself writes around the output of a handler, as text or as JSON."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from math import ceil
from typing import Any

from ..deployed import DeployedFunction
from .answer import Answer

__all__ = ["invocation_log", "stream_name"]


def invocation_log(
    function: DeployedFunction, request_id: str, started: datetime, ended: datetime, answer: Answer
) -> list[tuple[datetime, str]]:
    """Return all log events of one invocation in order, with their times."""
    lines = _json_lines if function.log_format == "JSON" else _text_lines
    before, after = lines(function, request_id, started, ended, answer)
    return [*((started, line) for line in before), *((ended, line) for line in (*answer.lines, *after))]


def stream_name(function: DeployedFunction, day: datetime, environment_id: str) -> str:
    """Return the name of a log stream: one per execution environment, with the function's name in a group of choice."""
    custom = function.log_group and function.log_group != f"/aws/lambda/{function.name}"
    return f"{day:%Y/%m/%d}/{function.name if custom else ''}[{function.version}]{environment_id}"


def _text_lines(
    function: DeployedFunction, request_id: str, _started: datetime, ended: datetime, answer: Answer
) -> tuple[list[str], list[str]]:
    metrics = {
        "RequestId": request_id,
        "Duration": f"{answer.duration_milliseconds:.2f} ms",
        "Billed Duration": f"{_billed_milliseconds(answer)} ms",
        "Memory Size": f"{function.memory_mb} MB",
        "Max Memory Used": f"{answer.memory_mb} MB" if answer.memory_mb else None,
        "Init Duration": f"{answer.init_milliseconds:.2f} ms" if answer.init_milliseconds is not None else None,
        "Status": answer.status if answer.status != "success" else None,
    }
    report = "\t".join(f"{name}: {value}" for name, value in metrics.items() if value)
    lines = [f"END RequestId: {request_id}", f"REPORT {report}"]
    if answer.status in {"timeout", "failure"}:
        lines.insert(0, f"{_iso(ended)} {_message(answer)}")
    return [f"START RequestId: {request_id} Version: {function.version}"], lines


def _json_lines(
    function: DeployedFunction, request_id: str, started: datetime, ended: datetime, answer: Answer
) -> tuple[list[str], list[str]]:
    metrics = {
        "durationMs": round(answer.duration_milliseconds, 3),
        "billedDurationMs": _billed_milliseconds(answer),
        "memorySizeMB": function.memory_mb,
        "maxMemoryUsedMB": answer.memory_mb,
        "initDurationMs": round(answer.init_milliseconds, 3) if answer.init_milliseconds is not None else None,
    }
    known = {name: value for name, value in metrics.items() if value is not None}
    version = {"requestId": request_id, "version": function.version}
    report: dict[str, Any] = {"requestId": request_id, "metrics": known, "status": answer.status}
    if answer.status in {"timeout", "failure"}:
        report["errorType"] = json.loads(answer.payload)["errorType"]
        report["errorMessage"] = _message(answer)
    return [_record(started, "platform.start", version)], [_record(ended, "platform.report", report)]


def _record(time: datetime, kind: str, record: Mapping[str, Any]) -> str:
    return json.dumps({"time": _iso(time), "type": kind, "record": record})


def _message(answer: Answer) -> str:
    return str(json.loads(answer.payload)["errorMessage"])


def _billed_milliseconds(answer: Answer) -> int:
    return ceil(answer.duration_milliseconds + (answer.init_milliseconds or 0.0))


def _iso(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
