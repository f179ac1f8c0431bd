"""Which Python runs a project's programs and plugins, and in which environment."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from google.protobuf import json_format

__all__ = ["InterpreterMissingError", "interpreter", "surroundings", "virtualenv"]


class InterpreterMissingError(Exception):
    """No Python to run a program with; the message names where it was looked for."""


def interpreter(info: Any) -> Path:  # noqa: ANN401  # a ProgramInfo, which Pulumi's stubs do not name
    """Return the Python of the project: of its virtualenv option, else PULUMI_PYTHON_CMD, python3 or python on PATH."""
    folder = virtualenv(info)
    if folder:
        return _of_virtualenv(folder)
    for name in (os.environ.get("PULUMI_PYTHON_CMD"), "python3", "python"):
        found = shutil.which(name) if name else None
        if found:
            return Path(found)
    hint = "set PULUMI_PYTHON_CMD, or the option virtualenv of the runtime"
    raise InterpreterMissingError(f"there is no python3 on PATH\nhint: {hint}")


def virtualenv(info: Any) -> Path | None:  # noqa: ANN401  # as above
    """Return the folder that the runtime's option virtualenv names, whether it exists or not."""
    name = json_format.MessageToDict(info.options).get("virtualenv")
    return Path(info.root_directory) / name if name else None


def surroundings(python: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables `given`, with the virtualenv of `python` activated if it is in one."""
    variables = dict(given)
    folder = python.parent
    if (folder.parent / "pyvenv.cfg").exists():
        variables["VIRTUAL_ENV"] = str(folder.parent)
        variables["PATH"] = f"{folder}{os.pathsep}{variables.get('PATH', '')}"
        variables.pop("PYTHONHOME", None)
    return variables


def _of_virtualenv(folder: Path) -> Path:
    python = folder / "bin" / "python"
    if not python.exists():
        hint = "run `pulumi install`, or `make setup` where there is a Makefile"
        raise InterpreterMissingError(f"the option virtualenv names `{folder}`, which has no bin/python\nhint: {hint}")
    return python
