"""What another program printed, cut down to what a message can hold."""

__all__ = ["last_lines"]

_LINES = 5


def last_lines(output: str) -> str:
    """Return the end of the output in one line; it says why the program failed."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return " | ".join(lines[-_LINES:]) or "it printed nothing"
