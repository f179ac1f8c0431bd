"""What the provider knows of one resource type; the next thing it learns to do becomes a field here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .cloud import Cloud
from .naming import Naming
from .shape import Shape

__all__ = ["Created", "ResourceType"]


@dataclass(frozen=True)
class Created:
    """A resource that now exists."""

    id: str
    """Id as Pulumi's AWS provider forms it, which is what `import` takes."""
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What AWS decided, under the provider's names; the inputs are outputs anyway."""


@dataclass(frozen=True)
class ResourceType:
    """One row of the provider's table."""

    token: str
    """Type token, such as `aws:sqs/queue:Queue`."""
    shape: Shape
    """Every property the sandbox honours; any other one is refused, never dropped."""
    create: Callable[[Cloud, Mapping[str, Any]], Created]
    """Create the resource from named inputs; with `taggable`, `tagsAll` holds all its tags."""
    naming: Naming | None = None
    """How it gets a physical name; None for a type without one."""
    taggable: bool = False
    """Whether the provider's default tags are put on it."""
    defaults: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the provider assumes for properties that are left out."""
