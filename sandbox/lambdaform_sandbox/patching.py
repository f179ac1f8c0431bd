"""Replacements in somebody else's module that can be taken back exactly."""

from collections.abc import Mapping
from typing import Any, cast

__all__ = ["Patches"]

_ABSENT = object()


class Patches:
    """What was replaced, in order, and what was there before."""

    def __init__(self) -> None:
        self._before: list[tuple[Any, str, Any]] = []

    def replace(self, owner: Any, name: str, value: object) -> None:  # noqa: ANN401  # any class or module
        """Set an attribute and remember what it was, or that there was none."""
        self._before.append((owner, name, cast("Mapping[str, Any]", vars(owner)).get(name, _ABSENT)))
        setattr(owner, name, value)

    def restore(self) -> None:
        """Put everything back as it was, the last replacement first."""
        while self._before:
            owner, name, value = self._before.pop()
            if value is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, value)
