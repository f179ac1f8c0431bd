"""The table against the schema of the real provider: no row may misspell a type or a property."""

import importlib
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from lambdaform_sandbox.provider.shape import Block, Shape
from lambdaform_sandbox.provider.table import TABLE
from pulumi._types import input_type_py_to_pulumi_names  # the only way from a class to the names on the wire

LIBRARY = Path(__file__).parents[3] / "infra" / "lambdaform"

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # pulumi_aws.lambda_ announces a renaming on import
    modules = {
        token: importlib.import_module(f"pulumi_aws.{token.split(':')[1].split('/')[0].replace('lambda', 'lambda_')}")
        for token in TABLE
        if token.startswith("aws:")
    }


def wire_names(args_class: Any) -> Mapping[str, str]:
    return input_type_py_to_pulumi_names(args_class)


@pytest.mark.parametrize("token", modules)
def test_every_property_of_a_row_is_a_property_of_the_real_resource(token: str):
    class_name = token.rpartition(":")[2]
    implementation = importlib.import_module(getattr(modules[token], class_name).__module__)
    known = set(wire_names(getattr(implementation, f"{class_name}Args")).values())
    assert TABLE[token].shape.keys() - known == set()


@pytest.mark.parametrize("token", modules)
def test_every_nested_property_of_a_row_is_one_of_the_real_resource(token: str):
    class_name = token.rpartition(":")[2]
    for name, inner in nested(TABLE[token].shape, class_name):
        args_class = getattr(modules[token], f"{name}Args")
        assert inner.keys() - set(wire_names(args_class).values()) == set(), name


def test_every_type_that_the_library_creates_is_emulated():
    sources = [file.read_text() for file in LIBRARY.rglob("*.py") if "testing" not in file.parts]
    created = {pair for source in sources for pair in re.findall(r"\baws\.(\w+)\.([A-Z]\w+)\(", source)}
    tokens = {getattr(importlib.import_module(f"pulumi_aws.{module}"), name).pulumi_type for module, name in created}
    assert len(tokens) > 20
    assert tokens - TABLE.keys() == set()


def nested(shape: Shape, prefix: str) -> list[tuple[str, Shape]]:
    """Return the class name of every block below a shape with what the shape knows of it."""
    found: list[tuple[str, Shape]] = []
    for name, target in shape.items():
        if isinstance(target, Block):
            block = prefix + SINGULAR.get(name, name[0].upper() + name[1:])
            found += [(block, target.properties), *nested(target.properties, block)]
    return found


SINGULAR = {"attributes": "Attribute", "filters": "Filter", "metricQueries": "MetricQuery"}
