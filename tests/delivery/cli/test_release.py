"""The command `lambdaform release`: what it takes, what it refuses, what it says at the end."""

import io
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from delivery.cli.release_tool import OUTPUTS, SERVED, Tool
from delivery.view.stories import Story, failing
from lambdaform_delivery.cli.group import run
from lambdaform_delivery.cli.release import release
from lambdaform_delivery.errors import AccessError, LockedError, ReleaseError, UnsafeAliasError
from lambdaform_delivery.release.options import IfInconclusive, ReleaseOptions
from lambdaform_delivery.release.outcome import Outcome, Result


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a release that must end with wrong input, having changed nothing; return what it said."""
    assert run(["release", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith("nothing was changed\n")
    return said.removeprefix("nothing was changed\n")


def test_it_releases_the_named_functions_in_their_order(tool: Tool, outputs: str):
    assert run(["release", "worker", "search", "--outputs", outputs]) == 0
    assert tool.names == ("worker", "search")
    assert tool.options == ReleaseOptions()


def test_every_option_reaches_the_release(tool: Tool, outputs: str):
    given = "--version 9 --ramp 5,pause,50 --dry-run --expect-account 000000000000 --if-inconclusive pause --retry-bad"
    run(["release", "search", "--outputs", outputs, *given.split()])
    assert tool.options == ReleaseOptions(
        version="9",
        ramp="5,pause,50",
        dry_run=True,
        expect_account="000000000000",
        if_inconclusive=IfInconclusive.PAUSE,
        retry_bad=True,
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("--all-at-once", ReleaseOptions(ramp="all-at-once")),
        ("--resume", ReleaseOptions(resume=True)),
        ("--zip search.zip", ReleaseOptions(zip=Path("search.zip"))),
        ("--artifact s3://store/search.zip", ReleaseOptions(artifact="s3://store/search.zip")),
    ],
)
def test_options_that_exclude_others_reach_it_alone(tool: Tool, outputs: str, given: str, expected: ReleaseOptions):
    run(["release", "search", "--outputs", outputs, *given.split()])
    assert tool.options == expected


def test_the_choices_of_an_inconclusive_release_are_those_of_the_options():
    option = next(each for each in release.params if each.name == "if_inconclusive")
    assert list(getattr(option.type, "choices", ())) == [str(each) for each in IfInconclusive]


def test_outputs_may_come_from_standard_input(tool: Tool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(OUTPUTS).encode())))
    assert run(["release", "search", "--outputs", "-"]) == 0
    assert tool.names == ("search",)


def test_a_stack_is_asked_for_its_outputs_in_the_folder_of_the_project(
    tool: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    project, programs = tmp_path / "project", tmp_path / "programs"
    for folder in (project / "lambdas", programs):
        folder.mkdir(parents=True)
    (project / "Pulumi.yaml").touch()
    pulumi = programs / "pulumi"
    (project / "printed").write_text(json.dumps(OUTPUTS))
    pulumi.write_text(
        '#!/bin/sh\ntest "$*" = "stack output --json --non-interactive --stack prod" && exec cat printed\n'
    )
    pulumi.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(project / "lambdas")

    assert run(["release", "search", "--stack", "prod"]) == 0
    assert tool.names == ("search",)
    assert tool.given["folder"] == project


def test_without_pulumi_a_stack_cannot_be_asked(
    tool: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refused(capsys, "search", "--stack", "prod").startswith(
        "error: `--stack` asks `pulumi`, which is not on the PATH\nhint: write the outputs with `pulumi stack output"
    )


def test_what_pulumi_complains_of_is_passed_on(
    tool: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "pulumi").write_text("#!/bin/sh\necho 'error: no stack named prod found' >&2\nexit 255\n")
    (tmp_path / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert "the stack `prod` cannot be had: error: no stack named prod found\n" in refused(
        capsys, "search", "--stack", "prod"
    )


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ([], "`--outputs` and `--stack` are both missing"),
        (["--outputs", "o.json", "--stack", "prod"], "`--outputs` and `--stack` are both given"),
        (["--outputs", "missing.json"], "`--outputs missing.json` cannot be read: No such file or directory"),
        (["--outputs", "."], "`--outputs .` cannot be read: Is a directory"),
    ],
)
def test_functions_come_from_exactly_one_readable_source(
    tool: Tool, source: list[str], message: str, capsys: pytest.CaptureFixture[str]
):
    assert refused(capsys, "search", *source).startswith(f"error: {message}")
    assert tool.names == ()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"[]", "is JSON, but not an object of outputs"),
        (b"{}", "the outputs hold no list `releases`"),
        (json.dumps({"releases": [{"name": "search"}]}).encode(), "has the schema `None`, this tool reads schema 1"),
        (json.dumps(OUTPUTS).encode(), "no function `serach`: the stack exports `search`, `worker`"),
    ],
)
def test_outputs_without_the_function_are_wrong_input(
    tool: Tool, content: bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "outputs.json").write_bytes(content)
    assert message in refused(capsys, "serach", "--outputs", str(tmp_path / "outputs.json"))


@pytest.mark.parametrize(
    ("given", "spelled"),
    [
        ("--version 8 --zip a.zip", "`--version` and `--zip` contradict each other"),
        ("--zip a.zip --artifact s3://b/k", "`--zip` and `--artifact` contradict each other"),
        ("--ramp 5,50 --all-at-once", "`--ramp` and `--all-at-once` cannot be combined"),
        ("--dry-run --resume", "`--dry-run` and `--resume` cannot be combined"),
        ("--resume --ramp 5", "`--resume` and `--ramp` cannot be combined: what was begun goes on as it was begun"),
        ("--resume --retry-bad", "`--resume` and `--retry-bad` cannot be combined"),
        ("--version $LATEST", "version is `$LATEST`: a release takes a published version"),
    ],
)
def test_contradictions_are_refused_before_aws_is_asked(
    outputs: str, given: str, spelled: str, capsys: pytest.CaptureFixture[str]
):
    assert refused(capsys, "search", "--outputs", outputs, *given.split()).startswith(f"error: {spelled}")


@pytest.mark.parametrize("option", ["--report", "--summary"])
@pytest.mark.parametrize(
    ("file", "message"), [("missing/r.html", "the folder `missing` does not exist"), (".", "File '.' is a directory")]
)
def test_a_file_that_cannot_be_written_is_refused_before_the_release(
    option: str, file: str, message: str, outputs: str, capsys: pytest.CaptureFixture[str]
):
    assert message in refused(capsys, "search", "--outputs", outputs, option, file)


def test_summary_and_report_are_written(tool: Tool, outputs: str, tmp_path: Path):
    tool.events = failing().events
    summary, report = tmp_path / "summary.md", tmp_path / "report.html"
    assert run(["release", "search", "--outputs", outputs, "--summary", str(summary), "--report", str(report)]) == 0
    assert "## Release: promoted" in summary.read_text()
    assert report.read_text().startswith("<!doctype html>")


@pytest.mark.parametrize("arguments", [[], ["search", "--promote"], ["search", "--if-inconclusive", "shrug"]])
def test_arguments_that_make_no_sense_are_usage_errors(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    assert refused(capsys, *arguments).startswith("Usage: lambdaform release")


@pytest.mark.parametrize("result", list(Result))
def test_the_exit_code_is_that_of_the_result(tool: Tool, outputs: str, result: Result):
    tool.end = Outcome(result, "because", (SERVED,))
    assert run(["release", "search", "--outputs", outputs]) == result.exit_code


def test_the_end_says_where_the_alias_stands(tool: Tool, outputs: str, capsys: pytest.CaptureFixture[str]):
    tool.end = Outcome(Result.ROLLED_BACK, "search: it fails", (SERVED,))
    run(["release", "search", "--outputs", outputs])
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "rolled back: search: it fails\nsearch (search-1a2b3c4:live) serves version 7\n"


def test_the_next_command_can_be_pasted(tool: Tool, outputs: str, capsys: pytest.CaptureFixture[str]):
    tool.end = Outcome(Result.PAUSED, "the ramp pauses", (SERVED,), recipe="lambdaform release search --resume")
    assert run(["release", "search", "--outputs", outputs]) == 5
    assert f"\nnext: lambdaform release search --resume --outputs {outputs}\n" in capsys.readouterr().err


def test_the_next_command_names_the_stack_if_that_was_given(
    tool: Tool, outputs: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "pulumi").write_text(f"#!/bin/sh\nexec cat {outputs}\n")
    (tmp_path / "pulumi").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    tool.end = Outcome(Result.PAUSED, "the ramp pauses", (SERVED,), recipe="lambdaform release search --resume")
    run(["release", "search", "--stack", "it's prod"])
    assert "next: lambdaform release search --resume --stack 'it'\"'\"'s prod'\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [(ReleaseError("a", "b"), 1), (LockedError("a"), 6), (UnsafeAliasError("a", "b"), 7), (AccessError("a"), 9)],
)
def test_the_exit_code_is_that_of_the_error(tool: Tool, outputs: str, error: ReleaseError, code: int):
    tool.end = error
    assert run(["release", "search", "--outputs", outputs]) == code


def test_an_error_before_anything_was_written_says_so(tool: Tool, outputs: str, capsys: pytest.CaptureFixture[str]):
    tool.end = AccessError("the AWS credentials cannot be used", "sign in anew")
    run(["release", "search", "--outputs", outputs])
    assert capsys.readouterr().err == (
        "nothing was changed\nerror: the AWS credentials cannot be used\nhint: sign in anew\n"
    )


def test_an_error_in_between_says_what_was_last_seen_and_how_to_go_back(
    tool: Tool, outputs: str, capsys: pytest.CaptureFixture[str]
):
    story = Story()
    story.lock()
    story.shift(1)
    tool.events, tool.end = story.events, AccessError("expired", "sign in anew")
    run(["release", "search", "--outputs", outputs])
    assert capsys.readouterr().err.splitlines()[2:] == [
        "search (search-1a2b3c4:live) was last seen to serve version 7, 25 % to version 8",
        f"next: lambdaform rollback search --if-unfinished --outputs {outputs}",
        "error: expired",
        "hint: sign in anew",
    ]


def test_an_error_after_the_old_version_was_restored_asks_for_nothing(
    tool: Tool, outputs: str, capsys: pytest.CaptureFixture[str]
):
    tool.events, tool.end = failing().events, ReleaseError("something broke; the alias of search serves version 7")
    run(["release", "search", "--outputs", outputs])
    said = capsys.readouterr().err
    assert "search (search-1a2b3c4:live) was last seen to serve version 7\nerror: something broke" in said
    assert "next:" not in said


def test_commands_in_a_hint_can_be_pasted(tool: Tool, outputs: str, capsys: pytest.CaptureFixture[str]):
    tool.end = LockedError("unfinished", "`lambdaform release search --resume` goes on, or wait")
    run(["release", "search", "--outputs", outputs])
    assert f"hint: `lambdaform release search --resume --outputs {outputs}` goes on, or wait" in capsys.readouterr().err


def test_an_unforeseen_error_is_said_and_keeps_its_trace(tool: Tool, outputs: str, capsys: pytest.CaptureFixture[str]):
    tool.events, tool.end = [Story().lock()], ZeroDivisionError("division by zero")
    with pytest.raises(ZeroDivisionError):
        run(["release", "search", "--outputs", outputs])
    assert (
        "was last seen to serve version 7\nnext: lambdaform rollback search --if-unfinished" in capsys.readouterr().err
    )


def lines(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


def test_json_goes_to_standard_output_and_lines_for_people_to_standard_error(
    tool: Tool, outputs: str, capsys: pytest.CaptureFixture[str]
):
    tool.events = failing().events
    run(["release", "search", "--outputs", outputs, "--json"])
    captured = capsys.readouterr()
    assert [line["event"] for line in lines(captured.out)][-3:] == ["judged", "restored", "outcome"]
    assert "promoted: all is well\n" in captured.err


def test_an_error_is_the_last_line_of_json_with_the_command_that_restores_safety(
    tool: Tool, outputs: str, capsys: pytest.CaptureFixture[str]
):
    tool.events, tool.end = [Story().lock()], AccessError("expired", "sign in anew")
    assert run(["release", "search", "--outputs", outputs, "--json"]) == 9
    last = lines(capsys.readouterr().out)[-1]
    assert {key: last[key] for key in ("event", "result", "exit_code", "error", "reason", "hint", "recipe")} == {
        "event": "outcome",
        "result": "failed",
        "exit_code": 9,
        "error": "AccessError",
        "reason": "expired",
        "hint": "sign in anew",
        "recipe": f"lambdaform rollback search --if-unfinished --outputs {outputs}",
    }


def test_wrong_input_is_said_in_json_too(tool: Tool, capsys: pytest.CaptureFixture[str]):
    assert run(["release", "search", "--json"]) == 2
    assert [line["exit_code"] for line in lines(capsys.readouterr().out)] == [2]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_the_release_to_go_back_and_more_of_them_change_nothing(
    tool: Tool, outputs: str, number: signal.Signals
):
    asked: list[bool] = []

    def interrupt() -> None:
        for _ in range(3):
            signal.raise_signal(number)
            asked.append(tool.given["cancelled"]())

    before = signal.getsignal(number)
    tool.during, tool.end = interrupt, Outcome(Result.CANCELLED, "cancelled", (SERVED,))
    assert run(["release", "search", "--outputs", outputs]) == 8
    assert asked == [True, True, True]
    assert signal.getsignal(number) is before


def test_a_signal_ends_the_sleep_of_the_release(tool: Tool, outputs: str):
    def interrupt_and_sleep() -> None:
        signal.raise_signal(signal.SIGTERM)
        tool.given["clock"].sleep(1e9)

    tool.during = interrupt_and_sleep
    assert run(["release", "search", "--outputs", outputs]) == 0


def test_nobody_asks_a_release_to_go_back_without_a_signal(tool: Tool, outputs: str):
    run(["release", "search", "--outputs", outputs])
    assert tool.given["cancelled"]() is False
