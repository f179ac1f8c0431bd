"""Who may import whom. What importing loads is seen in a fresh process, what is written is read from the source.

lambdaform          -> lambdaform_delivery.packaging (and its errors)
lambdaform_sandbox  -> lambdaform_delivery, lambdaform.testing
lambdas             -> nothing of ours
"""

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DELIVERY, INFRA, LAMBDAS, SANDBOX = (ROOT / name for name in ("delivery", "infra", "lambdas", "sandbox"))
LIBRARY = INFRA / "lambdaform"
COMPONENTS = [file for file in LIBRARY.rglob("*.py") if LIBRARY / "testing" not in file.parents]

OURS = {"lambdaform", "lambdaform_delivery", "lambdaform_sandbox", "settings", "stack"}
CLOCK_AND_NETWORK = {"boto3", "botocore", "datetime", "http", "random", "secrets", "socket", "time", "urllib"}


@functools.cache
def loaded_with(module: str) -> set[str]:
    """Return the names of all modules that are loaded after `module` was imported."""
    script = f"import sys, {module}; print(*sys.modules)"
    command = [sys.executable, "-W", "ignore", "-c", script]
    return set(subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split())


def imported(file: Path) -> Iterator[str]:
    """Yield the full names of the modules that `file` imports, wherever it does; relative imports are its own."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def top(name: str) -> str:
    return name.partition(".")[0]


def importers(folder: Path, package: str) -> list[str]:
    files = (file for file in folder.rglob("*.py") if any(top(name) == package for name in imported(file)))
    return [str(file.relative_to(ROOT)) for file in files]


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("lambdaform_delivery", {"pulumi", "pulumi_aws", "boto3", "click", "rich"}),
        ("lambdaform_delivery.packaging", {"pulumi", "pulumi_aws", "boto3", "click", "rich"}),
        ("lambdaform_delivery.cli", {"pulumi", "pulumi_aws", "click", "lambdaform_sandbox"}),
        ("lambdaform_delivery.cli.group", {"pulumi", "pulumi_aws", "lambdaform", "lambdaform_sandbox", "moto"}),
        ("lambdaform_delivery.cli.group", {"boto3", "rich"}),
        ("lambdaform", {"moto", "boto3", "click", "rich", "lambdaform_sandbox", "settings", "stack"}),
        ("lambdaform", {"lambdaform.testing", "lambdaform_delivery.cli"}),
        ("lambdaform.testing", {"moto", "boto3", "lambdaform_sandbox"}),
    ],
)
def test_importing_one_does_not_load_the_other(module: str, absent: set[str]):
    assert loaded_with(module) & absent == set()


def test_the_library_uses_packaging_and_its_errors_and_nothing_else_of_delivery():
    names = {name for file in LIBRARY.rglob("*.py") for name in imported(file) if top(name) == "lambdaform_delivery"}

    assert {".".join(name.split(".")[:2]) for name in names} == {
        "lambdaform_delivery.errors",
        "lambdaform_delivery.packaging",
    }


def test_delivery_knows_neither_the_library_nor_pulumi():
    packages = {top(name) for file in DELIVERY.rglob("*.py") for name in imported(file)}

    assert packages & {"lambdaform", "pulumi", "pulumi_aws", "moto"} == set()


def test_nobody_imports_the_sandbox():
    assert [importers(folder, "lambdaform_sandbox") for folder in (DELIVERY, INFRA, LAMBDAS)] == [[], [], []]


def test_the_command_line_alone_looks_for_the_sandbox_when_it_is_asked_for():
    files = [file for folder in (DELIVERY, INFRA, LAMBDAS) for file in folder.rglob("*.py")]

    naming = {file.relative_to(DELIVERY).parts[:2] for file in files if "lambdaform_sandbox" in file.read_text("utf-8")}
    assert naming == {("lambdaform_delivery", "cli")}


def test_the_sandbox_uses_the_recorder_and_nothing_else_of_the_library():
    names = {name for file in SANDBOX.rglob("*.py") for name in imported(file) if top(name) == "lambdaform"}

    assert {".".join(name.split(".")[:2]) for name in names} == {"lambdaform.testing"}


def test_functions_import_nothing_of_ours():
    for folder in (each for each in LAMBDAS.iterdir() if each.is_dir()):
        packages = {top(name) for file in folder.rglob("*.py") for name in imported(file)}
        assert packages & OURS == set()


def test_only_the_program_reads_configuration():
    for file in COMPONENTS:
        text = file.read_text(encoding="utf-8")
        assert not [word for word in ("pulumi.Config", "get_stack(", "get_project(", "os.environ") if word in text]
        assert {top(name) for name in imported(file)} & {"settings", "stack"} == set()


def test_components_know_neither_the_clock_nor_a_network_of_their_own():
    seen = {top(name): file.name for file in COMPONENTS for name in imported(file)}

    assert {name: file for name, file in seen.items() if name in CLOCK_AND_NETWORK} == {}


def test_annotations_are_evaluated_so_that_the_schema_can_be_inferred():
    postponed = [file.name for file in LIBRARY.rglob("*.py") if "__future__.annotations" in imported(file)]

    assert postponed == []


def test_only_the_sandbox_uses_moto():
    assert [importers(folder, "moto") for folder in (DELIVERY, INFRA, LAMBDAS)] == [[], [], []]
    assert importers(SANDBOX, "moto") != []
