"""The front part of every package of one lock: all wheels, unpacked, checked, and laid out as an archive of their own.

Made once per set of wheels. Then a change of the folder's own files costs no look at the dependencies: their bytes are
copied as they stand.
"""

import hashlib
import io
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from ..errors import WheelError
from .archive import Archive, ArchiveWriter
from .cache import Cache, read_record, replacing, write_record
from .identity import dependencies_key
from .machine import foreign_machine
from .manifest import dependency_text
from .resolution import Wheel, wheel_content
from .sizes import check_unpacked
from .target import Target
from .wheel import WheelFile, read_wheel

__all__ = ["Dependencies", "load_dependencies"]

SCHEMA = 1
"""Of the record beside the archive."""


@dataclass(frozen=True)
class Dependencies:
    """An archive of dependencies and what is known of it."""

    content: bytes
    archive: Archive
    names: tuple[str, ...]
    """Of its files, sorted."""
    unpacked_bytes: int
    manifest: tuple[str, ...]
    """What each dependency adds to the manifest."""

    def clash(self, name: str) -> str | None:
        """Return the dependency's file that cannot stand in one folder with a file of this name, None if there is none.

        That is a file of the same name, one below it, or one that has the name of a folder it is in.
        """
        parts = name.split("/")
        above = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
        return next((path for path in above if self._has(path)), None) or self._first_below(name)

    def _has(self, name: str) -> bool:
        place = bisect_left(self.names, name)
        return self.names[place : place + 1] == (name,)

    def _first_below(self, folder: str) -> str | None:
        place = bisect_left(self.names, f"{folder}/")
        first = self.names[place] if place < len(self.names) else ""
        return first if first.startswith(f"{folder}/") else None


def load_dependencies(wheels: Sequence[Wheel], target: Target, cache: Cache) -> Dependencies:
    """Return the wheels as an archive: the kept one if its digest is right, else made now.

    Raises WheelError for wheels that cannot stand together or are for another machine, SizeError above 250 MB.
    """
    key = dependencies_key(target.architecture, [wheel.identity for wheel in wheels])
    return _kept(key, cache) or _make(key, wheels, target, cache)


def _kept(key: str, cache: Cache) -> Dependencies | None:
    record = read_record(cache.dependencies(key, "json"), SCHEMA)
    if record is None:
        return None
    archive = Archive(**record["archive"])
    try:
        content = cache.dependencies(key, "zip").read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content).hexdigest() != archive.sha256:
        return None
    return Dependencies(content, archive, tuple(record["names"]), record["unpacked_bytes"], tuple(record["manifest"]))


def _make(key: str, wheels: Sequence[Wheel], target: Target, cache: Cache) -> Dependencies:
    digests: dict[str, tuple[Wheel, str]] = {}
    manifest: list[str] = []
    unpacked_bytes = 0
    stream = io.BytesIO()
    writer = ArchiveWriter(stream)
    for wheel in wheels:
        files = _files(wheel, target, cache)
        manifest.append(dependency_text(wheel, files))
        for file in files:
            if _is_new(file, wheel, digests):
                unpacked_bytes += file.entry.size_bytes
                writer.add(file.entry, file.packed)
        check_unpacked(unpacked_bytes, "the set of dependencies")
    _check_folders(digests)
    archive = writer.finish()
    made = Dependencies(stream.getvalue(), archive, tuple(sorted(digests)), unpacked_bytes, tuple(manifest))
    _keep(key, made, cache)
    return made


def _keep(key: str, made: Dependencies, cache: Cache) -> None:
    with replacing(cache.dependencies(key, "zip")) as stream:
        stream.write(made.content)
    record = {
        "archive": asdict(made.archive),
        "names": made.names,
        "unpacked_bytes": made.unpacked_bytes,
        "manifest": made.manifest,
    }
    write_record(cache.dependencies(key, "json"), SCHEMA, record)


def _files(wheel: Wheel, target: Target, cache: Cache) -> list[WheelFile]:
    content = wheel_content(wheel, target, cache)
    files = sorted(read_wheel(wheel.file_name, content), key=lambda file: file.entry.name)
    for file in files:
        machine = foreign_machine(file.entry.name, file.content, target)
        if machine:
            found = f"`{file.entry.name}` of `{wheel.file_name}` is built for {machine}"
            raise WheelError(
                f"{found}, the function runs on {target.machine}", "pin another, or change the architecture"
            )
    return files


def _is_new(file: WheelFile, wheel: Wheel, digests: dict[str, tuple[Wheel, str]]) -> bool:
    """Return whether the file is the first of its name; a second one must be the same, as in namespace packages."""
    name = file.entry.name
    if name not in digests:
        digests[name] = (wheel, file.sha256)
        return True
    owner, sha256 = digests[name]
    if sha256 != file.sha256:
        raise WheelError(
            f"`{owner.pin}` and `{wheel.pin}` both bring `{name}`, but not the same", "pin only one of them"
        )
    return False


def _check_folders(digests: Mapping[str, tuple[Wheel, str]]) -> None:
    folders = {name[:end] for name in digests for end, character in enumerate(name) if character == "/"}
    for name in sorted(folders & set(digests)):
        raise WheelError(f"`{name}` of `{digests[name][0].pin}` is a folder of another wheel", "pin only one of them")
