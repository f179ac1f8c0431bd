"""The folder: what of it is packaged, and what cannot be."""

import os
import socket
from pathlib import Path

import pytest
from delivery.samples import make_folder
from lambdaform_delivery.errors import SizeError, SourceError
from lambdaform_delivery.packaging import sizes
from lambdaform_delivery.packaging.source import read_source


def names(folder: Path) -> list[str]:
    return [file.name for file in read_source(folder)]


def test_files_come_by_name_relative_to_the_folder(tmp_path: Path):
    make_folder(tmp_path, {"b.py": "", "a/z.py": "", "a.py": "", "A.py": ""})
    assert names(tmp_path) == ["A.py", "a.py", "a/z.py", "b.py"]


def test_a_file_is_its_bytes_and_whether_its_owner_may_execute_it(tmp_path: Path):
    make_folder(tmp_path, {"plain": b"\0\1", "program": "#!"})
    (tmp_path / "plain").chmod(0o666)
    (tmp_path / "program").chmod(0o700)
    assert [(file.content, file.executable) for file in read_source(tmp_path)] == [(b"\0\1", False), (b"#!", True)]


@pytest.mark.parametrize(
    "name",
    [
        ".git/HEAD",
        "shop/.git/HEAD",
        "__pycache__/handler.cpython-313.pyc",
        "shop/__pycache__/x.txt",
        "old.pyc",
        ".venv/lib/a.py",
        ".env",
        "shop/.env.production",
        ".DS_Store",
        "node_modules/a.js",
        "shop.egg-info/PKG-INFO",
        "requirements.txt",
        "requirements-dev.txt",
        "requirements.in",
        "pyproject.toml",
        "tests/test_handler.py",
        "events/found.json",
        ".lambdaform/packages/a.zip",
    ],
)
def test_what_has_no_business_in_a_function_stays_out(tmp_path: Path, name: str):
    make_folder(tmp_path, {"handler.py": "", name: "x"})
    assert names(tmp_path) == ["handler.py"]


@pytest.mark.parametrize(
    "name", ["shop/events/order.py", "shop/tests/kit.py", "shop/requirements.txt", ".well-known/a"]
)
def test_a_packages_own_folders_stay_in(tmp_path: Path, name: str):
    make_folder(tmp_path, {name: "x"})
    assert names(tmp_path) == [name]


def test_a_virtual_environment_stays_out_under_any_name(tmp_path: Path):
    make_folder(tmp_path, {"handler.py": "", "env39/pyvenv.cfg": "", "env39/lib/a.py": ""})
    assert names(tmp_path) == ["handler.py"]


def test_empty_folders_stay_out(tmp_path: Path):
    (make_folder(tmp_path) / "empty").mkdir()
    assert names(tmp_path) == ["handler.py"]


def test_names_may_be_in_any_script(tmp_path: Path):
    make_folder(tmp_path, {"größe/名前 x.txt": ""})
    assert names(tmp_path) == ["größe/名前 x.txt"]


def test_a_link_is_packaged_as_what_it_points_to(tmp_path: Path):
    make_folder(tmp_path, {"a/real.py": "x = 1"})
    (tmp_path / "link.py").symlink_to("a/real.py")
    (tmp_path / "again").symlink_to("a", target_is_directory=True)
    assert [(file.name, file.content) for file in read_source(tmp_path)] == [
        ("a/real.py", b"x = 1"),
        ("again/real.py", b"x = 1"),
        ("link.py", b"x = 1"),
    ]


def test_the_folder_itself_may_be_reached_over_a_link(tmp_path: Path):
    make_folder(tmp_path / "real")
    (tmp_path / "link").symlink_to("real", target_is_directory=True)
    assert names(tmp_path / "link") == ["handler.py"]


@pytest.mark.parametrize("target", ["../secret.txt", "/etc/hosts", "../outside"])
def test_a_link_that_leaves_the_folder_is_refused(tmp_path: Path, target: str):
    make_folder(tmp_path, {"secret.txt": "s", "outside/a.py": "", "function/handler.py": ""})
    (tmp_path / "function/shared").symlink_to(target)
    with pytest.raises(SourceError, match="`shared` is a link that leaves the folder\nhint: copy"):
        read_source(tmp_path / "function")


