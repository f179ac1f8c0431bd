"""The main path: a folder and its lock in, one zip and its manifest out."""

import base64
import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ..errors import SizeError, SourceError
from .archive import Archive, ArchiveWriter
from .cache import Cache, read_record, replacing, write_record
from .dependencies import Dependencies, load_dependencies
from .identity import LARGEST_COUNT, Entry, package_key
from .lock import read_lock
from .machine import foreign_machine
from .manifest import manifest_text
from .resolution import choose
from .sizes import LARGEST_DIRECT_UPLOAD_BYTES, check_unpacked
from .source import OwnFile, read_source
from .target import Target

__all__ = ["Package", "package"]

SCHEMA = 1
"""Of the record that says a package is complete."""

_DEFAULT_TARGET = Target()


@dataclass(frozen=True)
class Package:
    """A zip for Lambda, in the cache: copy what you want to keep."""

    path: Path
    """The zip."""
    sha256: str
    """Of the zip, as 64 hex digits."""
    code_sha256: str
    """The same in base64: what Lambda calls CodeSha256."""
    size_bytes: int
    """Of the zip."""
    unpacked_bytes: int
    """Of all files; at most 250 MB."""
    manifest: Path
    """JSON beside the zip: every file and every dependency, with hashes."""

    @property
    def needs_store(self) -> bool:
        """Whether the zip is above 50 MB, the most that Lambda takes in a request; above, it goes through a bucket."""
        return self.size_bytes > LARGEST_DIRECT_UPLOAD_BYTES

    @property
    def files(self) -> tuple[str, ...]:
        """Names of all files, in the order of the zip."""
        with zipfile.ZipFile(self.path) as archive:
            return tuple(archive.namelist())


def package(source: Path, target: Target = _DEFAULT_TARGET, *, cache: Path | None = None) -> Package:
    """Return the package of a folder for a target: the same bytes wherever, whenever and by whomever it is built.

    The folder holds the code and, if it needs dependencies, a `requirements.txt` with exact versions and hashes, or a
    `uv.lock`. `identity` says what decides the bytes, `ignored` what stays out. All contents are read and hashed each
    time; what did not change is taken from the cache: `cache` for packages and their parts, by default `.lambdaform`
    beside Pulumi.yaml, or else the user's cache folder, where wheels are always. `LAMBDAFORM_CACHE` replaces both.

    Raises PackagingError: see `lambdaform_delivery.errors`.
    """
    places = Cache.of(source, cache)
    own_files = read_source(source)
    wheels = choose(read_lock(source, target, places), target, places)
    key = package_key(
        target,
        [wheel.identity for wheel in wheels],
        [(file.name, file.executable, file.sha256) for file in own_files],
    )
    kept = _kept(key, places)
    if kept:
        return kept
    dependencies = load_dependencies(wheels, target, places)
    _check(own_files, dependencies, target)
    return _make(key, own_files, dependencies, target, places)


def _kept(key: str, cache: Cache) -> Package | None:
    record = read_record(cache.package(key, "record"), SCHEMA)
    if record is None:
        return None
    found = _package(key, Archive(**record["archive"]), record["unpacked_bytes"], cache)
    try:
        is_whole = hashlib.sha256(found.path.read_bytes()).hexdigest() == found.sha256
        is_described = hashlib.sha256(found.manifest.read_bytes()).hexdigest() == record["manifest_sha256"]
    except OSError:
        return None
    return found if is_whole and is_described else None


def _check(own_files: Sequence[OwnFile], dependencies: Dependencies, target: Target) -> None:
    for file in own_files:
        clash = dependencies.clash(file.name)
        if clash:
            raise SourceError(f"`{file.name}` clashes with `{clash}` of a dependency", "rename it")
        machine = foreign_machine(file.name, file.content, target)
        if machine:
            raise SourceError(
                f"`{file.name}` is built for {machine}, the function runs on {target.machine}",
                "build it for the function's architecture, or change the architecture",
            )
    check_unpacked(_unpacked_bytes(own_files, dependencies), "the package")
    count = len(own_files) + dependencies.archive.count
    if count > LARGEST_COUNT:
        raise SizeError(f"the package holds {count} files, more than {LARGEST_COUNT}", "leave out what is not used")


def _make(key: str, own_files: Sequence[OwnFile], dependencies: Dependencies, target: Target, cache: Cache) -> Package:
    with replacing(cache.package(key, "zip")) as stream:
        writer = ArchiveWriter(stream)
        writer.start_with(memoryview(dependencies.content), dependencies.archive)
        for file in own_files:
            writer.add(Entry.of_own_file(file.name, file.content, file.executable), file.content)
        archive = writer.finish()
    unpacked_bytes = _unpacked_bytes(own_files, dependencies)
    manifest = manifest_text(target, archive, unpacked_bytes, own_files, dependencies.manifest).encode()
    with replacing(cache.package(key, "json")) as stream:
        stream.write(manifest)
    # Last, because a package with a record is complete.
    _write_record(key, archive, unpacked_bytes, manifest, cache)
    return _package(key, archive, unpacked_bytes, cache)


def _write_record(key: str, archive: Archive, unpacked_bytes: int, manifest: bytes, cache: Cache) -> None:
    record = {
        "archive": asdict(archive),
        "unpacked_bytes": unpacked_bytes,
        "manifest_sha256": hashlib.sha256(manifest).hexdigest(),
    }
    write_record(cache.package(key, "record"), SCHEMA, record)


def _package(key: str, archive: Archive, unpacked_bytes: int, cache: Cache) -> Package:
    return Package(
        path=cache.package(key, "zip"),
        sha256=archive.sha256,
        code_sha256=base64.b64encode(bytes.fromhex(archive.sha256)).decode(),
        size_bytes=archive.size_bytes,
        unpacked_bytes=unpacked_bytes,
        manifest=cache.package(key, "json"),
    )


def _unpacked_bytes(own_files: Sequence[OwnFile], dependencies: Dependencies) -> int:
    return dependencies.unpacked_bytes + sum(len(file.content) for file in own_files)
