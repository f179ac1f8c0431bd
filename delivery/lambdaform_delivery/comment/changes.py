"""What would happen to each resource: the steps of a digest, one change per resource, with the component it is in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .digest import Digest, State, Step
from .property_path import ABSENT, look_up
from .urn import Urn

__all__ = ["Change", "Difference", "Operation", "changes_of"]


class Operation(StrEnum):
    """What the engine does with a resource, for people."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    IMPORT = "import"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Difference:
    """One property that changes."""

    path: str
    old: object
    """`ABSENT` if it is added."""
    new: object
    """`ABSENT` if it is removed."""
    replaces: bool
    """Whether AWS cannot change it in place."""


@dataclass(frozen=True)
class Change:
    """What happens to one resource."""

    urn: Urn
    operation: Operation
    component: Urn
    """The outermost component it is in, or itself."""
    old: State | None = None
    new: State | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def type(self) -> str:
        """Its type: `aws:lambda/function:Function`."""
        return self.urn.type

    @property
    def is_lost(self) -> bool:
        """Whether the resource that is there now goes away in AWS."""
        gone = self.operation in (Operation.DELETE, Operation.REPLACE)
        return gone and self.old is not None and not self.old.retained

    @property
    def stays(self) -> bool:
        """Whether the resource is there before and after."""
        return self.operation in (Operation.UPDATE, Operation.UNCHANGED)


def changes_of(digest: Digest) -> tuple[Change, ...]:
    """Return what happens to every resource that the digest lists, in its order; the stack itself is left out."""
    by_urn: dict[Urn, list[Step]] = {}
    for step in digest.steps:
        by_urn.setdefault(step.urn, []).append(step)
    parents = {urn: _parent(steps) for urn, steps in by_urn.items()}
    return tuple(
        _change(urn, steps, _component(urn, parents)) for urn, steps in by_urn.items() if urn.type != _STACK
    )


_STACK = "pulumi:pulumi:Stack"
_OPERATIONS = {
    "create": Operation.CREATE,
    "update": Operation.UPDATE,
    "delete": Operation.DELETE,
    "import": Operation.IMPORT,
    "replace": Operation.REPLACE,
    "create-replacement": Operation.REPLACE,
    "import-replacement": Operation.REPLACE,
    "delete-replaced": Operation.REPLACE,
}


def _change(urn: Urn, steps: Sequence[Step], component: Urn) -> Change:
    main = next((step for step in steps if step.op_is_whole), steps[0])
    old = next((step.old for step in steps if step.old), None)
    new = next((step.new for step in steps if step.new), None)
    return Change(urn, _operation(steps), component, old, new, tuple(_differences(main, old, new)))
