"""Physical names: what Pulumi's AWS provider calls a resource that the program does not name.

The random part is drawn from the type and the logical name, so the same program gets the same names in every run.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from ..errors import SandboxError

__all__ = ["Naming", "Suffixes"]

RANDOM_DIGITS = 7
"""Hex digits that Pulumi appends after a dash."""
PREFIX_DIGITS = 26
"""Digits that the provider appends to a `namePrefix`."""


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

    def named(self, token: str, name: str, inputs: Mapping[str, Any], suffixes: Suffixes) -> dict[str, Any]:
        """Return the inputs with a physical name: the given one, one from the prefix, or `name-1234567`."""
        physical = inputs.get(self.property) or self._made(token, name, inputs, suffixes)
        if len(physical) > self.longest:
            raise SandboxError(
                f"`{token}` `{name}` would be called `{physical}`: AWS allows {self.longest} characters",
                hint=f"shorten the name by {len(physical) - self.longest}",
            )
        return {**inputs, self.property: physical}

    def _made(self, token: str, name: str, inputs: Mapping[str, Any], suffixes: Suffixes) -> str:
        ending = ".fifo" if self.fifo_property and inputs.get(self.fifo_property) else ""
        prefix = inputs.get(self.prefix_property) if self.prefix_property else None
        if prefix:
            return f"{prefix}{suffixes.draw(token, name, PREFIX_DIGITS)}{ending}"
        return f"{name}-{suffixes.draw(token, name, RANDOM_DIGITS)}{ending}"
