"""The cache: where it is, and that a file in it is whole or not there."""

import stat
from pathlib import Path

import pytest
from lambdaform_delivery.errors import CacheError
from lambdaform_delivery.packaging.cache import Cache, read_record, replacing, write_record


@pytest.fixture
def function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A function's folder, in no project, with nothing configured."""
    monkeypatch.delenv("LAMBDAFORM_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    folder = tmp_path / "project/lambdas/search"
    folder.mkdir(parents=True)
    return folder


def test_packages_are_beside_the_project_and_wheels_in_the_users_cache(function: Path, tmp_path: Path):
    (tmp_path / "project/Pulumi.yaml").touch()
    assert Cache.of(function) == Cache(tmp_path / "project/.lambdaform", tmp_path / "xdg/lambdaform")


def test_the_nearest_project_counts(function: Path, tmp_path: Path):
    for folder in ("", "project", "project/lambdas"):
        (tmp_path / folder / "Pulumi.yaml").touch()
    assert Cache.of(function).work == tmp_path / "project/lambdas/.lambdaform"


def test_without_a_project_everything_is_in_the_users_cache(function: Path, tmp_path: Path):
    assert Cache.of(function) == Cache(tmp_path / "xdg/lambdaform", tmp_path / "xdg/lambdaform")


@pytest.mark.parametrize("configured", ["", "not/absolute"])
def test_the_users_cache_is_in_the_home_folder_by_default(
    function: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, configured: str
):
    monkeypatch.setenv("XDG_CACHE_HOME", configured)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert Cache.of(function).downloads == tmp_path / "home/.cache/lambdaform"


def test_without_a_home_folder_the_error_says_what_to_set(function: Path, monkeypatch: pytest.MonkeyPatch):
    def no_home():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", no_home)
    with pytest.raises(CacheError, match="there is no home folder to keep wheels in\nhint: set `LAMBDAFORM_CACHE`"):
        Cache.of(function)


def test_the_environment_replaces_both(function: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "project/Pulumi.yaml").touch()
    monkeypatch.setenv("LAMBDAFORM_CACHE", str(tmp_path / "ci"))
    assert Cache.of(function) == Cache(tmp_path / "ci", tmp_path / "ci")


def test_the_argument_decides_where_packages_are(function: Path, tmp_path: Path):
    assert Cache.of(function, tmp_path / "mine") == Cache(tmp_path / "mine", tmp_path / "xdg/lambdaform")


def test_paths_do_not_depend_on_the_working_folder_later(
    function: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    assert Cache.of(function, Path("mine")).work == tmp_path / "mine"


def test_a_file_appears_when_it_is_complete(tmp_path: Path):
    path = tmp_path / "new/folder/file"
    with replacing(path) as stream:
        stream.write(b"whole")
        assert not path.exists()
    assert path.read_bytes() == b"whole"


def test_a_file_that_was_there_is_replaced(tmp_path: Path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with replacing(path) as stream:
        stream.write(b"new")
    assert path.read_bytes() == b"new"


def test_an_interrupted_write_leaves_nothing(tmp_path: Path):
    with pytest.raises(KeyboardInterrupt), replacing(tmp_path / "file") as stream:  # noqa: PT012  # the write comes first
        stream.write(b"half")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_an_error_with_the_way_out(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(CacheError, match=r"cannot be written: .*\nhint: set `LAMBDAFORM_CACHE`"):
        write_record(tmp_path / "file/below", 1, {})


def test_a_record_is_read_as_it_was_written(tmp_path: Path):
    write_record(tmp_path / "a.json", 1, {"b": [1]})
    assert read_record(tmp_path / "a.json", 1) == {"schema": 1, "b": [1]}


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b'{"schema": 2}', b"{}"])
def test_a_record_that_is_damaged_or_of_another_schema_is_none(tmp_path: Path, content: bytes):
    (tmp_path / "a.json").write_bytes(content)
    assert read_record(tmp_path / "a.json", 1) is None


def test_a_record_that_cannot_be_read_is_an_error(tmp_path: Path):
    with pytest.raises(CacheError, match="cannot be read: Is a directory"):
        read_record(tmp_path, 1)


def test_only_the_owner_can_change_what_is_kept(tmp_path: Path):
    write_record(tmp_path / "a.json", 1, {})
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) & 0o022 == 0
