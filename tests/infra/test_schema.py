"""The schema for programs in other languages: inferred without an error, and the same as the one that was agreed."""

import inspect
import json
from pathlib import Path
from typing import Any

import lambdaform
import pulumi
import pytest
from pulumi.provider.experimental.component import ComponentProvider

AGREED = Path(__file__).with_name("schema.json")
COMPONENTS = [
    getattr(lambdaform, name)
    for name in sorted(lambdaform.__all__)
    if inspect.isclass(getattr(lambdaform, name)) and issubclass(getattr(lambdaform, name), pulumi.ComponentResource)
]


@pytest.fixture(scope="module")
def schema() -> Any:
    return json.loads(ComponentProvider(COMPONENTS, "lambdaform").schema or "", object_hook=_tidied)


def _tidied(part: dict[str, Any]) -> dict[str, Any]:
    """Give descriptions the indentation that newer versions of Python give docstrings."""
    return {key: inspect.cleandoc(value) if isinstance(value, str) else value for key, value in part.items()}


def test_the_schema_is_the_one_that_was_agreed(schema: Any, tmp_path: Path):
    inferred = tmp_path / "schema.json"
    inferred.write_text(f"{json.dumps(schema, indent=2, sort_keys=True)}\n", encoding="utf-8")

    if inferred.read_bytes() != AGREED.read_bytes():
        pytest.fail(f"programs in other languages would see a difference; if that is meant: cp {inferred} {AGREED}")


def test_every_component_is_in_it(schema: Any):
    assert set(schema["resources"]) == {f"lambdaform:index:{component.__name__}" for component in COMPONENTS}
    assert all(each["isComponent"] for each in schema["resources"].values())


def test_components_have_the_type_that_the_schema_says(schema: Any):
    sources = {component.__name__: inspect.getsource(component) for component in COMPONENTS}

    assert all(f'super().__init__("lambdaform:index:{name}", name,' in source for name, source in sources.items())


def test_no_type_is_empty(schema: Any):
    empty = [name for name, kind in schema["types"].items() if not kind.get("properties") and not kind.get("enum")]

    assert empty == []


def test_every_type_is_one_that_python_programs_can_import(schema: Any):
    assert {name.rpartition(":")[2] for name in schema["types"]} <= set(lambdaform.__all__)


def test_every_output_says_what_it_is(schema: Any):
    silent = [
        f"{name}.{output}"
        for name, component in schema["resources"].items()
        for output, declared in component["properties"].items()
        if not declared.get("description")
    ]

    assert silent == []
