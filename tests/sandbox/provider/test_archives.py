"""Code archives of a program as the zip that Lambda gets."""

import io
import zipfile
from pathlib import Path

import pulumi
import pytest
from lambdaform_sandbox.errors import SandboxError
from lambdaform_sandbox.provider.archives import zip_bytes


def files(archive: pulumi.Archive) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(zip_bytes(archive))) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def test_a_zip_file_is_taken_byte_for_byte(tmp_path: Path):
    file = tmp_path / "code.zip"
    file.write_bytes(b"whatever it holds")
    assert zip_bytes(pulumi.FileArchive(str(file))) == b"whatever it holds"


def test_a_folder_is_packed_with_paths_relative_to_it(tmp_path: Path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "handler.py").write_text("a")
    (tmp_path / "inner" / "module.py").write_text("b")
    assert files(pulumi.FileArchive(str(tmp_path))) == {"handler.py": "a", "inner/module.py": "b"}


def test_assets_are_packed_under_their_names(tmp_path: Path):
    (tmp_path / "file.py").write_text("from a file")
    archive = pulumi.AssetArchive(
        {
            "text.py": pulumi.StringAsset("from a text"),
            "file.py": pulumi.FileAsset(str(tmp_path / "file.py")),
            "inner": pulumi.FileArchive(str(tmp_path)),
        }
    )
    assert files(archive) == {"text.py": "from a text", "file.py": "from a file", "inner/file.py": "from a file"}


def test_the_same_files_give_the_same_bytes(tmp_path: Path):
    (tmp_path / "handler.py").write_text("a")
    first = zip_bytes(pulumi.FileArchive(str(tmp_path)))
    (tmp_path / "handler.py").touch()
    assert zip_bytes(pulumi.FileArchive(str(tmp_path))) == first


def test_a_path_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(SandboxError, match="no file or folder"):
        zip_bytes(pulumi.FileArchive(str(tmp_path / "missing")))


def test_code_from_the_network_is_refused():
    with pytest.raises(SandboxError, match="does not take code from a RemoteArchive"):
        zip_bytes(pulumi.RemoteArchive("https://example.org/code.zip"))
