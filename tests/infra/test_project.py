from pathlib import Path

import pulumi
import pytest
from infra.samples import make_project
from lambdaform import ProjectError
from lambdaform.project import project_root
from lambdaform.testing import deploy


def test_the_root_is_where_the_engine_says_it_is(tmp_path: Path):
    project = make_project(tmp_path)

    recording = deploy(lambda: pulumi.export("root", str(project_root())), root=project)

    assert recording.exports["root"] == str(project)


def test_without_an_engine_the_root_is_above_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    project = make_project(tmp_path, {"infra/deep/file.txt": ""})
    monkeypatch.chdir(project / "infra" / "deep")
    monkeypatch.setattr(pulumi, "get_root_directory", lambda: "mock://project/root")

    assert project_root() == project


def test_outside_a_project_nothing_can_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pulumi, "get_root_directory", lambda: None)

    with pytest.raises(ProjectError, match=r"no Pulumi\.yaml in .* or above it; run the program from inside"):
        project_root()
