"""What a deployment brought: the same values from the rehearsal and from Pulumi's engine, for whoever looks at them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from lambdaform.testing import Recording

__all__ = ["Deployment", "Message", "Resource"]


@dataclass(frozen=True)
class Resource:
    """One resource that exists now. Names of properties are those of Pulumi's wire: `memorySize`."""

    type: str
    """Type token: `aws:lambda/function:Function`."""
    name: str
    """Name in the program."""
    urn: str = field(repr=False)
    parent: str | None = field(default=None, repr=False)
    """URN of the parent; None directly below the stack."""
    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    custom: bool = field(default=True, repr=False)
    """Whether a provider made it; False for components."""


@dataclass(frozen=True)
class Message:
    """Something the program said."""

    severity: str
    """`info` or `warning`."""
    text: str


@dataclass(frozen=True)
class Deployment:
    """Everything that one deployment created, and who deployed."""

    by: str
    """`rehearsal`, or the command line and its version: `pulumi v3.259.0`."""
    resources: tuple[Resource, ...]
    """Without the stack and default providers."""
    messages: tuple[Message, ...] = ()

    @classmethod
    def of_recording(cls, recording: Recording) -> Self:
        """Return the deployment that a rehearsal recorded."""
        resources = (
            Resource(each.type, each.name, each.urn, each.parent, each.inputs, each.outputs, each.custom)
            for each in recording.resources
        )
        messages = tuple(Message(log.severity, log.message) for log in recording.logs)
        return cls("rehearsal", tuple(resources), messages)

    def of(self, token: str) -> tuple[Resource, ...]:
        """Return the resources of exactly this type."""
        return tuple(resource for resource in self.resources if resource.type == token)

    def children(self, resource: Resource) -> tuple[Resource, ...]:
        """Return the resources whose parent is `resource`."""
        return tuple(child for child in self.resources if child.parent == resource.urn)
