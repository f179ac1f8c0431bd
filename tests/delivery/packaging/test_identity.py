"""Two packages of the same content are the same bytes; two of different content are not."""

import os
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from delivery.samples import X86, keep_wheel, make_folder
from hypothesis import assume, given
from hypothesis import strategies as st
from lambdaform_delivery.packaging import Package, Target, identity, package
from lambdaform_delivery.packaging.cache import Cache
from lambdaform_delivery.packaging.dependencies import load_dependencies
from lambdaform_delivery.packaging.ignored import VIRTUAL_ENVIRONMENT, is_ignored

PART = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), min_size=1, max_size=12
).filter(lambda name: name not in (".", "..", VIRTUAL_ENVIRONMENT) and not is_ignored(name, at_the_top=True))
PATHS = st.lists(PART, min_size=1, max_size=3).map("/".join)
CONTENT = st.tuples(st.binary(max_size=200).filter(lambda content: not content.startswith(b"\x7fELF")), st.booleans())
Tree = dict[str, tuple[bytes, bool]]


def has_no_file_above_a_file(tree: Tree) -> bool:
    return not any(f"{name}/" == other[: len(name) + 1] for name in tree for other in tree)


TREES = st.dictionaries(PATHS, CONTENT, min_size=1, max_size=6).filter(has_no_file_above_a_file)


@contextmanager
def umask(mask: int) -> Generator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def written(tree: Tree, folder: Path, mtime_seconds: int = 0) -> Path:
    for name, (content, executable) in tree.items():
        file = make_folder(folder, {name: content}) / name
        file.chmod(stat.S_IMODE(file.stat().st_mode) | (0o100 if executable else 0))
        os.utime(file, (mtime_seconds, mtime_seconds))
    return folder


@given(tree=TREES, mtime_seconds=st.integers(0, 4_000_000_000), mask=st.sampled_from([0o000, 0o022, 0o077]))
def test_where_when_in_which_order_and_with_which_umask_files_are_written_does_not_count(
    tree: Tree, mtime_seconds: int, mask: int
):
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        first = package(written(tree, place / "a"), X86, cache=place / "cache")
        with umask(mask):
            backwards = dict(reversed(tree.items()))
            second = package(written(backwards, place / "b/deeper ü", mtime_seconds), X86, cache=place / "cache 2")
        assert first.path.read_bytes() == second.path.read_bytes()
        assert first.manifest.read_bytes() == second.manifest.read_bytes()


@given(tree=TREES)
def test_a_package_unpacks_to_the_files_it_was_made_from(tree: Tree):
    with tempfile.TemporaryDirectory() as name:
        made = package(written(tree, Path(name, "a")), X86, cache=Path(name, "cache"))
        assert unpacked(made) == tree


def unpacked(made: Package) -> Tree:
    with zipfile.ZipFile(made.path) as archive:
        assert archive.testzip() is None
        return {
            info.filename: (archive.read(info), bool(info.external_attr >> 16 & 0o111)) for info in archive.infolist()
        }


@given(one=TREES, other=TREES)
def test_other_files_are_other_bytes(one: Tree, other: Tree):
    assume(one != other)
    with tempfile.TemporaryDirectory() as name:
        packages = [
            package(written(tree, Path(name, str(place))), X86, cache=Path(name, "cache"))
            for place, tree in enumerate((one, other))
        ]
        assert packages[0].sha256 != packages[1].sha256


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Asia/Tokyo"},
        {"TZ": "America/Lima", "LC_ALL": "C", "PYTHONUTF8": "0"},
        {"PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": "1700000000"},
    ],
)
def test_time_zone_locale_and_hash_seed_do_not_count(tmp_path: Path, environment: dict[str, str]):
    folder = make_folder(tmp_path / "function", {"handler.py": "", "größe.txt": "", "b.py": "", "a.py": ""})
    here = package(folder, X86, cache=tmp_path / "here")
    program = (
        "import sys; from pathlib import Path; from lambdaform_delivery.packaging import *;"
        "print(package(Path(sys.argv[1]), Target('3.13', 'x86_64'), cache=Path(sys.argv[2])).sha256)"
    )
    there = subprocess.run(
        [sys.executable, "-c", program, str(folder), str(tmp_path / "there")],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == here.sha256


def test_the_bytes_of_a_known_package_never_change(tmp_path: Path):
    make_folder(tmp_path, {"handler.py": "def handle(event, context):\n    return event\n", "größe/run": "#!/bin/sh\n"})
    (tmp_path / "größe/run").chmod(0o755)
    # If this fails, every package of every user gets other bytes: change `identity.FORMAT` and say so in the changelog.
    assert package(tmp_path, X86).sha256 == "b30defd52da857202a3defcb7053d146f9536b1b3e661b47a7cec199870119e5"


def test_the_constants_of_the_archive_are_fixed(tmp_path: Path):
    with zipfile.ZipFile(package(make_folder(tmp_path), X86).path) as archive:
        info = archive.infolist()[0]
    assert (info.date_time, info.create_system, info.extra, info.comment) == ((1980, 1, 1, 0, 0, 0), 3, b"", b"")
    assert info.external_attr >> 16 == stat.S_IFREG | 0o644


def test_dependencies_keep_the_bytes_that_their_publisher_compressed(cache: Cache):
    wheel = keep_wheel(cache, "a-1.0-py3-none-any.whl", {"a.py": "x = 1\n" * 500})
    made = load_dependencies([wheel], X86, cache)
    with zipfile.ZipFile(cache.wheel(wheel.sha256)) as archive:
        info = archive.getinfo("a.py")
    published = cache.wheel(wheel.sha256).read_bytes()
    start = info.header_offset + 30 + len("a.py")
    assert published[start : start + info.compress_size] in made.content
    assert info.compress_size < 500


def test_a_package_for_another_target_has_another_key(monkeypatch: pytest.MonkeyPatch):
    targets = [Target("3.12", "arm64"), Target("3.13", "arm64"), Target("3.13", "x86_64")]
    keys = {identity.package_key(target, [], []) for target in targets}
    monkeypatch.setattr(identity, "FORMAT", identity.FORMAT + 1)
    keys |= {identity.package_key(target, [], []) for target in targets}
    assert len(keys) == 6
