"""The packages of the demo: the same greeter, well, with a fault that probes do not meet, and broken."""

import io
import zipfile
from pathlib import Path

__all__ = ["BROKEN", "FAULTY", "healthy", "write_package"]

_GREETER = """
import random

BUILD = {build!r}
FAILING_SHARE = {failing_share!r}

def handle(event, context):
    if "requestContext" in event and random.random() < FAILING_SHARE:
        raise RuntimeError("the greeting is lost")
    return {{"statusCode": 200, "body": context.function_version}}
"""

FAULTY = _GREETER.format(build="faulty", failing_share=0.05)
"""Fails one call of twenty, and no probe: those come without an HTTP request."""
BROKEN = "import greetings_that_nobody_packaged\n"
"""Fails when it starts."""


def healthy(build: str) -> str:
    """Return a greeter that never fails; another build is other code."""
    return _GREETER.format(build=build, failing_share=0.0)


def write_package(folder: Path, name: str, handler: str) -> Path:
    """Write a package with this handler and return its path."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("handler.py"), handler)
    path = folder / f"{name}.zip"
    path.write_bytes(packed.getvalue())
    return path
