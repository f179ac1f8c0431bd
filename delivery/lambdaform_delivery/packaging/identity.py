"""What makes two packages equal: everything that decides their bytes is in this file, and nothing else does.

A package is a zip. Its bytes are a function of:

- the name of each file, relative to the archive, in UTF-8 with `/`
- the content of each file
- one bit of the mode: 0755 if the owner may execute it, otherwise 0644
- the order: the dependencies by normalised name, each one's files by name, then the folder's own files by name
- the compression: see COMPRESSION below
- constants: a fixed time, one operating system (Unix), no comments, no extra fields, no folders, no data descriptors

Nothing else counts: no path of the machine, no time, no owner, no umask, no time zone, no version of Python or zlib.
"""

import hashlib
import json
import stat
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from .target import Target

__all__ = [
    "DEFLATED",
    "LARGEST_COUNT",
    "STORED",
    "Entry",
    "dependencies_key",
    "directory_record",
    "end_record",
    "local_header",
    "package_key",
]

FORMAT = 1
"""Counts up when this file changes the bytes of a package, so that no cache mixes the two."""

# COMPRESSION. What zlib makes of the same bytes differs between its versions and its replacements (zlib-ng), so nothing
# is compressed here. A dependency's file keeps the compressed bytes that its publisher put into the wheel, which the
# lock pins by hash; the folder's own files are stored as they are.
STORED, DEFLATED = 0, 8

PLAIN_MODE, EXECUTABLE_MODE = stat.S_IFREG | 0o644, stat.S_IFREG | 0o755
EPOCH_DATE, EPOCH_TIME = 0x0021, 0  # 1980-01-01 00:00:00, the earliest time a zip can hold
MADE_BY, NEEDED = 3 << 8 | 20, 20  # Unix, version 2.0 of the zip format
UTF_8_NAME = 0x0800

LARGEST_COUNT = 0xFFFF
"""More files need the zip64 extension, which changes the layout."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive, without its bytes."""

    name: str
    executable: bool
    method: int
    """STORED or DEFLATED."""
    crc32: int
    """Of the content."""
    packed_bytes: int
    """Size in the archive."""
    size_bytes: int
    """Size of the content."""

    @classmethod
    def of_own_file(cls, name: str, content: bytes, executable: bool) -> Self:
        """Return the entry of a file that no publisher has compressed."""
        return cls(name, executable, STORED, zlib.crc32(content), len(content), len(content))


def local_header(entry: Entry) -> bytes:
    """Return what stands in front of a file's bytes."""
    return b"PK\3\4" + struct.pack("<H", NEEDED) + _common(entry) + entry.name.encode()


def directory_record(entry: Entry, offset: int) -> bytes:
    """Return a file's record in the directory at the end; `offset` is where its local header starts."""
    mode = EXECUTABLE_MODE if entry.executable else PLAIN_MODE
    # After the common part: length of the comment, disk, internal attributes, external attributes, offset.
    rest = struct.pack("<HHHII", 0, 0, 0, mode << 16, offset)
    return b"PK\1\2" + struct.pack("<HH", MADE_BY, NEEDED) + _common(entry) + rest + entry.name.encode()


def end_record(count: int, directory_bytes: int, directory_offset: int) -> bytes:
    """Return the last bytes of an archive of `count` files."""
    return b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, directory_bytes, directory_offset, 0)


def dependencies_key(architecture: str, wheels: Sequence[tuple[str, str]]) -> str:
    """Return the identity of the dependencies' part; wheels are file name and digest, in archive order."""
    return _digest([FORMAT, architecture, *wheels])


def package_key(target: Target, wheels: Sequence[tuple[str, str]], own_files: Sequence[tuple[str, bool, str]]) -> str:
    """Return the identity of a package and its manifest; own files are name, executable bit and digest, in order."""
    return _digest([FORMAT, target.python, target.architecture, wheels, own_files])


def _common(entry: Entry) -> bytes:
    # Flags, method, time, date, checksum, packed size, size, length of the name, length of the extra field.
    name = entry.name.encode()
    flags = 0 if entry.name.isascii() else UTF_8_NAME
    sizes = (entry.crc32, entry.packed_bytes, entry.size_bytes)
    return struct.pack("<HHHHIIIHH", flags, entry.method, EPOCH_TIME, EPOCH_DATE, *sizes, len(name), 0)


def _digest(parts: list[object]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
