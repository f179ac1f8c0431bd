"""The manifest beside a package: what is in it, where that came from, and every hash. No times, no paths of a machine.

It is JSON with one file per line. The part of the dependencies is text that is made once and kept with them, since a
package may hold ten thousands of their files.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

from .archive import Archive
from .resolution import Wheel
from .source import OwnFile
from .target import Target
from .wheel import WheelFile

__all__ = ["SCHEMA", "dependency_text", "manifest_text"]

SCHEMA = 1
"""Counts up when a field changes its meaning or goes."""


def manifest_text(
    target: Target, archive: Archive, unpacked_bytes: int, own_files: Iterable[OwnFile], dependencies: Sequence[str]
) -> str:
    """Return the manifest; `dependencies` are what `dependency_text` returned."""
    head: dict[str, object] = {
        "schema": SCHEMA,
        "target": {"python": target.python, "architecture": target.architecture},
        "zip": {"sha256": archive.sha256, "size_bytes": archive.size_bytes, "unpacked_bytes": unpacked_bytes},
    }
    fields = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    fields.append(f'"files": {_array([_line(file.name, file.sha256, len(file.content)) for file in own_files])}')
    fields.append(f'"dependencies": {_array(dependencies)}')
    return "{" + ",\n".join(fields) + "}\n"


def dependency_text(wheel: Wheel, files: Iterable[WheelFile]) -> str:
    """Return a dependency's part of the manifest."""
    head: Mapping[str, str] = {
        "name": wheel.pin.name,
        "version": wheel.version,
        "wheel": wheel.file_name,
        "sha256": wheel.sha256,
    }
    fields = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    lines = [_line(file.entry.name, file.sha256, file.entry.size_bytes) for file in files]
    return "{" + ", ".join(fields) + f', "files": {_array(lines)}' + "}"


def _line(name: str, sha256: str, size_bytes: int) -> str:
    return json.dumps({"name": name, "sha256": sha256, "size_bytes": size_bytes})


def _array(lines: Sequence[str]) -> str:
    return "[\n" + ",\n".join(lines) + "\n]" if lines else "[]"
