"""Many processes at once, and processes that die: the cache never holds half a package."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from delivery.samples import HANDLER, X86, Index, make_folder
from lambdaform_delivery.packaging import Package, package
from lambdaform_delivery.packaging.cache import Cache
from lambdaform_delivery.packaging.lock import read_lock
from lambdaform_delivery.packaging.resolution import choose

# Each process says that it is ready, waits for the others, packages, and prints the digest of the zip it is given.
BUILD = """
import hashlib, sys
from pathlib import Path
from lambdaform_delivery.packaging import Target, package
print("ready", flush=True)
sys.stdin.readline()
for _ in range(3):
    print(hashlib.sha256(package(Path(sys.argv[1]), Target("3.13", "x86_64")).path.read_bytes()).hexdigest())
"""

DIE = """
import os, sys
from pathlib import Path
from unittest.mock import patch
from lambdaform_delivery.packaging import Target, package
def die(*_):
    os._exit(9)
with patch(sys.argv[2], die):
    package(Path(sys.argv[1]), Target("3.13", "x86_64"))
"""


@pytest.fixture
def function(tmp_path: Path, index: Index) -> Path:
    lock = index.add(
        "shop-1.0-py3-none-any.whl", {f"shop/module_{number}.py": "x = 1\n" * 200 for number in range(200)}
    )
    files = {f"part_{number}.py": "x = 1\n" * 100 for number in range(50)}
    return make_folder(tmp_path / "function", {"handler.py": HANDLER, "requirements.txt": lock, **files})


def build_at_once(function: Path, count: int) -> set[str]:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", BUILD, str(function)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(count)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    outputs = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * count
    return {digest for output in outputs for digest in output.split()}


def leftovers(cache: Cache) -> list[Path]:
    return list(cache.work.rglob(".part-*"))


@pytest.mark.usefixtures("quick_pip")
def test_processes_that_build_the_same_at_once_all_get_the_same_whole_package(function: Path, cache: Cache):
    expected = package(function, X86).sha256
    for folder in ("packages", "dependencies"):
        shutil.rmtree(cache.work / folder)
    assert build_at_once(function, 6) == {expected}
    assert leftovers(cache) == []


def test_processes_that_fetch_the_same_at_once_all_get_it(function: Path, cache: Cache):
    digests = build_at_once(function, 3)
    assert digests == {package(function, X86).sha256}
    assert leftovers(cache) == []


@pytest.mark.parametrize("line", ["resolution.replacing", "resolution.write_record"])
def test_a_process_that_dies_while_it_fetches_leaves_nothing_that_is_taken_for_whole(function: Path, line: str):
    die_at(line, function)
    assert_is_whole(package(function, X86), function)


@pytest.mark.usefixtures("quick_pip")
@pytest.mark.parametrize(
    "line",
    [
        "dependencies.write_record",
        "archive.identity.directory_record",
        "archive.identity.end_record",
        "packager.manifest_text",
        "packager.write_record",
    ],
)
def test_a_process_that_dies_while_it_packs_leaves_nothing_that_is_taken_for_whole(
    function: Path, cache: Cache, line: str
):
    choose(read_lock(function, X86, cache), X86, cache)  # so that the process need not ask pip
    die_at(line, function)
    assert_is_whole(package(function, X86), function)


def die_at(line: str, function: Path) -> None:
    died = subprocess.run(
        [sys.executable, "-c", DIE, str(function), f"lambdaform_delivery.packaging.{line}"], check=False
    )
    assert died.returncode == 9


def assert_is_whole(built: Package, function: Path) -> None:
    fresh = package(function, X86, cache=function.parent / "fresh")
    assert fresh.path.read_bytes() == built.path.read_bytes()
    assert fresh.manifest.read_bytes() == built.manifest.read_bytes()
