"""What is known of a resource: its inputs and outputs joined with what AWS says of it now."""

from collections.abc import Mapping
from typing import Any

from .diff import TAGS, agree, is_natural
from .resource_type import ResourceType
from .tags import own_tags

__all__ = ["known_inputs", "known_outputs", "with_tags"]

NOT_SAID = object()


def with_tags(
    properties: Mapping[str, Any], found: Mapping[str, str], default_tags: Mapping[str, str], known: Mapping[str, Any]
) -> dict[str, Any]:
    """Return properties of AWS with the tags it has: all of them, and those that are the resource's own."""
    own = own_tags(found, default_tags, known.get("tags") or {})
    return {**properties, TAGS: dict(found) or None, "tags": own}


def known_inputs(kind: ResourceType, inputs: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs that describe the resource as AWS has it.

    What agrees stays as the program wrote it. What it never said is added where AWS has something unusual; of an
    import, which says nothing, also what AWS settled.
    """
    kept = {name: value for name, value in inputs.items() if found.get(name, NOT_SAID) is NOT_SAID}
    for name in found.keys() & (kind.shape.keys() | {TAGS}):
        value = found[name]
        if name in inputs and agree(kind, name, inputs[name], value):
            kept[name] = inputs[name]
        elif name in inputs or _is_worth_saying(kind, name, value, importing=not inputs):
            kept[name] = value
    return {name: value for name, value in kept.items() if value is not None}


def known_outputs(kind: ResourceType, inputs: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outputs: what AWS says, in the program's words where they agree, and what only the program says."""
    news = {
        name: value for name, value in found.items() if name not in inputs or not agree(kind, name, inputs[name], value)
    }
    return {name: value for name, value in {**inputs, **news}.items() if value is not None}


def _is_worth_saying(kind: ResourceType, name: str, value: object, *, importing: bool) -> bool:
    """Tell whether a program that says nothing of a property differs from what AWS has."""
    if name in kind.defaults:
        return True
    return not is_natural(kind, name, value) and (importing or name not in kind.settled)
