"""What a handler printed during one invocation, kept within bounds."""

__all__ = ["MAXIMUM_BYTES", "MAXIMUM_LINES", "CapturedOutput"]

MAXIMUM_BYTES = 900_000
MAXIMUM_LINES = 9_000
"""With room for Lambda's own lines, an invocation's log stays one PutLogEvents call: 1 MiB, 10,000 events."""
EVENT_OVERHEAD_BYTES = 26
"""What CloudWatch Logs counts for each event on top of its text."""
MAXIMUM_LINE_CHARACTERS = 60_000
"""Longer lines go on in another event: CloudWatch Logs takes 256 KiB for one, and a character may be four bytes."""


class CapturedOutput:
    """Bytes from stdout and stderr: the first `MAXIMUM_BYTES` are kept, the rest is counted."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._dropped_bytes = 0

    def add(self, chunk: bytes) -> None:
        """Take in what was printed."""
        room = MAXIMUM_BYTES - len(self._kept)
        self._kept += chunk[:room]
        self._dropped_bytes += max(0, len(chunk) - room)

    def lines(self) -> list[str]:
        """Return the lines that are not empty; where something was cut, the last line says how much."""
        text = self._kept.decode(errors="replace")
        lines = [piece for line in text.split("\n") if line.strip() for piece in _pieces(line)]
        kept = _within_one_call(lines)
        dropped = self._dropped_bytes + sum(len(line.encode()) + 1 for line in lines[len(kept) :])
        if dropped:
            kept.append(f"[sandbox] the output of this invocation was cut here: {dropped:,} more bytes were dropped")
        return kept


def _pieces(line: str) -> list[str]:
    return [line[start : start + MAXIMUM_LINE_CHARACTERS] for start in range(0, len(line), MAXIMUM_LINE_CHARACTERS)]


def _within_one_call(lines: list[str]) -> list[str]:
    room = MAXIMUM_BYTES
    for number, line in enumerate(lines):
        room -= len(line.encode()) + EVENT_OVERHEAD_BYTES
        if room < 0 or number == MAXIMUM_LINES:
            return lines[:number]
    return lines
