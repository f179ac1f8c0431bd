"""Where a property is: Pulumi writes `environment.variables.TABLE`, `attributes[0].name`, `tags["a.b"]`."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

__all__ = ["ABSENT", "look_up", "parts"]

ABSENT = object()
"""What is found where there is nothing."""

_PART = re.compile(r'\[(?P<index>[0-9]{1,9})\]|\[(?P<quoted>"(?:[^"\\]|\\.)*")\]|\.?(?P<name>[^.\[]+)')


def parts(path: str) -> tuple[str | int, ...]:
    """Return the keys and indexes that lead to the property, at least one."""
    return tuple(_part(match) for match in _PART.finditer(path)) or (path,)


def look_up(properties: Mapping[str, Any], path: str) -> object:
    """Return the value at `path`, or `ABSENT`."""
    value: object = properties
    for part in parts(path):
        if isinstance(part, int) and isinstance(value, list) and part < len(cast(Sequence[object], value)):
            value = cast(Sequence[object], value)[part]
        elif isinstance(part, str) and isinstance(value, dict) and part in value:
            value = cast(Mapping[str, object], value)[part]
        else:
            return ABSENT
    return value


def _part(match: re.Match[str]) -> str | int:
    if match["index"] is not None:
        return int(match["index"])
    return match["quoted"][1:-1].replace('\\"', '"') if match["quoted"] is not None else match["name"]
