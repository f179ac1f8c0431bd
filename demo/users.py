"""Users: threads that call an HTTP API as fast as it answers, and count what they get."""

import http.client
import threading
from collections import Counter
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

__all__ = ["Users"]

_TIMEOUT_SECONDS = 30
_MOST_CALLS = 200_000
"""Of one user: the demo ends long before."""
_OK = 200


class Users:
    """So many users of a loopback URL, from entering the context to leaving it."""

    def __init__(self, url: str, users: int):
        address = urlsplit(url)
        if address.hostname != "127.0.0.1" or address.port is None:
            raise ValueError(f"the users call loopback only, not {url}")
        self._host, self._port = address.hostname, address.port
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._threads = [threading.Thread(target=self._call, daemon=True) for _ in range(users)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join(_TIMEOUT_SECONDS)

    def counts(self) -> Counter[str]:
        """Return the answers so far: by version, and `failed`."""
        with self._lock:
            return Counter(self._counts)

    def _call(self) -> None:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=_TIMEOUT_SECONDS)
        for _ in range(_MOST_CALLS):
            if self._stopped.is_set():
                break
            try:
                connection.request("GET", "/")
                answer = connection.getresponse()
                body = answer.read().decode()
                served = f"version {body}" if answer.status == _OK else "failed"
            except (OSError, http.client.HTTPException):
                served = "no answer"
                connection.close()
            with self._lock:
                self._counts[served] += 1
        connection.close()
