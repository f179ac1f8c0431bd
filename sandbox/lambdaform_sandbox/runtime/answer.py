"""What one run of a handler brought: its answer or its error, what it printed, what it took."""

import json
from dataclasses import dataclass, field

__all__ = ["Answer", "error_payload"]


@dataclass(frozen=True)
class Answer:
    """One finished run of a handler."""

    payload: bytes
    failed: bool = False
    status: str = "success"
    """As in Lambda's platform report: `success`, `error`, `timeout` or `failure` (the process ended)."""
    lines: tuple[str, ...] = field(default=(), repr=False)
    """What was printed, by the import of the module too when this was a cold start."""
    duration_milliseconds: float = 0.0
    """Of the handler alone."""
    init_milliseconds: float | None = None
    """Of the import, on a cold start."""
    memory_mb: int | None = None
    """Most memory the process has used; unknown when it ended."""


def error_payload(error_type: str, message: str, request_id: str) -> bytes:
    """Return an error that Lambda itself reports, in the shape in which Invoke gives it."""
    return json.dumps({"errorMessage": f"RequestId: {request_id} Error: {message}", "errorType": error_type}).encode()
