"""Physical names: what Pulumi's AWS provider calls a resource that the program does not name."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from .unknown import UNKNOWN

__all__ = ["Draw", "Naming", "Suffixes", "seeded"]

RANDOM_DIGITS = 7
"""Hex digits that Pulumi appends after a dash."""
PREFIX_DIGITS = 26
"""Digits that the provider appends to a `namePrefix`."""

Draw = Callable[[int], str]
"""Returns that many random-looking hex digits."""


def seeded(seed: bytes) -> Draw:
    """Return what draws the digits that the engine's random seed stands for."""
    return lambda digits: hashlib.sha256(seed).hexdigest()[:digits]


class Suffixes:
    """Random-looking digits that are the same in every run and different for every resource."""

    def __init__(self) -> None:
        self._drawn: dict[str, int] = {}
        self._lock = Lock()

    def draw(self, token: str, name: str, digits: int) -> str:
        """Return the next `digits` hex digits for this type and logical name."""
        seed = f"{token}::{name}"
        with self._lock:
            count = self._drawn[seed] = self._drawn.get(seed, 0) + 1
        return hashlib.sha256(f"{seed}::{count}".encode()).hexdigest()[:digits]


@dataclass(frozen=True)
class Naming:
    """How one resource type gets its physical name."""

    longest: int
    """Characters that AWS allows."""
    property: str = "name"
    prefix_property: str | None = "namePrefix"
    fifo_property: str | None = None
    """Property that demands the ending `.fifo`, if the type has one."""

    def named(self, name: str, inputs: Mapping[str, Any], olds: Mapping[str, Any], draw: Draw) -> dict[str, Any]:
        """Return the inputs with a physical name: the given one, the one it has, or a new one.

        A new one is made from the prefix, or is `name-1234567`.
        """
        given = inputs.get(self.property)
        physical = given or self._kept(inputs, olds) or self._made(name, inputs, draw)
        return {**inputs, self.property: physical}

    def excess(self, inputs: Mapping[str, Any]) -> int:
        """Return by how many characters the physical name is too long for AWS."""
        physical: object = inputs.get(self.property)
        return max(0, len(physical) - self.longest) if isinstance(physical, str) else 0

    def is_made(self, inputs: Mapping[str, Any]) -> bool:
        """Tell whether the physical name looks like one that was made: then a second resource gets another one."""
        prefix = self._prefix(inputs)
        pattern = (
            f"{re.escape(str(prefix))}[0-9a-f]{{{PREFIX_DIGITS}}}" if prefix else f".+-[0-9a-f]{{{RANDOM_DIGITS}}}"
        )
        return re.fullmatch(rf"{pattern}(\.fifo)?", str(inputs.get(self.property))) is not None

    def _kept(self, inputs: Mapping[str, Any], olds: Mapping[str, Any]) -> object:
        """Return the name that the resource has, unless the program wants another prefix."""
        return olds.get(self.property) if self._prefix(olds) == self._prefix(inputs) else None

    def _made(self, name: str, inputs: Mapping[str, Any], draw: Draw) -> object:
        fifo = inputs.get(self.fifo_property) if self.fifo_property else False
        prefix = self._prefix(inputs)
        if UNKNOWN in (fifo, prefix):
            return UNKNOWN
        ending = ".fifo" if fifo else ""
        return f"{prefix}{draw(PREFIX_DIGITS)}{ending}" if prefix else f"{name}-{draw(RANDOM_DIGITS)}{ending}"

    def _prefix(self, inputs: Mapping[str, Any]) -> object:
        return inputs.get(self.prefix_property) if self.prefix_property else None
