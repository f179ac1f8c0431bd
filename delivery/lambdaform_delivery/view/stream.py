"""A stream that is written to for as long as somebody reads it: a release outlives its log."""

import os
from contextlib import suppress
from typing import TextIO

__all__ = ["Stream"]


class Stream:
    """Standard output or error, whose loss is remembered instead of raised.

    `file` may be None, as Python's streams are when the process was started without them.
    """

    def __init__(self, file: TextIO | None, name: str):
        self._file = file
        self.name = name
        self.problem = "" if file else "it is closed"
        """Why nothing is written any more; empty if all is well."""

    def __repr__(self) -> str:
        return f"Stream({self.name!r}, problem={self.problem!r})"

    @property
    def encoding(self) -> str:
        """Encoding of the file; what rich asks for."""
        return getattr(self._file, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Write the text and flush, unless the stream was lost before."""
        if self._file and not self.problem:
            try:
                self._file.write(text)
                self._file.flush()
            except (OSError, ValueError) as error:
                self._give_up(error)
        return len(text)

    def flush(self) -> None:
        """Do nothing: every write is flushed."""

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        with suppress(OSError, ValueError):
            return bool(self._file and self._file.isatty())
        return False

    def fileno(self) -> int:
        """Return the descriptor of the file; OSError if it has none."""
        if self._file is None:
            raise OSError(f"{self.name} is closed")
        return self._file.fileno()

    def _give_up(self, error: OSError | ValueError) -> None:
        """Let the rest go nowhere: what is still buffered would make the process fail at its end."""
        self.problem = (error.strerror if isinstance(error, OSError) else None) or str(error)
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
