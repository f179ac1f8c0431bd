"""`release` and `rollback` as real processes, with real signals, against the sandbox."""

import json
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from delivery.cli.stack_files import write_outputs
from delivery.release.stack import Stack
from lambdaform_delivery.release.alias_state import AliasState
from lambdaform_delivery.release.description import Description
from lambdaform_delivery.release.target import ReleaseTarget

LAMBDAFORM = Path(sys.executable).parent / "lambdaform"


@pytest.fixture
def search(stack: Stack) -> ReleaseTarget:
    target = stack.function("search", versions=2, description="live traffic")
    stack.move(target, "1", "live traffic")
    return target


@pytest.fixture
def outputs(search: ReleaseTarget, tmp_path: Path) -> str:
    return write_outputs(tmp_path / "outputs.json", search)


@contextmanager
def begun(outputs: str) -> Generator[subprocess.Popen[str]]:
    """Start a release and yield its process once the new version has its first calls."""
    command = [LAMBDAFORM, "release", "search", "--ramp", "5", "--json", "--outputs", outputs]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            next(line for line in process.stdout if json.loads(line)["event"] == "shifted")
            yield process
        finally:
            process.kill()


def served(stack: Stack, target: ReleaseTarget) -> tuple[str, bool]:
    """Return what the alias serves, and whether a release is unfinished."""
    state = AliasState.of(stack.aliases(target)["live"])
    return str(state), Description.parse(state.description).journal is not None


def ended(process: subprocess.Popen[str]) -> tuple[dict[str, Any], str]:
    out, err = process.communicate()
    return json.loads(out.splitlines()[-1]), err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_gives_all_calls_back_to_the_old_version(
    stack: Stack, search: ReleaseTarget, outputs: str, number: signal.Signals
):
    with begun(outputs) as process:
        process.send_signal(number)
        process.send_signal(number)
        outcome, said = ended(process)

    assert process.returncode == 8
    assert (outcome["result"], outcome["exit_code"]) == ("cancelled", 8)
    assert said.endswith("search (people-search:live) serves version 1\n")
    assert served(stack, search) == ("version 1", False)


def test_a_release_goes_on_when_nobody_reads_its_output_any_more(stack: Stack, search: ReleaseTarget, outputs: str):
    with begun(outputs) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        process.send_signal(signal.SIGTERM)
        said = process.stderr.read()
        process.wait()

    assert process.returncode == 8
    assert said.endswith("warning: not everything could be shown: standard output: Broken pipe\n")
    assert served(stack, search) == ("version 1", False)


def test_a_release_that_was_killed_is_taken_back_by_the_last_step_of_the_pipeline(
    stack: Stack, search: ReleaseTarget, outputs: str
):
    with begun(outputs) as process:
        process.kill()
        process.communicate()
    assert served(stack, search) == ("version 1, 5 % to version 2", True)

    rollback = [LAMBDAFORM, "rollback", "search", "--if-unfinished", "--outputs", outputs]
    subprocess.run(rollback, check=True, capture_output=True)
    assert served(stack, search) == ("version 1", False)

    again = subprocess.run(rollback, check=False, capture_output=True, text=True)
    assert (again.returncode, again.stderr) == (0, "nothing to do: no release is unfinished\nnothing was changed\n")


def test_a_dry_run_says_what_would_happen_and_writes_nothing(stack: Stack, search: ReleaseTarget, outputs: str):
    before = stack.aliases(search)["live"]
    command = [LAMBDAFORM, "release", "search", "--ramp", "5,pause,50", "--dry-run", "--outputs", outputs]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ran.returncode == 0
    assert "search: version 1 to 2, 5,pause,50" in ran.stderr
    assert "\nplanned: nothing was written\nsearch (people-search:live) serves version 1\n" in ran.stderr
    assert stack.aliases(search)["live"] == before


def test_two_releases_do_not_overwrite_each_other(stack: Stack, search: ReleaseTarget, outputs: str):
    with begun(outputs) as first:
        command = [LAMBDAFORM, "release", "search", "--ramp", "50", "--outputs", outputs]
        second = subprocess.run(command, check=False, capture_output=True, text=True)
        assert second.returncode == 6
        assert f"`lambdaform release search --resume --outputs {outputs}` goes on" in second.stderr
        assert served(stack, search) == ("version 1, 5 % to version 2", True)
        first.send_signal(signal.SIGTERM)
        ended(first)


def test_a_rollback_tells_of_each_alias_that_it_moved(stack: Stack, tmp_path: Path):
    target = stack.function("search", versions=2)
    stack.move(target, "2", "[lf1 live=2 prev=1]")
    outputs = write_outputs(tmp_path / "outputs.json", target)
    command = [LAMBDAFORM, "rollback", "search", "--json", "--outputs", outputs]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [(line["event"], line.get("from"), line.get("to")) for line in lines[:-1]] == [("restored", "1", "2")]
    assert lines[-1]["functions"][0]["serves"] == "version 1"