@pytest.mark.parametrize("target", ["missing.py", "link.py"])
def test_a_link_to_nothing_is_refused(tmp_path: Path, target: str):
    (make_folder(tmp_path) / "link.py").symlink_to(target)
    with pytest.raises(SourceError, match=r"`link.py` is a link to something that does not exist"):
        read_source(tmp_path)


def test_a_link_to_a_folder_above_it_is_refused(tmp_path: Path):
    make_folder(tmp_path, {"a/handler.py": ""})
    (tmp_path / "a/up").symlink_to("..", target_is_directory=True)
    with pytest.raises(SourceError, match="`a/up` is a link to a folder that holds it"):
        read_source(tmp_path)


def test_folders_that_link_to_each_other_are_refused(tmp_path: Path):
    make_folder(tmp_path, {"a/x.py": "", "b/x.py": ""})
    (tmp_path / "a/to").symlink_to("../b", target_is_directory=True)
    (tmp_path / "b/to").symlink_to("../a", target_is_directory=True)
    with pytest.raises(SourceError, match="is a link to a folder that holds it"):
        read_source(tmp_path)


def test_a_pipe_is_refused(tmp_path: Path):
    os.mkfifo(make_folder(tmp_path) / "pipe")
    with pytest.raises(SourceError, match="`pipe` is neither a file nor a folder"):
        read_source(tmp_path)


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(make_folder(tmp_path))  # the path of a socket has to be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        with pytest.raises(SourceError, match="`socket` is neither a file nor a folder"):
            read_source(tmp_path)


def test_a_name_that_is_not_utf_8_is_refused(tmp_path: Path):
    Path(os.fsdecode(bytes(make_folder(tmp_path)) + b"/caf\xe9.txt")).touch()
    with pytest.raises(SourceError, match="is not UTF-8\nhint: rename it") as refused:
        read_source(tmp_path)
    str(refused.value).encode()


@pytest.mark.parametrize("name", ["a\\b.py", "a\nb.py", "\x1b[31m.py"])
def test_a_name_that_systems_read_differently_is_refused(tmp_path: Path, name: str):
    make_folder(tmp_path, {name: ""})
    with pytest.raises(SourceError, match="holds a backslash or a control character") as refused:
        read_source(tmp_path)
    assert str(refused.value).replace("\nhint", "").isprintable()


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    make_folder(tmp_path, {"handler.py": "", "locked.py": ""})
    refuse_to_open(monkeypatch, "locked.py")
    with pytest.raises(
        SourceError, match=r"locked.py` cannot be read: Permission denied\nhint: correct its permissions"
    ):
        read_source(tmp_path)


def refuse_to_open(monkeypatch: pytest.MonkeyPatch, name: str):
    """The administrator may read everything, so permissions alone would not stop every run of this test."""
    whole = Path.open

    def opened(path: Path, mode: str = "r"):
        if path.name == name:
            raise PermissionError(13, "Permission denied", str(path))
        return whole(path, mode)

    monkeypatch.setattr(Path, "open", opened)


def test_a_folder_without_files_is_refused(tmp_path: Path):
    make_folder(tmp_path, {"tests/test_handler.py": ""})
    with pytest.raises(SourceError, match="holds no file to package"):
        read_source(tmp_path)


def test_what_is_no_folder_is_refused(tmp_path: Path):
    make_folder(tmp_path)
    for path in (tmp_path / "missing", tmp_path / "handler.py"):
        with pytest.raises(SourceError, match=f"`{path}` is not a folder"):
            read_source(path)


def test_more_than_lambda_takes_is_refused_before_it_is_read(tmp_path: Path):
    with (make_folder(tmp_path) / "model.bin").open("wb") as stream:
        stream.truncate(sizes.LARGEST_UNPACKED_BYTES + 1)
    with pytest.raises(SizeError, match="is larger than 250 MB unpacked, more than Lambda takes"):
        read_source(tmp_path)
