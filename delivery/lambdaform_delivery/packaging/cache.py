"""Where finished work is kept, and how a file gets there whole or not at all.

Everything in it is named by a digest of what it was made from and can be deleted at any time.
"""

import json
import os
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self, cast

from ..errors import CacheError
from .project import project_root

__all__ = ["Cache", "read_record", "replacing", "write_record"]

_HINT = "set `LAMBDAFORM_CACHE` to a folder that can be written"


@dataclass(frozen=True)
class Cache:
    """The folders of finished work."""

    work: Path
    """Packages and their parts: `.lambdaform` beside Pulumi.yaml."""
    downloads: Path
    """Wheels and what pip chose, shared by all projects of a user."""

    @classmethod
    def of(cls, source: Path, work: Path | None = None) -> Self:
        """Return the cache for a folder: `LAMBDAFORM_CACHE`, else beside the project and in the user's cache."""
        override = os.environ.get("LAMBDAFORM_CACHE")
        user = Path(override) if override else _user_folder()
        root = project_root(source)
        beside = root / ".lambdaform" if root and not override else user
        return cls((work or beside).absolute(), user.absolute())

    def package(self, key: str, suffix: str) -> Path:
        """Return where a file of a package is."""
        return self.work / "packages" / f"{key}.{suffix}"

    def dependencies(self, key: str, suffix: str) -> Path:
        """Return where a file of the dependencies' part of a package is."""
        return self.work / "dependencies" / f"{key}.{suffix}"

    def lock(self, key: str) -> Path:
        """Return where the export of a uv.lock is."""
        return self.work / "locks" / f"{key}.json"

    def choice(self, key: str) -> Path:
        """Return where it is noted which wheel a pin means."""
        return self.downloads / "choices" / f"{key}.json"

    def wheel(self, sha256: str) -> Path:
        """Return where a wheel is."""
        return self.downloads / "wheels" / f"{sha256}.whl"


@contextmanager
def replacing(path: Path) -> Generator[BinaryIO]:
    """Yield a file that takes the place of `path`, in one step, if the block ends without an error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".part-", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                yield stream
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise CacheError(f"`{path}` cannot be written: {error.strerror}", _HINT) from error


def read_record(path: Path, schema: int) -> dict[str, Any] | None:
    """Return a small JSON object; None if there is none, if it is damaged or if its `schema` is another."""
    try:
        record = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    except OSError as error:
        raise CacheError(f"`{path}` cannot be read: {error.strerror}", _HINT) from error
    fields = cast("dict[str, Any]", record) if isinstance(record, dict) else {}
    return fields if fields.get("schema") == schema else None


def write_record(path: Path, schema: int, content: Mapping[str, Any]) -> None:
    """Write what `read_record` returns."""
    with replacing(path) as stream:
        stream.write(json.dumps({"schema": schema, **content}).encode())


def _user_folder() -> Path:
    configured = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        base = configured if configured.is_absolute() else Path.home() / ".cache"
    except RuntimeError as error:
        raise CacheError("there is no home folder to keep wheels in", _HINT) from error
    return base / "lambdaform"
