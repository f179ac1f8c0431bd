"""What a package costs beside `uv pip install --target` and zip of the same set, and that its bytes stay the same.

    .venv/bin/python benchmarks/packages.py

Wheels are in both caches before anything is measured. Every run reads and hashes the contents of the folder.
"""

import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lambdaform_delivery.packaging import Target, package
from report import Goal, conclude, table

REPOSITORY = Path(__file__).parents[1]
SOURCE = REPOSITORY / "lambdas" / "name_searcher"
TARGET = Target("3.13", "arm64")
ROUNDS = 9
PYTHONS = ("python3.11", "python3.12", "python3.13", "python3.14")
BUILD = """
import json, os, sys
from pathlib import Path
order = json.loads(sys.argv[1])
sys.path += order["import_path"]
os.umask(order["umask"])
from lambdaform_delivery.packaging import Target, package
print(package(Path(order["folder"]), Target("3.13", "arm64"), cache=Path(order["cache"])).sha256)
"""
"""What another process runs to build the package, perhaps with another Python."""


@dataclass(frozen=True)
class Circumstances:
    """Where and how a package is built."""

    what: str
    folder: str = "name_searcher"
    python: str = sys.executable
    umask: int = 0o022
    time_zone: str = "UTC"
    modified_seconds: int | None = None


def main() -> None:
    """Measure, print the tables, and end with 1 if a goal is missed."""
    with tempfile.TemporaryDirectory() as folder:
        seconds = durations(Path(folder))
        baseline = seconds["uv pip install --target, zip, sha256"]
        rows = [(what, f"{value:.4f}", f"{value / baseline:.4f}") for what, value in seconds.items()]
        print(table(("package of name_searcher", "seconds", "of uv and zip"), rows), end="\n\n")
        digests = {each.what: digest(each, Path(folder)) for each in circumstances()}
    print(table(("the same package", "sha256"), digests.items()), end="\n\n")
    conclude(goals(seconds, digests))


def durations(work: Path) -> dict[str, float]:
    """Return the median seconds of each way to get a package; the ways alternate."""
    source = copied(SOURCE, work / "measured")
    cache = work / "cache"
    package(source, TARGET, cache=cache)
    with_uv(source, work)
    ways: dict[str, Callable[[int], object]] = {
        "uv pip install --target, zip, sha256": lambda _: with_uv(source, work),
        "cold, wheels in the cache": lambda number: package(source, TARGET, cache=work / f"cold-{number}"),
        "one source file changed": lambda number: changed_package(source, cache, number),
        "nothing changed": lambda _: package(source, TARGET, cache=cache),
    }
    runs = [{what: timed(way, number) for what, way in ways.items()} for number in range(ROUNDS)]
    return {what: statistics.median(run[what] for run in runs) for what in ways}


def with_uv(source: Path, work: Path) -> str:
    """Do by hand what most tools do, and return the digest of the zip."""
    folder = work / "installed"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder)
    command = [uv(), "pip", "install", "-q", "--target", str(folder), "--python-version", "3.13"]
    command += ["--python-platform", "aarch64-manylinux_2_28", "--only-binary", ":all:", "--require-hashes"]
    subprocess.run([*command, "-r", str(source / "requirements.txt")], check=True)  # noqa: S603  # uv
    with zipfile.ZipFile(work / "by-hand.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))
    return hashlib.sha256((work / "by-hand.zip").read_bytes()).hexdigest()


def changed_package(source: Path, cache: Path, number: int) -> None:
    """Change one source file and build the package."""
    file = source / "searcher.py"
    file.write_text(f"{file.read_text(encoding='utf-8')}\n# {number}\n", encoding="utf-8")
    package(source, TARGET, cache=cache)


def timed(way: Callable[[int], object], number: int) -> float:
    """Return the seconds that one call takes."""
    start = time.perf_counter()
    way(number)
    return time.perf_counter() - start


def circumstances() -> Iterator[Circumstances]:
    """Yield what must not make a difference."""
    yield Circumstances("as it is")
    yield Circumstances("another folder", folder="another name")
    yield Circumstances("other file times", modified_seconds=1_000_000_000)
    yield Circumstances("another umask", umask=0o077)
    yield Circumstances("another time zone", time_zone="Asia/Kolkata")
    for python in PYTHONS:
        found = shutil.which(python)
        if found:
            yield Circumstances(python, python=found)


def digest(given: Circumstances, work: Path) -> str:
    """Return the SHA-256 of the package that a new process builds from an own copy, with an own cache."""
    place = Path(tempfile.mkdtemp(dir=work))
    before = os.umask(given.umask)
    source = copied(SOURCE, place / given.folder)
    os.umask(before)
    if given.modified_seconds is not None:
        for file in source.rglob("*"):
            os.utime(file, (given.modified_seconds, given.modified_seconds))
    order = {
        "import_path": [path for path in sys.path if path.endswith("site-packages")] + [str(REPOSITORY / "delivery")],
        "folder": str(source),
        "cache": str(place / "cache"),
        "umask": given.umask,
    }
    command = [given.python, "-c", BUILD, json.dumps(order)]
    variables = {**os.environ, "TZ": given.time_zone}
    return subprocess.run(command, env=variables, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()  # noqa: S603  # ours


def copied(source: Path, folder: Path) -> Path:
    """Copy a function's folder, with file modes and times of its own."""
    shutil.copytree(source, folder, copy_function=shutil.copyfile, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def uv() -> str:
    """Return the uv that `make setup` used."""
    return shutil.which("uv") or str(REPOSITORY / ".tools" / "bin" / "uv")


def goals(seconds: dict[str, float], digests: dict[str, str]) -> list[Goal]:
    """Return what packages may cost, and in how many ways their bytes may differ."""
    baseline = seconds["uv pip install --target, zip, sha256"]
    return [
        Goal("nothing changed, of uv and zip", seconds["nothing changed"] / baseline, 1 / 50),
        Goal("one source file changed, of uv and zip", seconds["one source file changed"] / baseline, 1 / 20),
        Goal("cold, of uv and zip", seconds["cold, wheels in the cache"] / baseline, 1.1),
        Goal("different packages of the same folder", len(set(digests.values())), 1),
    ]


if __name__ == "__main__":
    main()
