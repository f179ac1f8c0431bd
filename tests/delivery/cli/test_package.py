"""The command `lambdaform package`."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from delivery.samples import X86, make_folder
from lambdaform_delivery.cli.group import run
from lambdaform_delivery.packaging import package


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Command = Callable[..., Ran]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the function `search`, and the working folder deep inside it."""
    make_folder(tmp_path / "project", {"Pulumi.yaml": "", "infra/deep/x": ""})
    make_folder(tmp_path / "project/lambdas/search")
    monkeypatch.chdir(tmp_path / "project/infra/deep")
    return tmp_path / "project"


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    def call(*arguments: str) -> Ran:
        code = run(["package", *arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


def facts(ran: Ran) -> dict[str, object]:
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)


def test_a_name_is_a_folder_of_the_projects_lambdas(project: Path, command: Command):
    built = package(project / "lambdas/search")
    assert facts(command("search", "--json"))["sha256"] == built.sha256


def test_a_path_is_any_folder(project: Path, command: Command):
    make_folder(project / "infra/deep/other", {"other.py": ""})
    built = package(project / "infra/deep/other")
    for path in ("other", "./other", str(project / "infra/deep/other")):
        assert facts(command(path, "--json"))["sha256"] == built.sha256


@pytest.mark.parametrize("path", [".", ".."])
def test_the_working_folder_and_the_one_above_are_paths(project: Path, command: Command, path: str):
    built = package(project / "infra/deep" / path)
    assert facts(command(path, "--json"))["sha256"] == built.sha256


def test_a_path_needs_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command):
    monkeypatch.chdir(make_folder(tmp_path / "function").parent)
    assert command("function").code == 0


def test_a_function_of_the_project_comes_before_a_folder_of_the_same_name(project: Path, command: Command):
    make_folder(project / "infra/deep/search", {"other.py": ""})
    assert facts(command("search", "--json"))["sha256"] == package(project / "lambdas/search").sha256


def test_json_is_one_object_with_everything_a_pipeline_needs(project: Path, command: Command):
    built = package(project / "lambdas/search", X86)
    assert facts(command("search", "--architecture", "x86_64", "--json")) == {
        "path": str(built.path),
        "manifest": str(built.manifest),
        "python": "3.13",
        "architecture": "x86_64",
        "sha256": built.sha256,
        "code_sha256": built.code_sha256,
        "size_bytes": built.size_bytes,
        "unpacked_bytes": built.unpacked_bytes,
        "needs_store": False,
    }


def test_people_see_where_the_package_is_and_what_it_is_for(project: Path, command: Command):
    built = package(project / "lambdas/search")
    ran = command("search")
    for part in (str(built.path), str(built.manifest), "python3.13 on arm64", built.code_sha256):
        assert part in ran.out


def test_the_target_is_chosen_by_options(project: Path, command: Command):
    given = facts(command("search", "--python", "3.12", "--architecture", "x86_64", "--json"))
    assert (given["python"], given["architecture"]) == ("3.12", "x86_64")


def test_out_gets_a_copy_of_the_zip_and_its_manifest(project: Path, command: Command):
    built = package(project / "lambdas/search")
    given = facts(command("search", "--out", "../../dist/new", "--json"))
    assert (given["path"], given["manifest"]) == ("../../dist/new/search.zip", "../../dist/new/search.json")
    assert (project / "dist/new/search.zip").read_bytes() == built.path.read_bytes()
    assert (project / "dist/new/search.json").read_bytes() == built.manifest.read_bytes()


def test_out_in_the_packaged_folder_is_refused(project: Path, command: Command):
    ran = command("search", "--out", str(project / "lambdas/search/dist"))
    assert (ran.code, ran.out) == (2, "")
    assert "is in the folder that is packaged\nhint: choose a folder outside of it\n" in ran.err


def test_an_out_that_cannot_be_written_fails(project: Path, command: Command):
    ran = command("search", "--out", str(project / "Pulumi.yaml/below"))
    assert (ran.code, ran.out) == (1, "")
    assert "cannot be written: Not a directory\nhint: choose another --out\n" in ran.err


WRONG: Sequence[tuple[list[str], str]] = [
    ([""], "error: the name is empty\nhint: name a function of the project, or a folder"),
    (["missing"], "/lambdas/missing` is not a folder\nhint: name the folder"),
    (["./missing"], "error: `missing` is not a folder\nhint: "),
    (["search", "--python", "2.7"], "error: `2.7` is not a Python version of Lambda\nhint: use one of"),
    (["search", "--architecture", "arm"], "error: `arm` is not an architecture of Lambda\nhint: use one of"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_wrong_input_is_one_error_and_a_hint_and_ends_with_2(
    project: Path, command: Command, arguments: list[str], message: str
):
    ran = command(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert [line.split(":")[0] for line in ran.err.splitlines()] == ["error", "hint"]


def test_a_wrong_lock_names_file_and_line(project: Path, command: Command):
    make_folder(project / "lambdas/search", {"requirements.txt": "# mine\nrequests\n"})
    ran = command("search")
    assert ran.code == 2
    assert ran.err.startswith("error: `requirements.txt` line 2: `requests` is not pinned with `==` to one version\n")


def test_a_cache_that_cannot_be_written_ends_with_1(project: Path, command: Command, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LAMBDAFORM_CACHE", os.devnull)
    ran = command("search")
    assert ran.code == 1
    assert "hint: set `LAMBDAFORM_CACHE` to a folder that can be written" in ran.err
