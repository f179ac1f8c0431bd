"""The page for library users: its example is run as it stands there."""

import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "testing.md"
EXAMPLE: str = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)[0]
TESTS: list[str] = re.findall(r"^def (test_\w+)", EXAMPLE, re.MULTILINE)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\n")
    source = tmp_path / "lambdas" / "worker"
    source.mkdir(parents=True)
    (source / "handler.py").write_text("def handle(event, context):\n    return {}\n")
    monkeypatch.chdir(tmp_path)


def test_the_page_has_tests_to_run():
    assert len(TESTS) > 2


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("name", TESTS)
def test_the_example_of_the_page_holds(name: str):
    namespace: dict[str, Any] = {}
    exec(compile(EXAMPLE, str(PAGE), "exec"), namespace)  # noqa: S102  # our own page

    namespace[name]()
