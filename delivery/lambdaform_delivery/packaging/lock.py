"""The lock of a folder: `requirements.txt` with hashes, or `uv.lock`."""

import hashlib
import os
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from ..errors import RequirementsError, ToolError
from .cache import Cache, read_record, write_record
from .requirements import Pin, read_pins
from .target import Target
from .tools import reason

__all__ = ["read_lock"]

SCHEMA = 1
"""Of the cached exports."""

_EXPORT = ("export", "--frozen", "--offline", "--quiet", "--format", "requirements.txt")
_WITHOUT = ("--no-default-groups", "--no-emit-project", "--no-header", "--no-annotate")


def read_lock(folder: Path, target: Target, cache: Cache) -> tuple[Pin, ...]:
    """Return what the folder's lock pins for the target; nothing if it needs no dependencies.

    A folder with two locks is refused, and so is one that names dependencies without a lock.
    """
    requirements, uv_lock = folder / "requirements.txt", folder / "uv.lock"
    if requirements.is_file() and uv_lock.is_file():
        raise RequirementsError(f"`{folder}` has both `requirements.txt` and `uv.lock`", "keep one of them")
    if requirements.is_file():
        return read_pins(_text(requirements), "`requirements.txt`", target)
    if uv_lock.is_file():
        return read_pins(_exported(folder, cache), "the export of `uv.lock`", target)
    _check_nothing_to_lock(folder)
    return ()


def _exported(folder: Path, cache: Cache) -> str:
    inputs = [_text(folder / name) for name in ("uv.lock", "pyproject.toml")]
    record = cache.lock(hashlib.sha256("\0".join(inputs).encode()).hexdigest())
    known = read_record(record, SCHEMA)
    if known is None:
        known = {"requirements": _export(folder)}
        write_record(record, SCHEMA, known)
    return cast("str", known["requirements"])


def _export(folder: Path) -> str:
    uv = shutil.which("uv")
    if uv is None:
        raise ToolError(
            f"`{folder / 'uv.lock'}` needs uv, which is not on PATH",
            "install uv, or keep a `requirements.txt` instead, written by `uv export -o requirements.txt`",
        )
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    done = subprocess.run(  # noqa: S603  # fixed arguments and a folder, no shell
        [uv, *_EXPORT, *_WITHOUT, "--directory", str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RequirementsError(f"uv cannot export `uv.lock`: {reason(done.stderr)}", "run `uv lock` in the folder")
    return done.stdout


def _check_nothing_to_lock(folder: Path) -> None:
    if (folder / "requirements.in").is_file():
        raise RequirementsError(
            f"`{folder}` has a `requirements.in` but no lock",
            "run `uv pip compile requirements.in --generate-hashes -o requirements.txt` in the folder",
        )
    if _declared_dependencies(folder / "pyproject.toml"):
        raise RequirementsError(
            f"the `pyproject.toml` of `{folder}` names dependencies, but there is no lock",
            "run `uv lock` in the folder",
        )


def _declared_dependencies(file: Path) -> object:
    if not file.is_file():
        return None
    try:
        project = tomllib.loads(_text(file)).get("project")
    except tomllib.TOMLDecodeError as error:
        raise RequirementsError(f"`{file}` is not TOML: {error}") from error
    return cast("Mapping[str, object]", project).get("dependencies") if isinstance(project, dict) else None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RequirementsError(f"`{file}` cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RequirementsError(f"`{file}` is not UTF-8") from error
