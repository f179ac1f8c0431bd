"""A program on disk, run as Pulumi's language host does: inside its folder, which comes first on the import path."""

import contextlib
import importlib
import runpy
import sys
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from types import ModuleType

__all__ = ["Program", "loaded"]

Program = Callable[[], object] | Path
"""What is run: a function (async too), or the path of a program's folder or file."""

_OWN_PACKAGE = __name__.partition(".")[0]
_process = threading.Lock()


@contextlib.contextmanager
def loaded(program: Program) -> Generator[Callable[[], object]]:
    """Give the function that runs `program`.

    For a path, working directory, import path and imported modules are the program's own until the end, and afterwards
    what they were: two runs share no module. Only one such program runs at a time, because all that is the process's.
    """
    if not isinstance(program, Path):
        yield program
        return
    path = program.resolve()
    folder, file = (path, path / "__main__.py") if path.is_dir() else (path.parent, path)
    with _process, contextlib.chdir(folder), _import_path(folder), _own_modules(folder):
        yield lambda: runpy.run_path(str(file), run_name="__main__")


@contextlib.contextmanager
def _import_path(folder: Path) -> Generator[None]:
    before, writes_nothing = list(sys.path), sys.dont_write_bytecode
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = True  # the next run may see other sources of the same second and size
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:], sys.dont_write_bytecode = before, writes_nothing


@contextlib.contextmanager
def _own_modules(folder: Path) -> Generator[None]:
    """Import what lies in `folder` anew, and forget it afterwards."""
    names = _modules_in(folder)
    set_aside = _taken_out(names)
    try:
        yield
    finally:
        _taken_out(names)
        sys.modules.update(set_aside)


def _modules_in(folder: Path) -> set[str]:
    """Return the names that can be imported from `folder`, except what is running: this library, the main program."""
    files = {file.stem for file in folder.glob("*.py")}
    packages = {file.parent.name for file in folder.glob("*/*.py")}
    return (files | packages) - {_OWN_PACKAGE, "__main__"}


def _taken_out(names: set[str]) -> dict[str, ModuleType]:
    found = [name for name in sys.modules if name.partition(".")[0] in names]
    return {name: sys.modules.pop(name) for name in found}
