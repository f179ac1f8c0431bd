"""What would happen to each resource: the steps of a digest, one change per resource, with the component it is in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

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
    """Return what happens to every resource that the digest lists; the stack itself is left out.

    They are ordered by component and name: the order of a digest differs from one preview to the next.
    """
    by_urn: dict[Urn, list[Step]] = {}
    for step in digest.steps:
        by_urn.setdefault(step.urn, []).append(step)
    parents = {urn: _parent(steps) for urn, steps in by_urn.items()}
    changes = (_change(urn, steps, _component(urn, parents)) for urn, steps in by_urn.items() if urn.type != _STACK)
    return tuple(sorted(changes, key=_place))


def _place(change: Change) -> tuple[str, ...]:
    return (change.component.kind, change.component.name, change.urn.kind, change.urn.name, *change.urn.types)


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
    described = next((step for step in steps if step.differences), steps[0])
    old = next((step.old for step in steps if step.old), None)
    new = next((step.new for step in steps if step.new), None)
    return Change(urn, _operation(steps), component, old, new, tuple(_differences(described.differences, old, new)))


def _operation(steps: Sequence[Step]) -> Operation:
    operations = {_OPERATIONS.get(step.operation, Operation.UNCHANGED) for step in steps}
    if Operation.DELETE in operations and len(operations) > 1:
        return Operation.REPLACE  # an earlier replacement was interrupted: the old one is still to be deleted
    return Operation.REPLACE if Operation.REPLACE in operations else operations.pop()


def _differences(
    described: Mapping[str, Mapping[str, Any]], old: State | None, new: State | None
) -> Iterable[Difference]:
    for path, difference in described.items():
        kind = str(difference.get("kind", "update"))
        before = _value(old, path, from_inputs=difference.get("inputDiff") is True)
        after = ABSENT if kind.startswith("delete") else _value(new, path, from_inputs=True)
        yield Difference(path, ABSENT if kind.startswith("add") else before, after, kind.endswith("replace"))


def _value(state: State | None, path: str, *, from_inputs: bool) -> object:
    """Return the value; a difference that is none of the inputs is one between AWS and the inputs."""
    if state is None:
        return ABSENT
    first, second = (state.inputs, state.outputs) if from_inputs else (state.outputs, state.inputs)
    value = look_up(first, path)
    return look_up(second, path) if value is ABSENT else value


def _parent(steps: Sequence[Step]) -> Urn | None:
    states = [state for step in steps for state in (step.new, step.old) if state]
    return next((state.parent for state in states if state.parent), None)


def _component(urn: Urn, parents: Mapping[Urn, Urn | None]) -> Urn:
    """Walk up to the outermost component; above a parent that has no step, its URN tells."""
    for _ in urn.types:
        parent = parents.get(urn)
        if parent is None or parent.type == _STACK:
            break
        urn = parent
    return urn.outermost
