"""Shapes: which properties of a resource type the sandbox honours, and what the AWS API calls them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

__all__ = ["Block", "Shape", "call_arguments", "properties", "unknown_properties"]


@dataclass(frozen=True)
class Block:
    """A nested object, or a list of them."""

    argument: str
    """Name of the whole in the AWS call."""
    properties: "Shape"
    """What is inside."""


Shape = Mapping[str, "str | Block | None"]
"""Property of the Pulumi resource to argument of the AWS call; None for one that the type's own code handles."""


def call_arguments(inputs: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """Return the arguments of an AWS call for these properties, as far as the shape names them."""
    arguments: dict[str, Any] = {}
    for name, value in inputs.items():
        target = shape.get(name)
        if isinstance(target, str):
            arguments[target] = value
        elif isinstance(target, Block):
            arguments[target.argument] = _nested(value, target.properties)
    return arguments


def properties(answer: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """Return what an answer of AWS says of the properties that the shape names; None where it says nothing."""
    found: dict[str, Any] = {}
    for name, target in shape.items():
        if isinstance(target, str):
            found[name] = answer.get(target)
        elif isinstance(target, Block):
            found[name] = _found(answer.get(target.argument), target.properties)
    return found


def unknown_properties(inputs: Mapping[str, Any], shape: Shape, path: str = "") -> Iterable[str]:
    """Yield the path of every property that the shape does not know, such as `loggingConfig.stream`."""
    for name, value in inputs.items():
        target = shape.get(name)
        if name not in shape:
            yield f"{path}{name}"
        elif isinstance(target, Block):
            for item in _objects(value):
                yield from unknown_properties(item, target.properties, f"{path}{name}.")


def _nested(value: object, shape: Shape) -> object:
    arguments = [call_arguments(item, shape) for item in _objects(value)]
    return arguments if isinstance(value, list) else arguments[0]


def _found(value: object, shape: Shape) -> object:
    if value is None:
        return None
    found = [_present(properties(item, shape)) for item in _objects(value)]
    return found if isinstance(value, list) else found[0]


def _present(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _objects(value: object) -> list[Mapping[str, Any]]:
    """Return the objects of a block; none where a preview does not know them yet."""
    values = cast("list[object]", value if isinstance(value, list) else [value])
    return [cast("Mapping[str, Any]", item) for item in values if isinstance(item, Mapping)]
