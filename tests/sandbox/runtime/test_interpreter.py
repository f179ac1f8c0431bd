import sys
from pathlib import Path

import pytest
from lambdaform_sandbox.runtime import NoInterpreterError, find_interpreter

from .functions import RUNTIME

OTHER = "python3.99"


def put(folder: Path, script: str) -> str:
    program = folder / OTHER
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(folder)


def test_the_running_python_is_taken_when_it_matches() -> None:
    assert find_interpreter(RUNTIME) == Path(sys.executable)


def test_another_version_is_found_on_the_path_by_what_it_says_of_itself(tmp_path: Path) -> None:
    path = put(tmp_path, "echo 3.99 /real/python3.99")

    assert find_interpreter(OTHER, path) == Path("/real/python3.99")


def test_a_shim_that_does_not_start_is_passed_over(tmp_path: Path) -> None:
    shims, real = tmp_path / "shims", tmp_path / "real"
    shims.mkdir()
    real.mkdir()
    path = f"{put(shims, 'exit 127')}:{put(real, 'echo 3.99 /real/python3.99')}"

    assert find_interpreter(OTHER, path) == Path("/real/python3.99")


def test_a_program_of_another_version_under_the_name_is_not_taken(tmp_path: Path) -> None:
    with pytest.raises(NoInterpreterError, match="did not start"):
        find_interpreter(OTHER, put(tmp_path, "echo 3.8 /real/python3.8"))


def test_no_interpreter_is_a_clear_answer(tmp_path: Path) -> None:
    with pytest.raises(NoInterpreterError) as caught:
        find_interpreter(OTHER, str(tmp_path))

    assert "no interpreter for runtime `python3.99`" in str(caught.value)
    assert f"hint: put a working `python3.99` on the PATH, or give the function the runtime `{RUNTIME}`" in str(
        caught.value
    )


def test_what_is_no_python_is_said_to_be_none() -> None:
    with pytest.raises(NoInterpreterError, match=r"`nodejs22\.x` is not a Python"):
        find_interpreter("nodejs22.x")
