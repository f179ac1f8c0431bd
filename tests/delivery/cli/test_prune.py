"""The command `lambdaform prune`, against the sandbox."""

import json
from pathlib import Path

import pytest
from delivery.cli.stack_files import write_outputs
from delivery.release.stack import Stack
from lambdaform_delivery.cli.group import run
from lambdaform_delivery.cli.sizes import size
from lambdaform_delivery.release.target import ReleaseTarget

A_YEAR = 365 * 24 * 60 * 60


@pytest.fixture
def search(stack: Stack) -> ReleaseTarget:
    """A function with 4 old versions, of which the last is live."""
    target = stack.function(versions=4)
    stack.clock.advance(A_YEAR)
    return target


def test_it_says_what_would_go_and_why_the_rest_stays(
    stack: Stack, search: ReleaseTarget, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    outputs = write_outputs(tmp_path / "outputs.json", search)

    assert run(["prune", "--outputs", outputs, "--keep", "2"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "search (people-search): 4 versions, 644 bytes; 2 can go, 322 bytes",
        "       1  161 bytes  delete   older than the newest 2, and nothing needs it",
        "       2  161 bytes  delete   older than the newest 2, and nothing needs it",
        "       3  161 bytes  keep     it is one of the newest 2",
        "       4  161 bytes  keep     the alias `live` serves it",
        "account in us-east-1: 805 bytes of 75.00 GB code storage used (0%)",
        "nothing was deleted: --yes does it",
    ]
    assert stack.versions(search) == ["1", "2", "3", "4"]


def test_yes_deletes(stack: Stack, search: ReleaseTarget, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    outputs = write_outputs(tmp_path / "outputs.json", search)

    assert run(["prune", "search", "--outputs", outputs, "--keep", "2", "--yes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("4 versions, 644 bytes; 2 deleted, 322 bytes")
    assert lines[-1].startswith("account in us-east-1: 483 bytes of")
    assert stack.versions(search) == ["3", "4"]


def test_a_function_that_is_left_alone_says_why(
    stack: Stack, search: ReleaseTarget, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    stack.move(search, "4", "[lf1 live]")
    outputs = write_outputs(tmp_path / "outputs.json", search)

    assert run(["prune", "--outputs", outputs, "--yes"]) == 0
    assert "4 versions, 644 bytes; left alone: the alias `live`: the record" in capsys.readouterr().out
    assert stack.versions(search) == ["1", "2", "3", "4"]


def test_json_is_one_object(search: ReleaseTarget, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    outputs = write_outputs(tmp_path / "outputs.json", search)

    assert run(["prune", "--outputs", outputs, "--keep", "3", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert not printed["deleted"]
    assert printed["accounts"] == [{"region": "us-east-1", "used_bytes": 805, "limit_bytes": 75 * 1024**3}]
    (function,) = printed["functions"]
    assert {key: function[key] for key in function if key != "versions"} == {
        "name": "search",
        "function_name": "people-search",
        "total_bytes": 644,
        "freed_bytes": 161,
        "left_alone": None,
    }
    assert function["versions"][0] == {
        "version": "1",
        "size_bytes": 161,
        "kept": False,
        "reason": "older than the newest 3, and nothing needs it",
    }


@pytest.mark.parametrize("keep", ["1", "-1"])
def test_a_keep_below_two_is_wrong_input(
    keep: str, search: ReleaseTarget, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    outputs = write_outputs(tmp_path / "outputs.json", search)

    assert run(["prune", "--outputs", outputs, "--keep", keep, "--yes"]) == 2
    assert capsys.readouterr().err.startswith(f"error: keep is {keep}: at least 2 versions stay")


@pytest.mark.parametrize(
    ("size_bytes", "words"), [(0, "0 bytes"), (1023, "1023 bytes"), (1024, "1.00 kB"), (75 * 1024**3, "75.00 GB")]
)
def test_sizes_have_the_unit_that_fits(size_bytes: int, words: str):
    assert size(size_bytes) == words
