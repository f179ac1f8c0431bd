"""Outputs in a preview: what is known already, and what only AWS will say. Nothing here asks AWS."""

from collections.abc import Mapping
from typing import Any

from .resource_type import ResourceType
from .unknown import UNKNOWN

__all__ = ["created", "updated"]


def created(kind: ResourceType, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outputs of a resource that does not exist yet."""
    return {**dict.fromkeys(kind.computed, UNKNOWN), **inputs}


def updated(
    kind: ResourceType,
    old_inputs: Mapping[str, Any],
    outputs: Mapping[str, Any],
    news: Mapping[str, Any],
    changed: frozenset[str],
) -> dict[str, Any]:
    """Return the outputs of a resource after a change in place; what the change makes anew is not known."""
    left_out = old_inputs.keys() - news.keys()
    kept = {name: value for name, value in outputs.items() if name not in left_out or name in kind.settled}
    anew = {name for name, causes in kind.recomputed.items() if causes & changed}
    if not news.get("publish"):
        anew -= kind.published
    return {**kept, **news, **dict.fromkeys(anew, UNKNOWN)}
