"""Writes an archive front to back, and knows its digest at the end."""

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from . import identity
from .identity import Entry

__all__ = ["Archive", "ArchiveWriter"]


@dataclass(frozen=True)
class Archive:
    """What is known of a written archive."""

    sha256: str
    """As 64 hex digits."""
    size_bytes: int
    directory_offset: int
    """Where the files end and the directory begins, in bytes from the start."""
    count: int
    """How many files there are."""


class ArchiveWriter:
    """Lays out one archive in `stream`: `add` for each file, in order, then `finish`."""

    def __init__(self, stream: BinaryIO):
        self._stream = stream
        self._hash = hashlib.sha256()
        self._offset = 0
        self._directory: list[bytes | memoryview] = []
        self._count = 0

    def start_with(self, content: memoryview, archive: Archive) -> None:
        """Take over all files of another archive as they stand; only before the first `add`."""
        end = archive.size_bytes - len(identity.end_record(0, 0, 0))
        self._write(content[: archive.directory_offset])
        self._directory.append(content[archive.directory_offset : end])
        self._count = archive.count

    def add(self, entry: Entry, packed: bytes | memoryview) -> None:
        """Append a file whose bytes are already what the entry says."""
        self._directory.append(identity.directory_record(entry, self._offset))
        self._count += 1
        self._write(identity.local_header(entry))
        self._write(packed)

    def finish(self) -> Archive:
        """Write the directory and return what is known of the archive."""
        directory_offset = self._offset
        for record in self._directory:
            self._write(record)
        self._write(identity.end_record(self._count, self._offset - directory_offset, directory_offset))
        return Archive(self._hash.hexdigest(), self._offset, directory_offset, self._count)

    def _write(self, content: bytes | memoryview) -> None:
        self._stream.write(content)
        self._hash.update(content)
        self._offset += len(content)
