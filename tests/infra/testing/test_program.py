"""Programs on disk: run as the language host runs them, and forgotten afterwards."""

import os
import re
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from lambdaform.errors import ProjectError
from lambdaform.testing import deploy

Folder = Callable[[dict[str, str]], Path]

QUEUE = "aws:sqs/queue:Queue"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    def write(files: dict[str, str]) -> Path:
        for name, text in {"Pulumi.yaml": "name: shop\n", **files}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(textwrap.dedent(text))
        return tmp_path / "infra"

    return write


PROGRAM = """
    import pulumi
    import pulumi_aws as aws
    import names

    aws.sqs.Queue(names.QUEUE)
    pulumi.export("count", names.count())
"""
NAMES = """
    calls = []
    QUEUE = "orders"

    def count():
        calls.append(1)
        return len(calls)
"""


def test_a_folder_is_run_as_the_main_program(folder: Folder):
    infra = folder({"infra/__main__.py": "import pulumi\npulumi.export('name', __name__)\n"})

    assert deploy(infra).exports == {"name": "__main__"}


def test_a_file_is_run_with_its_siblings_importable(folder: Folder):
    infra = folder({"infra/app.py": PROGRAM, "infra/names.py": NAMES})

    assert deploy(infra / "app.py").one(QUEUE).name == "orders"


def test_it_runs_inside_its_folder_and_knows_the_project_above(folder: Folder):
    program = """
        import os
        import pulumi

        pulumi.export("folder", os.getcwd())
        pulumi.export("root", pulumi.get_root_directory())
        pulumi.Output.from_input(1).apply(lambda _: pulumi.log.info(os.getcwd()))
    """
    infra = folder({"infra/__main__.py": program})

    recording = deploy(infra)

    assert recording.exports == {"folder": str(infra), "root": str(infra.parent)}
    assert recording.logs[0].message == str(infra)


def test_two_runs_share_no_module_of_the_program(folder: Folder):
    infra = folder({"infra/__main__.py": PROGRAM, "infra/names.py": NAMES})

    assert [deploy(infra).exports, deploy(infra).exports] == [{"count": 1}, {"count": 1}]


def test_a_changed_module_is_seen_by_the_next_run(folder: Folder):
    infra = folder({"infra/__main__.py": PROGRAM, "infra/names.py": NAMES})
    deploy(infra)

    folder({"infra/names.py": NAMES.replace("orders", "refund")})

    assert deploy(infra).one(QUEUE).name == "refund"


def test_a_new_module_is_found_by_the_next_run(folder: Folder):
    infra = folder({"infra/__main__.py": PROGRAM, "infra/names.py": NAMES})
    deploy(infra)
    before = infra.stat()

    folder({"infra/__main__.py": PROGRAM.replace("names", "words"), "infra/words.py": NAMES})
    os.utime(infra, ns=(before.st_atime_ns, before.st_mtime_ns))  # as when both happen in one tick of the clock

    assert deploy(infra).one(QUEUE).name == "orders"


def test_packages_of_the_program_are_fresh_too(folder: Folder):
    program = "import pulumi\nfrom parts.state import add\npulumi.export('count', add())\n"
    state = "calls = []\ndef add():\n    calls.append(1)\n    return len(calls)\n"
    infra = folder({"infra/__main__.py": program, "infra/parts/__init__.py": "", "infra/parts/state.py": state})

    assert [deploy(infra).exports, deploy(infra).exports] == [{"count": 1}, {"count": 1}]


def test_afterwards_the_process_is_as_it_was(folder: Folder, monkeypatch: pytest.MonkeyPatch):
    infra = folder({"infra/__main__.py": PROGRAM, "infra/names.py": NAMES})
    other = ModuleType("names")
    monkeypatch.setitem(sys.modules, "names", other)
    before = (Path.cwd(), list(sys.path), list(sys.argv), sys.dont_write_bytecode, sys.modules["__main__"])

    assert deploy(infra).one(QUEUE).name == "orders"

    assert (Path.cwd(), sys.path, sys.argv, sys.dont_write_bytecode, sys.modules["__main__"]) == before
    assert sys.modules["names"] is other


def test_the_main_module_of_the_process_is_there_all_the_time(folder: Folder):
    program = """
        import sys
        import pulumi

        pulumi.Output.from_input(1).apply(lambda _: pulumi.log.info(str("__main__" in sys.modules)))
    """

    assert deploy(folder({"infra/__main__.py": program})).logs[0].message == "True"


def test_also_after_an_error(folder: Folder):
    program = "import names\nraise ValueError(names.QUEUE)\n"
    infra = folder({"infra/__main__.py": program, "infra/names.py": NAMES})
    before = (Path.cwd(), list(sys.path))

    with pytest.raises(ValueError, match="orders"):
        deploy(infra)

    assert (Path.cwd(), sys.path) == before
    assert "names" not in sys.modules


def test_the_program_folder_stays_as_it_is(folder: Folder):
    infra = folder({"infra/__main__.py": PROGRAM, "infra/names.py": NAMES})

    deploy(infra)

    assert sorted(file.name for file in infra.iterdir()) == ["__main__.py", "names.py"]


def test_this_library_is_not_loaded_twice_when_it_lies_in_the_program_folder(folder: Folder):
    program = "import lambdaform.errors\nraise lambdaform.errors.ProjectError('same class')\n"
    infra = folder({"infra/__main__.py": program, "infra/lambdaform/__init__.py": "raise SystemExit('another copy')\n"})

    with pytest.raises(ProjectError, match="same class"):
        deploy(infra)


def test_a_program_that_is_not_there_is_an_error(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        deploy(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=re.escape("__main__.py")):
        deploy(tmp_path)
