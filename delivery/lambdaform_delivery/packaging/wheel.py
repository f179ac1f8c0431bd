"""The files of a wheel as they stand in a package, copied out of the wheel's own archive."""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import WheelError
from .identity import DEFLATED, STORED, Entry
from .sizes import check_unpacked

__all__ = ["WheelFile", "read_wheel"]

_LOCAL_HEADER_BYTES = 30
_ENCRYPTED = 0x1
_EXECUTABLE = 0o111 << 16
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, ValueError)

# Written or signed for an installation that does not happen here; licences, METADATA and entry points stay.
_DROPPED_METADATA = {"RECORD", "RECORD.jws", "RECORD.p7s", "INSTALLER", "REQUESTED", "direct_url.json"}
# Parts of `<name>.data` that are imported or read from where the function's code is. Scripts and headers are not.
_INSTALLED_DATA = {"purelib", "platlib", "data"}


@dataclass(frozen=True, slots=True)
class WheelFile:
    """One file of a wheel, ready for the package."""

    entry: Entry
    packed: memoryview
    """The bytes of the archive: as the publisher compressed them."""
    content: bytes
    sha256: str
    """Of the content."""


def read_wheel(file_name: str, wheel: bytes) -> Iterator[WheelFile]:
    """Yield what of the wheel belongs into a package; WheelError if it is damaged or names a file outside."""
    try:
        with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
            check_unpacked(sum(info.file_size for info in archive.infolist()), f"`{file_name}`")
            for info in archive.infolist():
                name = None if info.is_dir() else _installed_name(info.filename, file_name)
                if name:
                    yield _read(archive, info, name, memoryview(wheel))
    except _DAMAGED as error:
        raise WheelError(f"`{file_name}` cannot be read: {error}", "ask its publisher for another") from error


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, wheel: memoryview) -> WheelFile:
    if info.flag_bits & _ENCRYPTED:
        raise zipfile.BadZipFile(f"{info.filename} is encrypted")
    content = archive.read(info)  # checks the checksum
    executable = bool(info.external_attr & _EXECUTABLE)
    packed = _packed(info, wheel)
    if packed is None:
        entry, packed = Entry.of_own_file(name, content, executable), memoryview(content)
    else:
        entry = Entry(name, executable, info.compress_type, info.CRC, info.compress_size, info.file_size)
    return WheelFile(entry, packed, content, hashlib.sha256(content).hexdigest())


def _packed(info: zipfile.ZipInfo, wheel: memoryview) -> memoryview | None:
    """Return the compressed bytes; None if their method is not one that Lambda unpacks."""
    if info.compress_type not in (STORED, DEFLATED):
        return None
    name_bytes, extra_bytes = struct.unpack_from("<HH", wheel, info.header_offset + _LOCAL_HEADER_BYTES - 4)
    start = info.header_offset + _LOCAL_HEADER_BYTES + name_bytes + extra_bytes
    return wheel[start : start + info.compress_size]


def _installed_name(name: str, file_name: str) -> str | None:
    """Return where a file of the wheel stands in the package; None if it stays out."""
    parts = name.split("/")
    if "\\" in name or any(part in ("", ".", "..") for part in parts):
        raise WheelError(f"`{file_name}` holds a file outside of its folder: `{name}`", "do not use it")
    if name.endswith(".pyc") or "__pycache__" in parts:
        return None
    # `name-version.data` and `name-version.dist-info`, spelled as in the name of the file.
    distribution = "-".join(file_name.split("-")[:2])
    if parts[0] == f"{distribution}.data":
        return "/".join(parts[2:]) if parts[1] in _INSTALLED_DATA else None
    is_dropped = parts[0].endswith(".dist-info") and len(parts) == 2 and parts[1] in _DROPPED_METADATA  # noqa: PLR2004  # folder and file
    return None if is_dropped else name
