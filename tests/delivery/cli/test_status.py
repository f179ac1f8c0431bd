"""The command `lambdaform status`, against the sandbox."""

import json
from pathlib import Path

import pytest
from delivery.cli.stack_files import write_outputs
from delivery.release.stack import Stack
from lambdaform_delivery.cli.group import run


def test_every_function_of_the_stack_is_shown_by_default(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    search = stack.function("search", versions=4, description="live traffic [lf1 live=3:aaaa prev=2,1 bad=4:bbbb]")
    stack.move(search, "3", "live traffic [lf1 live=3:aaaa prev=2,1 bad=4:bbbb]")
    outputs = write_outputs(tmp_path / "outputs.json", search, stack.function("worker"))

    assert run(["status", "--outputs", outputs]) == 0
    assert capsys.readouterr().out == (
        "search (people-search:live), moved by releases\n"
        "  serves     version 3\n"
        "  live       3\n"
        "  previous   2, 1\n"
        "  bad        4\n"
        "  newer      4\n"
        "\n"
        "worker (people-worker:live), moved by releases\n"
        "  serves     version 1\n"
        "  record     none: nothing was released yet\n"
    )


def test_an_unfinished_release_comes_with_the_commands_that_go_on_and_back(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    search = stack.function("search", versions=2)
    started = int(stack.clock.now()) - 600
    journal = f"run=run1.me to=2 ramp=25,50 step=0 phase=ramp at={_base36(started)}+8c+f0 ok=0 of=1/1"
    stack.move(search, "1", f"[lf1 live=1 {journal}]", v2=0.25)
    outputs = write_outputs(tmp_path / "outputs.json", search)

    assert run(["status", "search", "--outputs", outputs]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "  serves     version 1, 25 % to version 2"
    assert lines[5:] == [
        "  unfinished release run1 to version 2: ramp, step 1 of 2 (25 %)",
        "             begun 10 min ago, last heard of 1 min ago",
        f"  go on      `lambdaform release search --resume --outputs {outputs}`",
        f"  go back    `lambdaform rollback search --if-unfinished --outputs {outputs}`",
    ]


def _base36(number: int) -> str:
    number, digit = divmod(number, 36)
    return (_base36(number) if number else "") + "0123456789abcdefghijklmnopqrstuvwxyz"[digit]


def test_an_alias_in_danger_ends_with_7_and_the_way_out(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    search = stack.function("search", versions=2)
    stack.move(search, "1", v2=0.5)
    outputs = write_outputs(tmp_path / "outputs.json", search, stack.function("worker"))

    assert run(["status", "--outputs", outputs]) == 7
    out = capsys.readouterr().out
    assert "  DANGER     the alias is split, and no release has done it" in out
    assert f"  `lambdaform rollback search --outputs {outputs}` gives all calls to version 1" in out


def test_json_is_one_object(stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    search = stack.function("search", versions=3, description="[lf1 live=3 prev=2]")
    outputs = write_outputs(tmp_path / "outputs.json", search)

    assert run(["status", "--outputs", outputs, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "functions": [
            {
                "name": "search",
                "function_name": "people-search",
                "alias": "live",
                "alias_owner": "release",
                "version": "3",
                "weights": {},
                "live": "3",
                "previous": ["2"],
                "bad": [],
                "newer": [],
                "unfinished": None,
                "danger": None,
                "recipe": None,
                "notes": [],
            }
        ]
    }


def test_a_name_that_the_stack_does_not_export_is_wrong_input(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    outputs = write_outputs(tmp_path / "outputs.json", stack.function("search"))

    assert run(["status", "serch", "--outputs", outputs]) == 2
    assert capsys.readouterr().err.startswith("error: no function `serch`")
