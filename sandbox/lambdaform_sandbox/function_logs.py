"""The last lines that each deployed function logged, as short as a person wants them."""

import json
from collections.abc import Mapping
from typing import Any, cast

from .deployment import Deployment, Resource
from .server import AwsServer

__all__ = ["last_lines", "said"]

FUNCTION = "aws:lambda/function:Function"
_PLATFORM_LINES = ("START RequestId: ", "END RequestId: ", "REPORT RequestId: ", "INIT_START ")


def last_lines(deployment: Deployment, aws: AwsServer, count: int) -> Mapping[str, tuple[str, ...]]:
    """Return the last `count` lines of every function in the deployment, oldest first, by its name in the program."""
    logs = aws.client("logs")
    return {function.name: _lines(logs, _group(function))[-count:] for function in deployment.of(FUNCTION)}


def said(line: str) -> str | None:
    """Return level and message of a structured line, a text line as it is, None for what Lambda itself writes."""
    try:
        entry: object = json.loads(line)
    except ValueError:
        return None if line.startswith(_PLATFORM_LINES) else line
    return _said_in(cast("dict[str, Any]", entry)) if isinstance(entry, dict) else line


def _said_in(entry: Mapping[str, Any]) -> str | None:
    message = entry.get("message", entry.get("errorMessage"))  # Powertools' name, and that of Lambda for an exception
    if message is not None:
        first_line = str(message).partition("\n")[0]
        return f"{entry.get('level', entry.get('log_level', 'INFO'))} {first_line}"
    record = entry.get("record")
    if str(entry.get("type")).startswith("platform.") and isinstance(record, dict):
        failure = cast("dict[str, Any]", record).get("errorMessage")
        return f"ERROR {failure}" if failure else None
    return json.dumps(entry)


def _group(function: Resource) -> str:
    return function.inputs.get("loggingConfig", {}).get("logGroup") or f"/aws/lambda/{function.outputs['name']}"


def _lines(logs: Any, group: str) -> tuple[str, ...]:  # noqa: ANN401  # boto3 has no types
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        return ()
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    events = sorted((event for page in pages for event in page["events"]), key=lambda event: event["timestamp"])
    lines = [said(event["message"].rstrip()) for event in events]
    return tuple(line for line in lines if line)
