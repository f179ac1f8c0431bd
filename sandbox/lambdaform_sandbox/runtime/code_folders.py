"""The files a handler runs from: its zip and its layers, unpacked once per content, and the SDK of Lambda's runtime."""

import hashlib
import importlib.util
import io
import shutil
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from ..deployed import DeployedFunction
from ..errors import SandboxError

__all__ = ["CodeFolder", "CodeFolders"]

RUNTIME_MODULES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
"""What Lambda's Python runtimes carry beside the standard library; all of it is pure Python."""


@dataclass(frozen=True)
class CodeFolder:
    """Where one version's code lies."""

    task_root: Path
    """The unpacked zip: `/var/task` on Lambda."""
    layers_root: Path
    """The unpacked layers, later ones over earlier ones: `/opt` on Lambda."""
    runtime_directory: Path
    """boto3 and what it needs: `/var/runtime` on Lambda."""

    def search_path(self, runtime: str) -> list[str]:
        """Return the front of `sys.path` in Lambda's order, for a runtime such as `python3.12`."""
        layers = self.layers_root / "python"
        folders = (self.task_root, layers / "lib" / runtime / "site-packages", layers, self.runtime_directory)
        return [str(folder) for folder in folders]


class CodeFolders:
    """Unpacks each distinct zip once below one folder."""

    def __init__(self, root: Path):
        self._root = root
        self._lock = Lock()
        self._runtime_directory = root / "runtime"
        _link_runtime(self._runtime_directory)

    def of(self, function: DeployedFunction) -> CodeFolder:
        """Return the folders of a version, unpacked. Raises `SandboxError` when its code is no zip."""
        with self._lock:
            try:
                task_root, layers_root = self._unpacked([function.code]), self._unpacked(function.layers)
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
                raise SandboxError(f"the code of `{function.name}` cannot be unpacked: {error}") from error
        return CodeFolder(task_root, layers_root, self._runtime_directory)

    def _unpacked(self, archives: Iterable[bytes]) -> Path:
        digests = [hashlib.sha256(archive).hexdigest() for archive in archives]
        folder = self._root / hashlib.sha256(" ".join(digests).encode()).hexdigest()[:32]
        if not folder.exists():
            # Under another name until it is complete: a bad archive must not leave half a folder behind.
            incomplete = folder.with_suffix(".incomplete")
            shutil.rmtree(incomplete, ignore_errors=True)
            incomplete.mkdir()
            for archive in archives:
                _unpack(archive, incomplete)
            incomplete.rename(folder)
        return folder


def _unpack(archive: bytes, folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        for entry in files.infolist():
            path = Path(files.extract(entry, folder))
            mode = entry.external_attr >> 16 & 0o777
            if mode and path.is_file():
                path.chmod(mode | 0o400)


def _link_runtime(folder: Path) -> None:
    folder.mkdir()
    for module in RUNTIME_MODULES:
        found = importlib.util.find_spec(module)
        if found is None or found.origin is None:
            raise SandboxError(f"`{module}` is not installed beside the sandbox", hint="run `make setup`")
        origin = Path(found.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (folder / source.name).symlink_to(source)
