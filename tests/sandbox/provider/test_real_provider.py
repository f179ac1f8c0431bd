"""The provider's table beside what the real AWS provider does, as it was measured: see `about` in real_provider.json.

What a row leaves out of the real provider's outputs, nobody has asked for yet; what it says must be true.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from lambdaform_sandbox.provider.resource_type import ResourceType
from lambdaform_sandbox.provider.shape import Block, Shape
from lambdaform_sandbox.provider.table import TABLE

MEASURED: Mapping[str, Mapping[str, Any]] = json.loads(
    Path(__file__).with_name("real_provider.json").read_text(encoding="utf-8")
)["types"]
ROWS = [pytest.param(row, MEASURED[token], id=token) for token, row in TABLE.items() if token.startswith("aws:")]

every_row = pytest.mark.parametrize(("row", "real"), ROWS)


def paths(shape: Shape, prefix: str = "") -> Iterable[str]:
    """Yield the path of every property that holds a value."""
    for name, target in shape.items():
        if isinstance(target, Block):
            yield from paths(target.properties, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


@every_row
def test_every_property_was_looked_at(row: ResourceType, real: Mapping[str, Any]):
    assert set(paths(row.shape)) == {*real["replaces"], *real["updates"]}


@every_row
def test_the_same_properties_make_a_new_resource(row: ResourceType, real: Mapping[str, Any]):
    everything = frozenset(row.shape)
    assert (everything if row.update is None else row.replaces) == set(real["replaces"])


@every_row
def test_only_what_aws_decides_is_unknown_in_a_preview(row: ResourceType, real: Mapping[str, Any]):
    assert row.computed <= set(real["computed"])


@every_row
def test_what_an_update_makes_anew_there_it_makes_anew_here(row: ResourceType, real: Mapping[str, Any]):
    for output, causes in real["recomputed"].items():
        assert row.recomputed.get(output) == {path.partition(".")[0] for path in causes}


@every_row
def test_the_same_properties_are_kept_when_the_program_stops_giving_them(row: ResourceType, real: Mapping[str, Any]):
    assert set(row.settled) == set(real["settled"])


@every_row
def test_the_same_values_are_assumed(row: ResourceType, real: Mapping[str, Any]):
    assert dict(row.defaults) == {path: value for path, value in real["defaults"].items() if "." not in path}
