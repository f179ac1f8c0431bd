"""Wheels: which of their files stand in a package, and that their compressed bytes are the publisher's."""

import stat
import zipfile
import zlib
from pathlib import Path

import pytest
from delivery.samples import make_wheel
from lambdaform_delivery.errors import SizeError, WheelError
from lambdaform_delivery.packaging import sizes
from lambdaform_delivery.packaging.identity import DEFLATED, STORED
from lambdaform_delivery.packaging.wheel import WheelFile, read_wheel

NAME = "shop-1.0-py3-none-any.whl"


def read(folder: Path) -> dict[str, WheelFile]:
    return {file.entry.name: file for file in read_wheel(NAME, (folder / NAME).read_bytes())}


def names(folder: Path, files: dict[str, str | bytes]) -> list[str]:
    make_wheel(folder, NAME, files)
    return [name for name in read(folder) if ".dist-info/" not in name]


def archive(folder: Path, info: zipfile.ZipInfo, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> WheelFile:
    with zipfile.ZipFile(folder / NAME, "w") as made:
        made.writestr(info, content, method)
    return read(folder)[info.filename]


def test_modules_stand_where_they_stand_in_the_wheel(tmp_path: Path):
    assert names(tmp_path, {"shop/__init__.py": "", "shop/data.json": "{}"}) == ["shop/__init__.py", "shop/data.json"]


@pytest.mark.parametrize("kind", ["purelib", "platlib", "data"])
def test_data_that_belongs_beside_the_code_is_moved_there(tmp_path: Path, kind: str):
    assert names(tmp_path, {f"shop-1.0.data/{kind}/shop/a.py": ""}) == ["shop/a.py"]


@pytest.mark.parametrize("kind", ["scripts", "headers"])
def test_scripts_and_headers_stay_out(tmp_path: Path, kind: str):
    assert names(tmp_path, {"shop.py": "", f"shop-1.0.data/{kind}/shop": ""}) == ["shop.py"]


def test_bytecode_stays_out(tmp_path: Path):
    assert names(tmp_path, {"a.py": "", "b.pyc": "", "__pycache__/a.cpython-313.pyc": ""}) == ["a.py"]


def test_of_the_metadata_only_what_describes_an_installation_stays_out(tmp_path: Path):
    kept = ["METADATA", "WHEEL", "entry_points.txt", "licenses/LICENSE", "licenses/RECORD"]
    dropped = ["RECORD", "RECORD.jws", "RECORD.p7s", "INSTALLER", "REQUESTED", "direct_url.json"]
    make_wheel(tmp_path, NAME, {f"shop-1.0.dist-info/{name}": "" for name in kept[2:] + dropped[1:]})
    assert {name.removeprefix("shop-1.0.dist-info/") for name in read(tmp_path)} == set(kept)


def test_the_publishers_compressed_bytes_are_taken_over(tmp_path: Path):
    content = b"x = 1\n" * 1000
    compressor = zlib.compressobj(level=1, wbits=-15)
    unusual = compressor.compress(content) + compressor.flush()
    with zipfile.ZipFile(tmp_path / NAME, "w") as made:
        made.writestr("shop.py", content, zipfile.ZIP_DEFLATED, compresslevel=1)
    file = read(tmp_path)["shop.py"]
    assert (bytes(file.packed), file.entry.method, file.content) == (unusual, DEFLATED, content)


def test_what_the_publisher_stored_stays_stored(tmp_path: Path):
    file = archive(tmp_path, zipfile.ZipInfo("shop.py"), b"x" * 100, zipfile.ZIP_STORED)
    assert (bytes(file.packed), file.entry.method) == (b"x" * 100, STORED)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_lambda_could_not_unpack_is_stored(tmp_path: Path, method: int):
    file = archive(tmp_path, zipfile.ZipInfo("shop.py"), b"x" * 100, method)
    assert (bytes(file.packed), file.entry.method) == (b"x" * 100, STORED)


@pytest.mark.parametrize(("mode", "executable"), [(0o755, True), (0o100, True), (0o644, False), (0, False)])
def test_of_the_mode_one_bit_counts(tmp_path: Path, mode: int, executable: bool):
    info = zipfile.ZipInfo("tool")
    info.external_attr = (stat.S_IFREG | mode) << 16
    assert archive(tmp_path, info, b"#!").entry.executable is executable


@pytest.mark.parametrize(
    "name", ["../shop.py", "/shop.py", "a/../../shop.py", "a//shop.py", "a\\..\\shop.py", "./a.py"]
)
def test_a_file_outside_of_the_folder_is_refused(tmp_path: Path, name: str):
    with pytest.raises(WheelError, match="holds a file outside of its folder"):
        names(tmp_path, {name: ""})


def test_a_damaged_wheel_is_refused_by_name(tmp_path: Path):
    make_wheel(tmp_path, NAME, {"shop.py": "x = 1\n" * 100})
    whole = bytearray((tmp_path / NAME).read_bytes())
    whole[40] ^= 0xFF
    for damaged in (bytes(whole), bytes(whole[:-30]), b"", b"no archive"):
        with pytest.raises(WheelError, match=f"`{NAME}` cannot be read: "):
            list(read_wheel(NAME, damaged))


def test_an_encrypted_wheel_is_refused(tmp_path: Path):
    make_wheel(tmp_path, NAME, {"shop.py": "x"})
    content = bytearray((tmp_path / NAME).read_bytes())
    content[content.index(b"PK\1\2") + 8] |= 1
    with pytest.raises(WheelError, match=r"shop.py is encrypted"):
        list(read_wheel(NAME, bytes(content)))


def test_a_wheel_that_unpacks_to_more_than_lambda_takes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sizes, "LARGEST_UNPACKED_BYTES", 1000)
    with pytest.raises(SizeError, match=f"`{NAME}` is larger than 250 MB unpacked"):
        names(tmp_path, {"zeros.bin": bytes(1001)})
