"""A change of a resource in place: what it was, what it becomes, which properties are concerned."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .shape import Shape, call_arguments

__all__ = ["Change"]


@dataclass(frozen=True)
class Change:
    """What an update has to bring about."""

    names: frozenset[str]
    """Properties that change."""
    after: Mapping[str, Any] = field(repr=False)
    """All inputs from now on."""
    before: Mapping[str, Any] = field(repr=False)
    """All outputs until now."""
    absent: Mapping[str, Any] = field(repr=False, default_factory=dict[str, Any])
    """What stands for a property that is left out from now on."""

    def has(self, *names: str) -> bool:
        """Tell whether one of the properties changes."""
        return not self.names.isdisjoint(names)

    def value(self, name: str) -> Any:  # noqa: ANN401  # a value of any property
        """Return what a property becomes, in the form that takes it away if the program no longer gives it."""
        return self.after[name] if name in self.after else self.absent.get(name)

    def arguments(self, shape: Shape) -> dict[str, Any]:
        """Return the arguments of the AWS call that changes what the shape names and no other."""
        return self.arguments_of(self.names & shape.keys(), shape)

    def arguments_of(self, names: Iterable[str], shape: Shape) -> dict[str, Any]:
        """Return the arguments for these properties, changed or not, without those that nothing stands for."""
        values = {name: self.value(name) for name in names}
        return call_arguments({name: value for name, value in values.items() if value is not None}, shape)
