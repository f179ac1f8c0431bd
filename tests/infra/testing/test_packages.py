"""Packages in unit tests: the folder's own files, and never a download."""

import gc
import os
import zipfile
from pathlib import Path

import pytest
from lambdaform import Function, InputError
from lambdaform.code import packager
from lambdaform.testing import Resource, deploy

FUNCTION = "aws:lambda/function:Function"
HANDLER = "def handle(event, context):\n    return event\n"


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\n")
    folder = tmp_path / "lambdas" / "worker"
    folder.mkdir(parents=True)
    (folder / "handler.py").write_text(HANDLER)
    (folder / "requirements.txt").write_text("no-such-distribution==1.0 --hash=sha256:00\n")
    monkeypatch.chdir(tmp_path)
    return folder


def worker():
    Function("worker", {"source": "lambdas/worker", "handler": "handler.handle", "alarm_topics": []})


def deployed() -> Resource:
    return deploy(worker).one(FUNCTION)


@pytest.mark.usefixtures("source")
def test_a_source_folder_is_packaged_without_its_dependencies():
    recording = deploy(worker)

    with zipfile.ZipFile(recording.one(FUNCTION)["code"].path) as archive:
        assert archive.read("handler.py").decode() == HANDLER


def test_the_digest_follows_the_content_and_nothing_else(source: Path):
    first = deployed()["sourceCodeHash"]
    os.utime(source / "handler.py", (1_000_000_000, 1_000_000_000))
    (source / "__pycache__").mkdir()
    (source / "__pycache__" / "handler.pyc").write_bytes(b"compiled")
    untouched = deployed()["sourceCodeHash"]
    (source / "handler.py").write_text(HANDLER + "\n")

    assert untouched == first
    assert deployed()["sourceCodeHash"] != first


@pytest.mark.usefixtures("source")
def test_the_zip_lives_as_long_as_the_recording():
    recording = deploy(worker)
    path = Path(recording.one(FUNCTION)["code"].path)
    assert path.is_file()

    del recording
    gc.collect()

    assert not path.parent.exists()


@pytest.mark.usefixtures("source")
def test_after_an_error_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))

    def program():
        worker()
        raise ValueError("late")

    with pytest.raises(ValueError, match="late"):
        deploy(program)

    assert list(temporary.iterdir()) == []


@pytest.mark.usefixtures("source")
def test_afterwards_the_real_packager_is_back():
    before = packager.get()

    deploy(worker)
    with pytest.raises(InputError):
        deploy(
            lambda: Function("worker", {"source": "lambdas/nothing", "handler": "handler.handle", "alarm_topics": []})
        )

    assert packager.get() is before


def test_dependencies_are_packaged_on_demand():
    used: list[object] = []

    deploy(lambda: used.append(packager.get()), packages=True)
    deploy(lambda: used.append(packager.get()))

    assert used[0] is packager.get()
    assert used[1] is not packager.get()


@pytest.mark.usefixtures("source")
def test_packages_are_made_in_programs_on_disk_too(tmp_path: Path):
    program = tmp_path / "infra" / "__main__.py"
    program.parent.mkdir()
    program.write_text(
        "from lambdaform import Function\n"
        "Function('worker', {'source': 'lambdas/worker', 'handler': 'handler.handle', 'alarm_topics': []})\n"
    )

    assert deploy(program.parent).one(FUNCTION)["handler"] == "handler.handle"
