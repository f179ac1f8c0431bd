import zipfile
from pathlib import Path

import pytest
from lambdaform_sandbox.errors import SandboxError
from lambdaform_sandbox.runtime.code_folders import CodeFolders

from .functions import deployed, zip_of


@pytest.fixture
def folders(tmp_path: Path) -> CodeFolders:
    return CodeFolders(tmp_path)


def test_a_zip_is_unpacked_once_per_content(folders: CodeFolders) -> None:
    first, again, other = (folders.of(deployed(code)).task_root for code in ("a = 1", "a = 1", "a = 2"))

    assert first == again != other
    assert (first / "app.py").read_text() == "a = 1"


def test_later_layers_lie_over_earlier_ones(folders: CodeFolders) -> None:
    layers = (zip_of({"python/m.py": "first", "python/n.py": "first"}), zip_of({"python/m.py": "second"}))

    layers_root = folders.of(deployed("", layers=layers)).layers_root

    assert (layers_root / "python/m.py").read_text() == "second"
    assert (layers_root / "python/n.py").read_text() == "first"


def test_modules_are_looked_for_in_the_function_then_its_layers_then_the_runtime(folders: CodeFolders) -> None:
    code = folders.of(deployed(""))

    assert code.search_path("python3.12") == [
        str(code.task_root),
        str(code.layers_root / "python/lib/python3.12/site-packages"),
        str(code.layers_root / "python"),
        str(code.runtime_directory),
    ]
    assert (code.runtime_directory / "boto3/__init__.py").is_file()
    assert (code.runtime_directory / "six.py").is_file()


def test_a_program_in_the_zip_stays_executable(folders: CodeFolders, tmp_path: Path) -> None:
    archive = tmp_path / "code.zip"
    with zipfile.ZipFile(archive, "w") as target:
        entry = zipfile.ZipInfo("tool")
        entry.external_attr = 0o100755 << 16
        target.writestr(entry, "#!/bin/sh")

    task_root = folders.of(deployed("", code=archive.read_bytes())).task_root

    assert (task_root / "tool").stat().st_mode & 0o111


def test_code_that_is_no_zip_is_refused_every_time(folders: CodeFolders) -> None:
    for _ in range(2):
        with pytest.raises(SandboxError, match="the code of `worker` cannot be unpacked"):
            folders.of(deployed("", code=b"not a zip"))


def test_no_file_leaves_its_folder(folders: CodeFolders, tmp_path: Path) -> None:
    task_root = folders.of(deployed({"../../escaped.py": "x = 1"})).task_root

    assert not (tmp_path.parent / "escaped.py").exists()
    assert (task_root / "escaped.py").is_file()
