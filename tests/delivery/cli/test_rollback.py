"""The command `lambdaform rollback`."""

import json
import signal

import pytest
from delivery.cli.release_tool import SERVED, Tool
from lambdaform_delivery.cli.group import run
from lambdaform_delivery.errors import UnsafeAliasError
from lambdaform_delivery.release.outcome import Outcome, Result


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", {"to": None, "if_unfinished": False, "expect_account": None}),
        ("--to 6 --expect-account 000000000000", {"to": "6", "if_unfinished": False, "expect_account": "000000000000"}),
        ("--if-unfinished", {"to": None, "if_unfinished": True, "expect_account": None}),
    ],
)
def test_every_option_reaches_the_rollback(tool: Tool, outputs: str, given: str, expected: dict[str, object]):
    assert run(["rollback", "worker", "search", "--outputs", outputs, *given.split()]) == 0
    assert tool.names == ("worker", "search")
    assert {key: tool.given[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("--to 6 --if-unfinished", "`--to` and `--if-unfinished` contradict each other"),
        ("--to six", "`--to six` is no version"),
    ],
)
def test_contradictions_are_refused(outputs: str, given: str, message: str, capsys: pytest.CaptureFixture[str]):
    assert run(["rollback", "search", "--outputs", outputs, *given.split()]) == 2
    assert capsys.readouterr().err.startswith(f"nothing was changed\nerror: {message}")


def test_arguments_that_make_no_sense_are_usage_errors(capsys: pytest.CaptureFixture[str]):
    assert run(["rollback"]) == 2
    assert capsys.readouterr().err.startswith("nothing was changed\nUsage: lambdaform rollback")


def test_the_end_says_where_the_alias_stands(tool: Tool, outputs: str, capsys: pytest.CaptureFixture[str]):
    tool.end = Outcome(Result.NOTHING_TO_DO, "no release is unfinished", (SERVED,))
    assert run(["rollback", "search", "--outputs", outputs]) == 0
    assert capsys.readouterr().err == (
        "nothing to do: no release is unfinished\nsearch (search-1a2b3c4:live) serves version 7\n"
    )


def test_the_end_is_one_line_of_json_if_nothing_else_happened(
    tool: Tool, outputs: str, capsys: pytest.CaptureFixture[str]
):
    run(["rollback", "search", "--outputs", outputs, "--json"])
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["event"] == "outcome"


def test_an_alias_that_cannot_be_restored_ends_with_7_and_what_to_do(
    tool: Tool, outputs: str, capsys: pytest.CaptureFixture[str]
):
    tool.end = UnsafeAliasError("version 7 does not exist any more", "publish it again")
    assert run(["rollback", "search", "--outputs", outputs]) == 7
    assert capsys.readouterr().err == "error: version 7 does not exist any more\nhint: publish it again\n"


def test_signals_do_not_interrupt_a_rollback(tool: Tool, outputs: str):
    tool.during = lambda: signal.raise_signal(signal.SIGINT)
    assert run(["rollback", "search", "--outputs", outputs]) == 0
