"""Probes: calls of a version before it gets traffic. They are recorded apart from the alias's calls."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ReleaseInputError
from .account import Account
from .candidate import PublishedVersion
from .target import ReleaseTarget

__all__ = ["ProbeResult", "allowed_failures", "probe", "read_event"]

_ALLOWED = ((0.002, 1), (0.007, 2), (0.015, 3))
"""Error rate of the running version up to which so many of 30 probes may fail: wrong in at most 0.05 % of releases."""
_ALLOWED_BEYOND = 4
_LONGEST_MESSAGE = 200


@dataclass(frozen=True)
class ProbeResult:
    """What the probes of one version came to."""

    calls: int
    failures: int
    passed: bool
    first_failure: str = ""
    """What the version answered to the first one that failed, shortened."""

    def __str__(self) -> str:
        told = f": {self.first_failure}" if self.first_failure else ""
        return f"{self.failures} of {self.calls} probes failed{told}"


def read_event(target: ReleaseTarget, folder: Path) -> bytes | None:
    """Return the event of a function's probes, None if it has none; raise ReleaseInputError if it is no JSON."""
    if not target.probe:
        return None
    file = folder / target.probe
    try:
        content = file.read_bytes()
        json.loads(content)
    except OSError as error:
        raise ReleaseInputError(
            f"the probe of `{target.name}`, `{target.probe}`, cannot be read: {error.strerror}",
            "run this in the project's folder, with the same commit as `pulumi up`",
        ) from error
    except ValueError as error:
        raise ReleaseInputError(f"the probe of `{target.name}`, `{target.probe}`, is no JSON: {error}") from error
    return content


def allowed_failures(error_rate: float) -> int:
    """Return how many of 30 probes may fail, given how often the running version does."""
    return next((allowed for rate, allowed in _ALLOWED if error_rate <= rate), _ALLOWED_BEYOND)


def probe(
    account: Account,
    target: ReleaseTarget,
    version: PublishedVersion,
    event: bytes,
    calls: int,
    allowed: int,
    cancelled: Callable[[], bool],
) -> ProbeResult:
    """Call a version up to `calls` times; stop once more than `allowed` have failed, or when cancelled."""
    failures, first = 0, ""
    for done in range(1, calls + 1):
        answer = account.invoke(
            version.timeout_seconds, FunctionName=target.function_name, Qualifier=version.number, Payload=event
        )
        if answer.get("FunctionError"):
            failures += 1
            first = first or _said(answer)
        if failures > min(allowed, calls - 1) or cancelled():
            return ProbeResult(done, failures, passed=False, first_failure=first)
    return ProbeResult(calls, failures, passed=True, first_failure=first)


def _said(answer: dict[str, Any]) -> str:
    """Return the type of error and its message, never the rest of what a handler says."""
    try:
        body = json.loads(answer["Payload"].read())
        text = f"{body.get('errorType', answer['FunctionError'])}: {body.get('errorMessage', '')}"
    except (AttributeError, ValueError):
        text = str(answer["FunctionError"])
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]}…"
