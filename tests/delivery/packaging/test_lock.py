"""Which file of a folder is the lock."""

import json
import os
from pathlib import Path

import pytest
from delivery.samples import X86, make_folder
from lambdaform_delivery.errors import RequirementsError, ToolError
from lambdaform_delivery.packaging import lock
from lambdaform_delivery.packaging.cache import Cache
from lambdaform_delivery.packaging.lock import read_lock

PIN = f"anyascii==0.3.3 --hash=sha256:{'a' * 64}\n"
UV_FOLDER = {"uv.lock": "version = 1\n", "pyproject.toml": "[project]\nname = 'x'\n"}


@pytest.fixture
def uv(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A uv that notes how it was called and exports one pin."""
    folder = tmp_path_factory.mktemp("bin")
    write_uv(folder, f"echo \"$@\" >> {folder}/calls\nprintf '%s' '{PIN}'\n")
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return folder


def write_uv(folder: Path, body: str) -> None:
    (folder / "uv").write_text(f"#!/bin/sh\n{body}")
    (folder / "uv").chmod(0o755)


def pins(folder: Path, cache: Cache) -> list[str]:
    return [str(pin) for pin in read_lock(folder, X86, cache)]


def test_requirements_txt_is_a_lock(tmp_path: Path, cache: Cache):
    assert pins(make_folder(tmp_path, {"requirements.txt": PIN}), cache) == ["anyascii==0.3.3"]


def test_a_folder_without_a_lock_needs_no_dependencies(tmp_path: Path, cache: Cache):
    assert pins(make_folder(tmp_path, {"pyproject.toml": "[tool.ruff]\nline-length = 100\n"}), cache) == []


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path, cache: Cache):
    content = b"\xef\xbb\xbf" + PIN.replace(" ", " \\\r\n  ").replace("\n", "\r\n").replace("\r\r", "\r").encode()
    assert pins(make_folder(tmp_path, {"requirements.txt": content}), cache) == ["anyascii==0.3.3"]


def test_uv_lock_is_exported_by_uv_without_network_and_without_development_dependencies(
    tmp_path: Path, cache: Cache, uv: Path
):
    assert pins(make_folder(tmp_path, UV_FOLDER), cache) == ["anyascii==0.3.3"]
    call = (uv / "calls").read_text().split()
    assert {"export", "--frozen", "--offline", "--no-default-groups", "--no-emit-project", str(tmp_path)} <= set(call)


def test_an_unchanged_uv_lock_is_exported_once(tmp_path: Path, cache: Cache, uv: Path):
    make_folder(tmp_path, UV_FOLDER)
    assert pins(tmp_path, cache) == pins(tmp_path, cache)
    assert len((uv / "calls").read_text().splitlines()) == 1


@pytest.mark.parametrize("name", UV_FOLDER)
def test_a_changed_uv_lock_is_exported_again(tmp_path: Path, cache: Cache, uv: Path, name: str):
    make_folder(tmp_path, UV_FOLDER)
    pins(tmp_path, cache)
    make_folder(tmp_path, {name: UV_FOLDER[name] + "# changed\n"})
    pins(tmp_path, cache)
    assert len((uv / "calls").read_text().splitlines()) == 2


def test_uv_lock_without_uv_says_what_to_install(tmp_path: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        ToolError, match=r"needs uv, which is not on PATH\nhint: install uv, or keep a `requirements.txt`"
    ):
        pins(make_folder(tmp_path, UV_FOLDER), cache)


def test_a_failing_uv_is_quoted(tmp_path: Path, cache: Cache, uv: Path):
    write_uv(uv, "echo 'error: Failed to parse https://user:secret@packages.example/x' >&2; exit 2\n")
    with pytest.raises(RequirementsError, match=r"uv cannot export `uv.lock`: error: Failed to parse") as refused:
        pins(make_folder(tmp_path, UV_FOLDER), cache)
    assert "secret" not in str(refused.value)


def test_errors_in_an_export_name_it(tmp_path: Path, cache: Cache, uv: Path):
    write_uv(uv, "echo ./lib\n")
    with pytest.raises(RequirementsError, match=r"the export of `uv.lock` line 1: an address or a path"):
        pins(make_folder(tmp_path, UV_FOLDER), cache)


def test_uv_lock_without_its_project_is_refused(tmp_path: Path, cache: Cache, uv: Path):
    with pytest.raises(RequirementsError, match=r"pyproject.toml` cannot be read: No such file"):
        pins(make_folder(tmp_path, {"uv.lock": ""}), cache)


def test_two_locks_are_refused(tmp_path: Path, cache: Cache):
    with pytest.raises(RequirementsError, match=r"has both `requirements.txt` and `uv.lock`\nhint: keep one"):
        pins(make_folder(tmp_path, {**UV_FOLDER, "requirements.txt": PIN}), cache)


def test_wishes_without_a_lock_are_refused_with_the_command_that_locks(tmp_path: Path, cache: Cache):
    make_folder(tmp_path, {"requirements.in": "anyascii\n"})
    with pytest.raises(RequirementsError, match=r"has a `requirements.in` but no lock\nhint: run `uv pip compile"):
        pins(tmp_path, cache)


def test_a_project_with_dependencies_and_no_lock_is_refused(tmp_path: Path, cache: Cache):
    make_folder(tmp_path, {"pyproject.toml": '[project]\nname = "x"\ndependencies = ["anyascii"]\n'})
    with pytest.raises(RequirementsError, match="names dependencies, but there is no lock\nhint: run `uv lock`"):
        pins(tmp_path, cache)


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("pyproject.toml", b"[project", "is not TOML"),
        ("pyproject.toml", b"\xff", "is not UTF-8"),
        ("requirements.txt", b"\xff\xfe", "is not UTF-8"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    tmp_path: Path, cache: Cache, name: str, content: bytes, rule: str
):
    with pytest.raises(RequirementsError, match=f"`.*{name}` {rule}"):
        pins(make_folder(tmp_path, {name: content}), cache)


def test_a_damaged_note_of_an_export_is_made_again(tmp_path: Path, cache: Cache, uv: Path):
    make_folder(tmp_path, UV_FOLDER)
    pins(tmp_path, cache)
    for note in (cache.work / "locks").iterdir():
        note.write_text(json.dumps({"schema": lock.SCHEMA + 1}))
    assert pins(tmp_path, cache) == ["anyascii==0.3.3"]
