"""Deployed functions made by hand, for tests that run handlers."""

import io
import json
import platform
import sys
import zipfile
from collections.abc import Mapping
from textwrap import dedent
from typing import Any

from lambdaform_sandbox.deployed import DeployedFunction, InvocationResult
from lambdaform_sandbox.runtime import LocalRuntime
from lambdaform_sandbox.server import AwsServer

__all__ = [
    "ACCOUNT",
    "ARCHITECTURE",
    "RUNTIME",
    "deployed",
    "error_of",
    "invoked_arn",
    "log_of",
    "run",
    "value_of",
    "zip_of",
]

ACCOUNT = "000000000000"
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
ARCHITECTURE = "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"


def zip_of(files: Mapping[str, str | bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for name, content in files.items():
            target.writestr(name, dedent(content) if isinstance(content, str) else content)
    return archive.getvalue()


def invoked_arn(name: str, qualifier: str | None = None) -> str:
    arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}"
    return f"{arn}:{qualifier}" if qualifier else arn


def deployed(files: str | Mapping[str, str | bytes], **changes: Any) -> DeployedFunction:
    """Return a function of these files, or of one `app.py`, called through its alias `live`."""
    name = changes.get("name", "worker")
    values: dict[str, Any] = {
        "name": name,
        "version": "1",
        "alias": "live",
        "invoked_arn": invoked_arn(name, "live"),
        "handler": "app.handle",
        "runtime": RUNTIME,
        "architecture": ARCHITECTURE,
        "role_arn": f"arn:aws:iam::{ACCOUNT}:role/worker",
        "timeout_seconds": 10,
        "memory_mb": 128,
        "environment": {},
        "code": zip_of({"app.py": files} if isinstance(files, str) else files),
        "code_sha256": "",
        "log_group": "worker-logs",
    }
    return DeployedFunction(**(values | changes))


def value_of(result: InvocationResult) -> Any:
    """Return what a handler answered; fail when it failed."""
    assert result.function_error is None, result.payload
    return json.loads(result.payload)


def error_of(result: InvocationResult) -> Any:
    """Return the error of a handler; fail when there is none."""
    assert result.function_error == "Unhandled"
    return json.loads(result.payload)


def run(runtime: LocalRuntime, body: str, event: Any = None, /, **changes: Any) -> InvocationResult:
    """Run a handler with this body."""
    code = "def handle(event, context):\n" + "\n".join(f"    {line}" for line in dedent(body).strip().splitlines())
    return runtime.invoke(deployed(code, **changes), json.dumps(event).encode())


def log_of(aws: AwsServer, group: str) -> list[str]:
    events = aws.client("logs").filter_log_events(logGroupName=group)["events"]
    return [event["message"] for event in events]
