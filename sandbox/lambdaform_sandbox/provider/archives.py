"""Code archives: what a Pulumi archive looks like as the zip that Lambda gets."""

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi

from ..errors import SandboxError

__all__ = ["HashedArchive", "zip_bytes"]

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16


@dataclass(frozen=True)
class HashedArchive:
    """An archive as the engine hands it over. Two are the same when their contents are."""

    hash: str
    """Of the contents when the engine read them, in hex."""
    archive: pulumi.Archive = field(compare=False)
    wire: Any = field(compare=False, repr=False)
    """The message it came in, which goes back as it is."""


def zip_bytes(archive: pulumi.Archive | HashedArchive) -> bytes:
    """Return the zip of an archive: a zip file as it is, a folder or assets packed in sorted order."""
    content = archive.archive if isinstance(archive, HashedArchive) else archive
    if isinstance(content, pulumi.FileArchive) and Path(content.path).is_file():
        return Path(content.path).read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in sorted(_entries(content)):
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.external_attr = _MODE
            file.writestr(entry, data)
    return packed.getvalue()


def _entries(archive: pulumi.Archive | pulumi.Asset, name: str = "") -> Iterable[tuple[str, bytes]]:
    if isinstance(archive, pulumi.AssetArchive):
        for key, item in archive.assets.items():
            yield from _entries(item, f"{name}/{key}".lstrip("/"))
    elif isinstance(archive, pulumi.FileArchive):
        folder = Path(archive.path)
        if not folder.is_dir():
            raise SandboxError(f"no file or folder `{archive.path}` to take code from")
        for file in folder.rglob("*"):
            if file.is_file():
                yield f"{name}/{file.relative_to(folder).as_posix()}".lstrip("/"), file.read_bytes()
    elif isinstance(archive, pulumi.StringAsset):
        yield name, archive.text.encode()
    elif isinstance(archive, pulumi.FileAsset):
        yield name, Path(archive.path).read_bytes()
    else:
        raise SandboxError(f"the sandbox does not take code from a {type(archive).__name__}", hint="use a local file")
