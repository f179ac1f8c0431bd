"""One measured run of `program.py`, in a process of its own: what it cost, as one line of JSON."""

import json
import resource
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from functions import VARIANTS
from lambdaform.testing import Recording, deploy

__all__ = ["main", "recorded"]

BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024
"""Of ru_maxrss, which getrusage counts in kilobytes except on macOS."""


def main() -> None:
    """Run the variant and the number of functions in the arguments."""
    variant, count = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_code(root)
        start = time.process_time()
        recording = recorded(variant, count, root)
        seconds = time.process_time() - start
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_UNIT
    print(json.dumps({"seconds": seconds, "peak_bytes": peak_bytes, "registrations": len(recording.resources)}))


def write_code(root: Path) -> None:
    """Write the archive that the functions' code is."""
    with zipfile.ZipFile(root / "code.zip", "w") as archive:
        archive.writestr("handler.py", "def handle(event, context):\n    return event\n")


def recorded(variant: str, count: int, root: Path) -> Recording:
    """Run a program of `count` functions with the recorder as its engine."""
    return deploy(lambda: VARIANTS[variant](count), root=root)


if __name__ == "__main__":
    main()
