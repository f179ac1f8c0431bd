"""What a folder may contain that has no business in a package."""

import re
from fnmatch import translate

__all__ = ["IGNORED_AT_THE_TOP", "IGNORED_EVERYWHERE", "VIRTUAL_ENVIRONMENT", "is_ignored"]

IGNORED_EVERYWHERE = (
    # version control
    ".git", ".gitignore", ".gitattributes", ".gitmodules", ".gitkeep", ".hg", ".hgignore", ".svn", ".jj",
    # bytecode: not the same on two machines
    "__pycache__", "*.pyc", "*.pyo",
    # environments and what tools leave behind
    ".venv", "*.egg-info", ".tox", ".nox", ".eggs", "node_modules", ".lambdaform",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".coverage", ".coverage.*", "htmlcov",
    # editors and desktops
    ".idea", ".vscode", ".DS_Store", "Thumbs.db", "*.swp", "*~",
    # secrets of a laptop
    ".env", ".env.*", ".envrc",
)  # fmt: skip
"""Patterns of names of files and folders, wherever they are."""

IGNORED_AT_THE_TOP = (
    # what packages are made from
    "requirements*.txt", "requirements*.in", "uv.lock", "pyproject.toml", ".python-version",
    # what functions are tested with
    "tests", "events", "conftest.py",
)  # fmt: skip
"""Patterns of names directly in the folder: deeper down they are a package's own, like `shop/events/`."""

VIRTUAL_ENVIRONMENT = "pyvenv.cfg"
"""A folder that holds this file is a virtual environment, whatever its name is, and is left out."""


_EVERYWHERE = re.compile("|".join(translate(pattern) for pattern in IGNORED_EVERYWHERE))
_AT_THE_TOP = re.compile("|".join(translate(pattern) for pattern in IGNORED_AT_THE_TOP))


def is_ignored(name: str, at_the_top: bool) -> bool:
    """Return whether a file or folder of this name stays out."""
    return bool(_EVERYWHERE.match(name) or (at_the_top and _AT_THE_TOP.match(name)))
