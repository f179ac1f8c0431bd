"""What a run of a program registered: values to assert on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .wire import UNKNOWN

__all__ = ["Invoke", "LogMessage", "Recording", "Resource"]


@dataclass(frozen=True)
class Resource:
    """One resource as the program registered it. Names of properties are those of Pulumi's wire: `memorySize`."""

    type: str
    """Type token: `aws:lambda/function:Function`."""
    name: str
    """Name in the program."""
    urn: str = field(repr=False)
    parent: str | None = field(repr=False)
    """URN of the parent; None directly below the stack."""
    inputs: Mapping[str, Any] = field(repr=False)
    """Plain values: secrets unwrapped, Outputs resolved, `UNKNOWN` in previews; what is None is left out."""
    secrets: frozenset[str] = field(repr=False)
    """Paths of the secret inputs: `environment.variables.TOKEN`."""
    id: str | None = field(repr=False)
    """Id of the provider; None for components and in previews."""
    outputs: Mapping[str, Any] = field(repr=False)
    """Inputs, and what the back end added."""
    custom: bool = field(default=True, repr=False)
    """Whether a provider makes it; False for components."""
    external: bool = field(default=False, repr=False)
    """Whether the program only looks it up: `.get()` and stack references."""
    registered_outputs: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    """What a component passed to `register_outputs`."""
    aliases: tuple[str, ...] = field(default=(), repr=False)
    """URNs it had before, from its own `aliases`; those it inherits from its parent are the engine's business."""
    protect: bool = field(default=False, repr=False)
    """Also True below a protected parent."""
    ignore_changes: tuple[str, ...] = field(default=(), repr=False)
    depends_on: tuple[str, ...] = field(default=(), repr=False)
    """Sorted URNs it waits for without using their outputs: `depends_on`, and the children of components in it."""
    dependencies: tuple[str, ...] = field(default=(), repr=False)
    """Sorted URNs of everything it waits for."""
    provider: str | None = field(default=None, repr=False)
    """URN of its explicit provider; None for the default one."""
    import_id: str | None = field(default=None, repr=False)
    retain_on_delete: bool = field(default=False, repr=False)
    delete_before_replace: bool = field(default=False, repr=False)
    additional_secret_outputs: tuple[str, ...] = field(default=(), repr=False)
    replace_on_changes: tuple[str, ...] = field(default=(), repr=False)
    custom_timeouts: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Those that are set: `{"create": "10m"}`."""

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401  # whatever the program passed
        """Return an input by its name on the wire; a `KeyError` lists those that were given."""
        if key not in self.inputs:
            raise KeyError(f"{self.type} {self.name} has no input {key}, it has {', '.join(self.inputs) or 'none'}")
        return self.inputs[key]

    def json(self, key: str) -> Any:  # noqa: ANN401  # whatever the document holds
        """Return an input that is a JSON document, parsed."""
        text = self[key]
        if not isinstance(text, str):
            problem = f"{key} of {self.type} {self.name} is {_kind(text)}, not JSON text"
            raise AssertionError(problem)  # noqa: TRY004  # a failed expectation of a test, not a wrong argument
        return json.loads(text)


@dataclass(frozen=True)
class Invoke:
    """One function of a provider that the program called."""

    token: str
    args: Mapping[str, Any] = field(repr=False)
    result: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class LogMessage:
    """One message of `pulumi.log`; debug messages are not kept."""

    severity: str
    """`info`, `warning` or `error`."""
    message: str
    urn: str | None
    """Resource it is about."""


@dataclass(frozen=True)
class Recording:
    """Everything one run registered."""

    resources: tuple[Resource, ...]
    """In the order of registration, without the stack."""
    exports: Mapping[str, Any] = field(repr=False)
    """Stack outputs as plain values; `secret_exports` says which must not be shown."""
    secret_exports: frozenset[str] = field(repr=False)
    logs: tuple[LogMessage, ...] = field(repr=False)
    invokes: tuple[Invoke, ...] = field(repr=False)

    def of(self, token: str) -> tuple[Resource, ...]:
        """Return the resources of exactly this type."""
        return tuple(resource for resource in self.resources if resource.type == token)

    def one(self, token: str, name: str | None = None) -> Resource:
        """Return the only resource of this type, and name if given; none or several raise an `AssertionError`."""
        found = [resource for resource in self.of(token) if name in (None, resource.name)]
        if len(found) != 1:
            wanted = token if name is None else f"{token} {name}"
            raise AssertionError(f"expected one {wanted}, found {len(found)}; the recording holds:\n{_listing(self)}")
        return found[0]

    def children(self, resource: Resource) -> tuple[Resource, ...]:
        """Return the resources whose parent is `resource`."""
        return tuple(child for child in self.resources if child.parent == resource.urn)


def _kind(value: object) -> str:
    return "unknown in this preview" if value is UNKNOWN else f"a {type(value).__name__}"


def _listing(recording: Recording) -> str:
    return "\n".join(f"  {resource.type} {resource.name}" for resource in recording.resources) or "  nothing"
