"""Why another program failed, cut down to what a message can hold."""

import re

__all__ = ["reason"]

_LINES = 4
_CREDENTIALS = re.compile(r"://[^/@\s]+@")


def reason(output: str) -> str:
    """Return the lines that say `error`, or else the last ones, in one line and without credentials of addresses."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return _CREDENTIALS.sub("://****@", "; ".join((errors or lines)[-_LINES:])) or "it printed nothing"
