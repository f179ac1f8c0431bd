"""Packages without their dependencies, so that unit tests download nothing."""

import base64
import functools
import hashlib
import json
import shutil
import tempfile
import weakref
import zipfile
from collections.abc import Callable
from pathlib import Path

from lambdaform_delivery.packaging import Package, Target

from lambdaform.code import packager

from .recording import Recording

__all__ = ["without_dependencies"]

_EPOCH = (1980, 1, 1, 0, 0, 0)


def without_dependencies(run: Callable[[], Recording]) -> Recording:
    """Call `run` with a packager that zips a folder's own files and nothing else.

    The zips live as long as the recording. Their digests change with the files, and with nothing else.
    """
    folder = Path(tempfile.mkdtemp(prefix="lambdaform-"))
    before = packager.set(functools.partial(_package, folder))
    try:
        recording = run()
    except BaseException:
        shutil.rmtree(folder)
        raise
    finally:
        packager.reset(before)
    weakref.finalize(recording, shutil.rmtree, folder, ignore_errors=True)
    return recording


def _package(folder: Path, source: Path, _target: Target) -> Package:
    files = sorted(file for file in source.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    made = folder / "package.zip.part"
    with zipfile.ZipFile(made, "w") as archive:
        for file in files:
            archive.writestr(zipfile.ZipInfo(file.relative_to(source).as_posix(), _EPOCH), file.read_bytes())
    digest = hashlib.sha256(made.read_bytes())
    path = made.replace(folder / f"{digest.hexdigest()}.zip")
    manifest = path.with_suffix(".json")
    manifest.write_text(json.dumps({"files": [file.relative_to(source).as_posix() for file in files]}))
    return Package(
        path=path,
        sha256=digest.hexdigest(),
        code_sha256=base64.b64encode(digest.digest()).decode(),
        size_bytes=path.stat().st_size,
        unpacked_bytes=sum(file.stat().st_size for file in files),
        manifest=manifest,
    )
