"""What the tests of delivery share: folders with a handler, wheels made on the spot, and an index that is a folder."""

import hashlib
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lambdaform_delivery.packaging import Target
from lambdaform_delivery.packaging.cache import Cache
from lambdaform_delivery.packaging.requirements import Pin
from lambdaform_delivery.packaging.resolution import Wheel

HANDLER = "def handle(event, context):\n    return event\n"
X86 = Target("3.13", "x86_64")
ARM = Target("3.13", "arm64")


def make_folder(folder: Path, files: Mapping[str, str | bytes] | None = None) -> Path:
    """Write a function's folder: a handler, or `files` by name."""
    for name, content in ({"handler.py": HANDLER} if files is None else files).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def elf(machine: int, bits: int = 2, byte_order: int = 1) -> bytes:
    """Return the first bytes of a shared object for a machine, by ELF's number."""
    number = machine.to_bytes(2, "little" if byte_order == 1 else "big")
    return b"\x7fELF" + bytes([bits, byte_order, 1]) + bytes(9) + b"\3\0" + number + bytes(44)


X86_OBJECT, ARM_OBJECT = elf(62), elf(183)


def make_wheel(folder: Path, file_name: str, files: Mapping[str, str | bytes]) -> str:
    """Write a wheel with `files` and the usual metadata; return its SHA-256."""
    name, version, tag = file_name.removesuffix(".whl").split("-", maxsplit=2)
    metadata = {
        f"{name}-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{name}-{version}.dist-info/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
        f"{name}-{version}.dist-info/RECORD": "",
    }
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / file_name, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in {**files, **metadata}.items():
            archive.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
    return hashlib.sha256((folder / file_name).read_bytes()).hexdigest()


@dataclass(frozen=True)
class Index:
    """The only place that pip looks for wheels in."""

    folder: Path

    def add(self, file_name: str, files: Mapping[str, str | bytes] | None = None) -> str:
        """Add a wheel; return the line that pins it."""
        name, version, _ = file_name.split("-", maxsplit=2)
        sha256 = make_wheel(self.folder, file_name, {f"{name}.py": "x = 1\n"} if files is None else files)
        return f"{name}=={version} --hash=sha256:{sha256}\n"

    def download(self, pins: Sequence[Pin], _target: Target, folder: Path) -> None:
        """Do what pip does for wheels that run everywhere, without its second of start."""
        for pin in pins:
            shutil.copy(self.folder / f"{pin.name}-{pin.version}-py3-none-any.whl", folder)

    def remove_all(self) -> None:
        """Take every file out, so that whoever asks the index now is told that there is nothing."""
        for file in self.folder.iterdir():
            file.unlink()


def keep_wheel(cache: Cache, file_name: str, files: Mapping[str, str | bytes]) -> Wheel:
    """Put a wheel into the cache, as if it had been chosen and fetched."""
    name, version, _ = file_name.split("-", maxsplit=2)
    sha256 = make_wheel(cache.downloads / "made", file_name, files)
    path = cache.wheel(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    (cache.downloads / "made" / file_name).replace(path)
    return Wheel(Pin(name.replace("_", "-"), version, (sha256,)), file_name, sha256)
