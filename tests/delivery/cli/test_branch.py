"""The commands `lambdaform branch create`, `list` and `delete`, against the sandbox."""

import dataclasses
import json
from pathlib import Path

import pytest
from delivery.cli.stack_files import write_outputs
from delivery.release.stack import Stack, zipped
from lambdaform_delivery.cli.group import run
from lambdaform_delivery.release.branch_name import branch_alias

ALIAS = branch_alias("feature/search")


def test_create_says_what_the_alias_serves_and_warns_of_the_shared_role(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    outputs = write_outputs(tmp_path / "outputs.json", stack.function(versions=2), stack.function("worker"))

    assert run(["branch", "create", "feature/search", "search", "--outputs", outputs, "--commit", "1a2b3c4"]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[0] == f"search: people-search:{ALIAS}, version 2"
    assert lines[1].startswith("  branch  feature/search at 1a2b3c4, moved ")
    assert captured.err.startswith("warning: all versions of a function have one role")
    assert len(captured.err.splitlines()) == 1


def test_several_functions_get_the_branch_s_alias_together(stack: Stack, tmp_path: Path):
    search, worker = stack.function(), stack.function("worker")
    outputs = write_outputs(tmp_path / "outputs.json", search, worker)

    assert run(["branch", "create", "feature/search", "search", "worker", "--outputs", outputs]) == 0
    assert [ALIAS in stack.aliases(target) for target in (search, worker)] == [True, True]


def test_a_package_warns_of_what_is_now_in_latest(stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    target = dataclasses.replace(stack.function(), code_owner="pipeline")
    (tmp_path / "branch.zip").write_bytes(zipped("the branch"))
    outputs = write_outputs(tmp_path / "outputs.json", target)
    package = str(tmp_path / "branch.zip")

    assert run(["branch", "create", "main", "search", "--outputs", outputs, "--zip", package]) == 0
    assert "warning: $LATEST now holds the code of this branch" in capsys.readouterr().err
    assert stack.aliases(target)[branch_alias("main")]["FunctionVersion"] == "2"


def test_list_shows_the_branches_of_all_functions_and_their_urls(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    outputs = write_outputs(tmp_path / "outputs.json", stack.function(), stack.function("worker"))
    run(["branch", "create", "feature/search", "search", "--outputs", outputs, "--url", "--public"])
    run(["branch", "create", "feature/search", "worker", "--outputs", outputs])
    capsys.readouterr()

    assert run(["branch", "list", "--outputs", outputs, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["branches"]
    assert [(each["name"], each["alias"], each["branch"], each["public"]) for each in listed] == [
        ("search", ALIAS, "feature/search", True),
        ("worker", ALIAS, "feature/search", None),
    ]

    assert run(["branch", "list", "search", "--outputs", outputs]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"  url     {listed[0]['url']} (public)"


def test_an_empty_list_says_so(stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    outputs = write_outputs(tmp_path / "outputs.json", stack.function())

    assert run(["branch", "list", "--outputs", outputs]) == 0
    assert capsys.readouterr().out == "no branch aliases\n"


def test_delete_works_on_all_functions_of_the_stack_and_twice(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    search, worker = stack.function(), stack.function("worker")
    outputs = write_outputs(tmp_path / "outputs.json", search, worker)
    run(["branch", "create", "feature/search", "search", "--outputs", outputs])
    capsys.readouterr()

    assert run(["branch", "delete", "feature/search", "--outputs", outputs]) == 0
    assert capsys.readouterr().out == "search: deleted\nworker: nothing to delete\n"
    assert list(stack.aliases(search)) == ["live"]
    assert run(["branch", "delete", "feature/search", "--outputs", outputs]) == 0


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["create", "main"], 2, "Usage: lambdaform branch create"),
        (["create", "a b", "search"], 2, "error: branch is `a b`"),
        (["create", "main", "search", "--public"], 2, "error: `--public` is about the URL"),
        (["create", "main", "search", "--version", "9"], 3, "error: version 9 of `people-search` does not exist"),
        (["create", "main", "search", "--version", "1", "--zip", "x.zip"], 2, "error: `--version` and `--zip`"),
        (["create", "main", "search", "worker", "--version", "1"], 2, "error: `--version` is for one function"),
        (["delete", ""], 2, "error: branch is ``"),
    ],
)
def test_what_is_refused_ends_with_its_code_and_changes_nothing(
    arguments: list[str], code: int, message: str, stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    search, worker = stack.function(), stack.function("worker")
    outputs = write_outputs(tmp_path / "outputs.json", search, worker)

    assert run(["branch", *arguments, "--outputs", outputs]) == code
    assert capsys.readouterr().err.startswith(message)
    assert [list(stack.aliases(target)) for target in (search, worker)] == [["live"], ["live"]]
