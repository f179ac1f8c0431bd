"""The main path: folder and lock in, zip and manifest out, and nothing done twice."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from delivery.samples import ARM, ARM_OBJECT, HANDLER, X86, X86_OBJECT, Index, make_folder
from lambdaform_delivery.errors import SizeError, SourceError, TargetError
from lambdaform_delivery.packaging import Package, Target, dependencies, package, packager, sizes
from lambdaform_delivery.packaging.cache import Cache

ANY = "py3-none-any.whl"

pytestmark = pytest.mark.usefixtures("quick_pip")


@pytest.fixture
def function(tmp_path: Path, index: Index) -> Path:
    """A function with one dependency."""
    lock = index.add(f"shop-1.0-{ANY}", {"shop/__init__.py": "PRICE = 7\n", "shop/prices.json": "[7]" * 500})
    return make_folder(tmp_path / "function", {"handler.py": HANDLER, "domain.py": "", "requirements.txt": lock})


def manifest_of(built: Package) -> dict[str, Any]:
    return json.loads(built.manifest.read_text())


def test_a_package_holds_the_dependencies_and_the_folders_files(function: Path):
    assert package(function, X86).files == (
        "shop-1.0.dist-info/METADATA",
        "shop-1.0.dist-info/WHEEL",
        "shop/__init__.py",
        "shop/prices.json",
        "domain.py",
        "handler.py",
    )


def test_a_package_runs_where_it_is_unpacked(function: Path, tmp_path: Path):
    make_folder(function, {"handler.py": "import shop\ndef handle(event, context):\n    return shop.PRICE\n"})
    with zipfile.ZipFile(package(function, X86).path) as archive:
        archive.extractall(tmp_path / "task")
    program = "import handler, importlib.metadata as m; print(handler.handle({}, None), m.version('shop'))"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path / "task", capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["7", "1.0"]


def test_digests_and_sizes_are_those_of_the_zip(function: Path):
    built = package(function, X86)
    content = built.path.read_bytes()
    digest = hashlib.sha256(content).digest()
    assert (built.sha256, built.code_sha256) == (digest.hex(), base64.b64encode(digest).decode())
    with zipfile.ZipFile(built.path) as archive:
        unpacked_bytes = sum(info.file_size for info in archive.infolist())
    assert (built.size_bytes, built.unpacked_bytes) == (len(content), unpacked_bytes)


def test_the_manifest_lists_every_file_with_its_hash_and_size(function: Path):
    built = package(function, X86)
    manifest = manifest_of(built)
    listed = [file for part in (*manifest["dependencies"], manifest) for file in part["files"]]
    with zipfile.ZipFile(built.path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    assert listed == [
        {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "size_bytes": len(content)}
        for name, content in contents.items()
    ]


def test_the_manifest_says_what_the_package_is_and_which_wheels_are_in_it(function: Path, index: Index):
    built = package(function, X86)
    manifest = manifest_of(built)
    wheel_sha256 = hashlib.sha256((index.folder / f"shop-1.0-{ANY}").read_bytes()).hexdigest()
    shop = {key: value for key, value in manifest["dependencies"][0].items() if key != "files"}
    assert shop == {"name": "shop", "version": "1.0", "wheel": f"shop-1.0-{ANY}", "sha256": wheel_sha256}
    assert manifest["schema"] == 1
    assert manifest["target"] == {"python": "3.13", "architecture": "x86_64"}
    assert manifest["zip"] == {
        "sha256": built.sha256,
        "size_bytes": built.size_bytes,
        "unpacked_bytes": built.unpacked_bytes,
    }


def test_the_manifest_names_no_place_of_this_machine(function: Path, cache: Cache):
    text = package(function, X86).manifest.read_text()
    assert not [place for place in (function, cache.work, Path.home()) if str(place) in text]


def test_the_manifest_lies_beside_the_zip(function: Path):
    built = package(function, X86)
    assert built.manifest == built.path.with_suffix(".json")


def test_an_unchanged_folder_is_not_built_again(function: Path, monkeypatch: pytest.MonkeyPatch):
    first = package(function, X86)
    monkeypatch.delattr(packager, "load_dependencies")
    monkeypatch.delattr(packager, "ArchiveWriter")
    assert package(function, X86) == first


def test_a_changed_source_file_leaves_the_dependencies_packed(function: Path, monkeypatch: pytest.MonkeyPatch):
    first = package(function, X86)
    monkeypatch.delattr(dependencies, "read_wheel")
    make_folder(function, {"handler.py": "changed = True\n"})
    second = package(function, X86)
    assert second.sha256 != first.sha256
    with zipfile.ZipFile(second.path) as archive:
        assert archive.testzip() is None
        assert archive.read("handler.py") == b"changed = True\n"
        assert archive.read("shop/__init__.py") == b"PRICE = 7\n"


def test_a_change_that_keeps_size_and_time_is_seen(function: Path):
    status = (function / "handler.py").stat()
    first = package(function, X86)
    make_folder(function, {"handler.py": HANDLER.replace("event\n", "EVENT\n")})
    os.utime(function / "handler.py", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert package(function, X86).sha256 != first.sha256


def test_a_new_execute_bit_is_seen(function: Path):
    first = package(function, X86)
    (function / "handler.py").chmod(0o755)
    assert package(function, X86).sha256 != first.sha256


def test_ignored_files_do_not_count(function: Path):
    first = package(function, X86)
    make_folder(function, {"tests/test_handler.py": "", "__pycache__/handler.cpython-313.pyc": "x", ".env": "KEY=x"})
    assert package(function, X86) == first


def test_two_folders_with_the_same_content_share_one_package(function: Path, tmp_path: Path):
    copy = make_folder(tmp_path / "copy", {file.name: file.read_bytes() for file in function.iterdir()})
    assert package(copy, X86) == package(function, X86)


def test_pure_python_is_the_same_for_both_architectures_but_has_two_manifests(function: Path):
    arm, intel = package(function, ARM), package(function, X86)
    assert arm.sha256 == intel.sha256
    assert manifest_of(arm)["target"] != manifest_of(intel)["target"]


@pytest.mark.parametrize("suffix", ["zip", "json", "record"])
@pytest.mark.parametrize("damage", [b"", b"{}", None])
def test_a_damaged_or_missing_file_of_the_cache_is_made_again(
    function: Path, cache: Cache, suffix: str, damage: bytes | None
):
    first = package(function, X86)
    contents = first.path.read_bytes(), first.manifest.read_bytes()
    file = next((cache.work / "packages").glob(f"*.{suffix}"))
    if damage is None:
        file.unlink()
    else:
        file.write_bytes(damage)
    assert package(function, X86) == first
    assert (first.path.read_bytes(), first.manifest.read_bytes()) == contents


def test_the_cache_argument_is_where_packages_are(function: Path, tmp_path: Path, cache: Cache):
    built = package(function, X86, cache=tmp_path / "mine")
    assert built.path.is_relative_to(tmp_path / "mine")
    assert not (cache.work / "packages").exists()


def test_the_default_target_is_the_houses(function: Path):
    assert package(function) == package(function, Target("3.13", "arm64"))


@pytest.mark.parametrize("name", ["shop/__init__.py", "shop/__init__.py/x", "shop-1.0.dist-info/METADATA"])
def test_a_file_that_a_dependency_brings_is_refused(function: Path, name: str):
    make_folder(function, {name: ""})
    with pytest.raises(SourceError, match=f"`{name}` clashes with `shop.*` of a dependency\nhint: rename it"):
        package(function, X86)


def test_a_file_may_stand_beside_those_of_a_dependency(function: Path):
    assert "shop/extra.py" in package(make_folder(function, {"shop/extra.py": ""}), X86).files


def test_an_own_library_for_another_machine_is_refused(function: Path):
    make_folder(function, {"fast.so": X86_OBJECT})
    assert "fast.so" in package(function, X86).files
    with pytest.raises(SourceError, match=r"`fast.so` is built for x86_64, the function runs on aarch64"):
        package(function, ARM)
    make_folder(function, {"fast.so": ARM_OBJECT})
    assert "fast.so" in package(function, ARM).files


def test_folder_and_dependencies_together_may_not_be_more_than_lambda_takes(
    function: Path, monkeypatch: pytest.MonkeyPatch
):
    make_folder(function, {"model.bin": bytes(1500)})
    monkeypatch.setattr(sizes, "LARGEST_UNPACKED_BYTES", 2000)
    with pytest.raises(SizeError, match="the package is larger than 250 MB unpacked"):
        package(function, X86)


def test_more_files_than_a_zip_can_hold_are_refused(function: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(packager, "LARGEST_COUNT", 5)
    with pytest.raises(SizeError, match="the package holds 6 files, more than 5"):
        package(function, X86)


@pytest.mark.parametrize(("size_bytes", "needs_store"), [(50 * 1024 * 1024, False), (50 * 1024 * 1024 + 1, True)])
def test_a_zip_above_50_mb_needs_a_store(size_bytes: int, needs_store: bool):
    built = Package(Path("a.zip"), "", "", size_bytes, 0, Path("a.json"))
    assert built.needs_store is needs_store


def test_a_wrong_folder_is_refused(tmp_path: Path):
    with pytest.raises(SourceError, match="is not a folder"):
        package(tmp_path / "missing", X86)


def test_a_wrong_target_never_gets_as_far(function: Path):
    with pytest.raises(TargetError):
        package(function, Target("2.7"))
