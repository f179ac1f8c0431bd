"""The Python that runs a handler: the one of the function's `runtime`, found on this machine."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ..errors import SandboxError

__all__ = ["NoInterpreterError", "find_interpreter"]

PROBE_TIMEOUT_SECONDS = 10
PROBE = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"


class NoInterpreterError(SandboxError):
    """This machine has no Python for a function's runtime."""


def find_interpreter(runtime: str, search_path: str | None = None) -> Path:
    """Return the Python for a runtime such as `python3.12`: the running one when it matches, else one on the PATH.

    `search_path` is in the form of PATH and defaults to it. Raises `NoInterpreterError` with what was looked for.
    """
    version = re.fullmatch(r"python(3\.\d+)", runtime)
    if not version:
        raise NoInterpreterError(
            f"runtime `{runtime}` is not a Python: the sandbox runs handlers of Python functions only"
        )
    if version[1] == f"{sys.version_info.major}.{sys.version_info.minor}":
        return Path(sys.executable)
    return _found_on_path(runtime, version[1], os.environ.get("PATH", "") if search_path is None else search_path)


@cache
def _found_on_path(runtime: str, version: str, search_path: str) -> Path:
    candidates = list(_candidates(runtime, search_path))
    for candidate in candidates:
        found_version, _, executable = _probe(candidate).partition(" ")
        if found_version == version:
            return Path(executable)
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    tried = f"{', '.join(map(str, candidates))} did not start" if candidates else f"`{runtime}` is not on the PATH"
    raise NoInterpreterError(
        f"no interpreter for runtime `{runtime}`: the sandbox runs on Python {running}, and {tried}",
        hint=f"put a working `{runtime}` on the PATH, or give the function the runtime `python{running}`",
    )


def _candidates(name: str, search_path: str) -> Iterator[Path]:
    for folder in filter(None, search_path.split(os.pathsep)):
        candidate = Path(folder) / name
        if candidate.is_file() and os.access(candidate, os.X_OK):
            yield candidate


def _probe(candidate: Path) -> str:
    """Return version and real path of an interpreter; nothing when it does not run, as the shims of pyenv may not."""
    command = [str(candidate), "-I", "-c", PROBE]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=PROBE_TIMEOUT_SECONDS, check=True)  # noqa: S603  # an interpreter the developer put on the PATH
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ""
    return answer.stdout.strip()
