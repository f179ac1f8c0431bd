"""One measured run of `program.py`, in a process of its own: what it cost, as one line of JSON."""

import gc
import json
import resource
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

from functions import VARIANTS
from lambdaform.testing import Recording, deploy

__all__ = ["main", "recorded"]

BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024
"""Of ru_maxrss, which getrusage counts in kilobytes except on macOS."""


def main() -> None:
    """Run the variant and the number of functions in the arguments."""
    variant, count = sys.argv[1], int(sys.argv[2])
    collector = Collector()
    gc.callbacks.append(collector)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_code(root)
        start = time.process_time()
        recording = recorded(variant, count, root)
        seconds = time.process_time() - start
    cost = {
        "seconds": seconds,
        "collector_seconds": collector.seconds,
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_PER_UNIT,
        "registrations": len(recording.resources),
    }
    print(json.dumps(cost))


class Collector:
    """How long the garbage collector ran."""

    def __init__(self) -> None:
        self.seconds = self._started = 0.0

    def __call__(self, phase: str, _details: dict[str, Any]) -> None:
        if phase == "start":
            self._started = time.process_time()
        else:
            self.seconds += time.process_time() - self._started


def write_code(root: Path) -> None:
    """Write the archive that the functions' code is."""
    with zipfile.ZipFile(root / "code.zip", "w") as archive:
        archive.writestr("handler.py", "def handle(event, context):\n    return event\n")


def recorded(variant: str, count: int, root: Path) -> Recording:
    """Run a program of `count` functions with the recorder as its engine."""
    return deploy(lambda: VARIANTS[variant](count), root=root)


if __name__ == "__main__":
    main()
