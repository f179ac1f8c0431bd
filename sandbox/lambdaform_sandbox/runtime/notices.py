"""What the sandbox says once: a missing grant that every invocation and every poll would run into again."""

from logging import Logger
from threading import Lock

__all__ = ["Notices"]


class Notices:
    """Warnings on a logger, each distinct sentence once."""

    def __init__(self, logger: Logger):
        self._logger = logger
        self._said: set[str] = set()
        self._lock = Lock()

    def once(self, sentence: str) -> None:
        """Warn, unless the same has been said before."""
        with self._lock:
            if sentence in self._said:
                return
            self._said.add(sentence)
        self._logger.warning("%s", sentence)
