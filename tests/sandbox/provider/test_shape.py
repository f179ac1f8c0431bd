"""Shapes: renaming for AWS, and finding what the sandbox would otherwise drop."""

from typing import Any

from lambdaform_sandbox.provider.shape import Block, Shape, call_arguments, unknown_properties

SHAPE: Shape = {
    "memorySize": "MemorySize",
    "name": None,
    "environment": Block("Environment", {"variables": "Variables"}),
    "filters": Block("Filters", {"pattern": "Pattern"}),
}


def test_properties_become_the_arguments_of_the_aws_call():
    inputs = {"memorySize": 128, "environment": {"variables": {"memorySize": "kept as it is"}}}
    assert call_arguments(inputs, SHAPE) == {
        "MemorySize": 128,
        "Environment": {"Variables": {"memorySize": "kept as it is"}},
    }


def test_lists_of_objects_are_renamed_item_by_item():
    assert call_arguments({"filters": [{"pattern": "a"}, {"pattern": "b"}]}, SHAPE) == {
        "Filters": [{"Pattern": "a"}, {"Pattern": "b"}]
    }


def test_what_the_type_handles_itself_is_no_argument():
    assert call_arguments({"name": "worker"}, SHAPE) == {}


def test_unknown_properties_are_found_at_every_depth():
    inputs: dict[str, Any] = {
        "memory": 1,
        "environment": {"variables": {}, "secret": True},
        "filters": [{"pattern": ""}, {"pat": ""}],
    }
    assert list(unknown_properties(inputs, SHAPE)) == ["memory", "environment.secret", "filters.pat"]


def test_free_form_maps_may_hold_any_key():
    assert list(unknown_properties({"environment": {"variables": {"ANY": "thing"}}}, SHAPE)) == []
