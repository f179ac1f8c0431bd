"""The command group: exit codes, and what it says when a part is not installed."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import click
import pytest
from lambdaform_delivery.cli import group
from lambdaform_delivery.cli.group import lambdaform, run
from lambdaform_delivery.errors import LambdaformError

# Runs the command line as if the modules named first were not installed.
WITHOUT = """
import sys
from importlib import util
hidden = sys.argv[1].split(",")
find_spec = util.find_spec
util.find_spec = lambda name, package=None: None if name in hidden else find_spec(name, package)
sys.argv[:2] = ["lambdaform"]
from lambdaform_delivery.cli import main
main()
"""


def run_without(modules: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, modules, *arguments], capture_output=True, text=True, check=False
    )


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]):
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"lambdaform {importlib.metadata.version('lambdaform-delivery')}\n"


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]):
    assert run(["--help"]) == 0
    assert {"package", "sandbox"} <= set(capsys.readouterr().out.split())


def test_an_unknown_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]):
    assert run(["pakage"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "pakage" in captured.err


@pytest.mark.parametrize("arguments", [["package"], ["package", "a", "--nope"], ["package", "a", "b"]])
def test_wrong_arguments_are_usage_errors(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    assert run(arguments) == 2
    assert capsys.readouterr().err.startswith("Usage: lambdaform package")


def raising(error: BaseException) -> click.Command:
    def body() -> None:
        raise error

    return click.Command("fail", callback=body)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_an_interrupt_ends_quietly_with_130(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setitem(lambdaform.commands, "fail", raising(error))
    assert run(["fail"]) == 130
    assert capsys.readouterr().err.strip() == ""


def test_a_refusal_is_an_error_line_and_a_hint_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setitem(lambdaform.commands, "fail", raising(LambdaformError("it is so", "do this")))
    assert run(["fail"]) == 1
    assert capsys.readouterr().err == "error: it is so\nhint: do this\n"


def test_the_exit_code_of_a_command_is_that_of_the_process(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(lambdaform.commands, "fail", raising(click.exceptions.Exit(3)))
    assert run(["fail"]) == 3


def test_without_click_the_command_line_says_what_to_install():
    ran = run_without("click,rich", "package", "x")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == (
        'error: the command line needs click and rich\nhint: pip install "lambdaform-delivery[cli]"\n'
    )


def test_without_the_sandbox_its_command_says_what_to_install():
    ran = run_without("lambdaform_sandbox", "sandbox", "up")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "error: the sandbox is not installed\nhint: pip install lambdaform-sandbox\n"


def test_without_the_sandbox_help_does_not_list_it():
    ran = run_without("lambdaform_sandbox", "--help")
    assert ran.returncode == 0
    assert "package" in ran.stdout
    assert "\n  sandbox" not in ran.stdout


def find_all(name: str) -> str:
    return f"{name} is installed"


def test_the_installed_sandbox_brings_its_own_commands(monkeypatch: pytest.MonkeyPatch):
    sandbox = click.Group("sandbox", {"up": raising(click.exceptions.Exit(7))})
    module = type(sys)("lambdaform_sandbox.cli")
    module.sandbox = sandbox  # pyright: ignore[reportAttributeAccessIssue]  # a module made for this test
    monkeypatch.setitem(sys.modules, "lambdaform_sandbox.cli", module)
    monkeypatch.setattr(group, "find_spec", find_all)
    assert run(["sandbox", "up"]) == 7


def test_the_installed_script_ends_with_the_code_of_its_command(tmp_path: Path):
    script = Path(sys.executable).parent / "lambdaform"
    ran = subprocess.run([script, "package", "missing"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr == "error: `missing` is not a folder\nhint: name the folder that holds the handler's file\n"
