"""What the provider knows of one resource type; the next thing it learns to do becomes a field here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .change import Change
from .cloud import Cloud
from .naming import Naming
from .shape import Shape
from .tags import Tagging

__all__ = ["Resource", "ResourceType"]

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Resource:
    """A resource as AWS has it."""

    id: str
    """Id as Pulumi's AWS provider forms it."""
    properties: Mapping[str, Any] = field(repr=False)
    """What AWS says of it, under the provider's names; None for what can be set and is not."""


@dataclass(frozen=True)
class ResourceType:
    """One row of the provider's table. What replaces and what is computed is as in Pulumi's AWS provider."""

    token: str
    """Type token, such as `aws:sqs/queue:Queue`."""
    shape: Shape
    """Every property the sandbox honours; any other one is refused, never dropped."""
    create: Callable[[Cloud, Mapping[str, Any]], str]
    """Make the resource from checked inputs and return its id; with `tagging`, `tagsAll` holds all its tags."""
    read: Callable[[Cloud, str, Mapping[str, Any]], Resource | None]
    """Find it by its id, or by the id that `import` takes, and by what is known of it: nothing in an import."""
    delete: Callable[[Cloud, str, Mapping[str, Any]], None]
    """Delete it, given its outputs; what AWS says of one that is gone already is no error."""
    update: Callable[[Cloud, str, Change], None] | None = None
    """Change it in place; None for a type that is replaced by every change. Tags are not its business."""
    replaces: frozenset[str] = frozenset()
    """Properties whose change makes a new resource."""
    computed: frozenset[str] = frozenset()
    """Outputs that AWS decides: unknown in a preview until the resource is there."""
    recomputed: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NOTHING)
    """Outputs that an update makes anew, with the properties whose change does that."""
    published: frozenset[str] = frozenset()
    """Those of them that change only with `publish`."""
    settled: frozenset[str] = frozenset()
    """Paths of what AWS settles where the program says nothing, and keeps when the program stops saying it."""
    defaults: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    """What the provider assumes for properties that are left out."""
    absent: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    """What AWS has where the program says nothing, and what an update puts back; else the empty value."""
    afterwards: frozenset[str] = frozenset()
    """Properties that AWS takes in a call of their own: creating is followed by an update of them."""
    documents: frozenset[str] = frozenset()
    """Properties that hold JSON: written differently, they are the same."""
    sets: frozenset[str] = frozenset()
    """Paths of lists whose order means nothing."""
    naming: Naming | None = None
    """How it gets a physical name; None for a type without one."""
    tagging: Tagging | None = None
    """How its tags are read and changed; None for a type without tags."""
    delete_before_replace: bool = False
    """Whether AWS has room for only one: else the new one is there before the old one goes."""
