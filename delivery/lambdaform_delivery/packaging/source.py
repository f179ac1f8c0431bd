"""The files of the folder that is packaged, read once: what is hashed is what is packed."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import SourceError
from .ignored import VIRTUAL_ENVIRONMENT, is_ignored
from .sizes import check_unpacked

__all__ = ["OwnFile", "read_source"]

_FIRST_PRINTABLE = 0x20


@dataclass(frozen=True)
class OwnFile:
    """One file of the folder."""

    name: str
    """Relative to the folder, with `/`."""
    executable: bool
    content: bytes
    sha256: str


def read_source(folder: Path) -> tuple[OwnFile, ...]:
    """Return the folder's files by name, without those that `ignored` lists; SourceError for what cannot be packed.

    A link is packed as what it points to, if that is in the folder. At most 250 MB are read.
    """
    if not folder.is_dir():
        raise SourceError(f"`{folder}` is not a folder", "name the folder that holds the handler's file")
    root = folder.resolve()
    try:
        files = sorted(_read_all(root), key=lambda file: file.name)
    except OSError as error:
        raise SourceError(f"`{error.filename}` cannot be read: {error.strerror}", "correct its permissions") from error
    if not files:
        raise SourceError(f"`{folder}` holds no file to package", "put the handler's file into it")
    return tuple(files)


def _read_all(root: Path) -> Iterator[OwnFile]:
    total_bytes = 0
    for name, path in _walk(root, "", (root,)):
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            total_bytes += status.st_size
            check_unpacked(total_bytes, f"`{root.name}`")
            content = stream.read()
        executable = bool(status.st_mode & stat.S_IXUSR)
        yield OwnFile(name, executable, content, hashlib.sha256(content).hexdigest())


def _walk(folder: Path, prefix: str, above: tuple[Path, ...]) -> Iterator[tuple[str, Path]]:
    for path in folder.iterdir():
        if is_ignored(path.name, at_the_top=not prefix):
            continue
        name = prefix + _checked_name(path.name)
        real = _link_target(name, path, above) if path.is_symlink() else path
        if real.is_dir():
            if not (real / VIRTUAL_ENVIRONMENT).is_file():
                yield from _walk(real, f"{name}/", (*above, real))
        elif real.is_file():
            yield name, real
        else:
            raise SourceError(f"`{name}` is neither a file nor a folder", "remove it")


def _checked_name(name: str) -> str:
    shown = f"the name `{ascii(name)[1:-1]}`"
    try:
        name = os.fsencode(name).decode()  # the bytes on disk count, not what the locale takes them for
    except UnicodeDecodeError as error:
        raise SourceError(f"{shown} is not UTF-8", "rename it") from error
    if any(character == "\\" or ord(character) < _FIRST_PRINTABLE for character in name):
        raise SourceError(f"{shown} holds a backslash or a control character", "rename it")
    return name


def _link_target(name: str, path: Path, above: tuple[Path, ...]) -> Path:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: a link to itself, before Python 3.13
        raise SourceError(f"`{name}` is a link to something that does not exist", "remove it") from error
    if not target.is_relative_to(above[0]):
        raise SourceError(f"`{name}` is a link that leaves the folder", "copy what it points to into the folder")
    if target in above:
        raise SourceError(f"`{name}` is a link to a folder that holds it", "remove it")
    return target
