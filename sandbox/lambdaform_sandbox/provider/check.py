"""Inputs of a resource as the provider completes them, and what it finds wrong with them. Nothing here asks AWS."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .naming import Draw
from .resource_type import ResourceType
from .shape import unknown_properties
from .tags import all_tags
from .unknown import UNKNOWN

__all__ = ["Checked", "Failure", "check"]

INTERNAL = "__"
"""What Pulumi itself keeps among the inputs begins like this."""


@dataclass(frozen=True)
class Failure:
    """One property that cannot be as it is."""

    property: str
    reason: str
    """Says what the rule is, never the value."""
    hint: str | None = None


@dataclass(frozen=True)
class Checked:
    """Complete inputs, or what is wrong with them."""

    inputs: Mapping[str, Any] = field(repr=False)
    failures: tuple[Failure, ...] = ()


def check(
    kind: ResourceType,
    name: str,
    news: Mapping[str, Any],
    olds: Mapping[str, Any],
    region: str,
    default_tags: Mapping[str, str],
    draw: Draw,
) -> Checked:
    """Complete inputs with defaults, physical name and default tags. A resource keeps the name it has."""
    given = {key: value for key, value in news.items() if key != "tagsAll" and not key.startswith(INTERNAL)}
    is_aws = kind.token.startswith("aws:")
    asked = given.pop("region", region) if is_aws else region
    inputs = {**kind.defaults, **given}
    if kind.naming:
        inputs = kind.naming.named(name, inputs, olds, draw)
    if kind.tagging:
        inputs["tagsAll"] = all_tags(default_tags, given)
    return Checked(inputs, (*_region(asked, region), *_unknown(kind, given), *_name(kind, inputs)))


def _region(asked: object, region: str) -> Iterable[Failure]:
    if asked not in (region, UNKNOWN):
        yield Failure("region", f"the sandbox has only the region `{region}`", "leave it out")


def _unknown(kind: ResourceType, given: Mapping[str, Any]) -> Iterable[Failure]:
    for path in unknown_properties(given, kind.shape):
        yield Failure(path, f"the sandbox does not emulate the property `{path}`", "leave it out of the sandbox stack")


def _name(kind: ResourceType, inputs: Mapping[str, Any]) -> Iterable[Failure]:
    naming = kind.naming
    excess = naming.excess(inputs) if naming else 0
    if naming and excess:
        reason = f"the physical name has {naming.longest + excess} characters, AWS allows {naming.longest} characters"
        yield Failure(naming.property, reason, f"shorten the name by {excess}")
