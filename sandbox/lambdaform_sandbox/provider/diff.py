"""What changes between the old inputs of a resource and the new ones, property by property. Nothing here asks AWS."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest
from typing import Any, cast

from .resource_type import ResourceType
from .shape import Block

__all__ = ["Diff", "Difference", "Kind", "agree", "diff", "is_empty", "is_natural"]

TAGS = "tagsAll"


class Kind(Enum):
    """What happens to a property."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True)
class Difference:
    """One property that changes."""

    path: str
    """As Pulumi writes it: `memorySize`, `environment.variables.TABLE`, `attributes[0].name`."""
    kind: Kind
    root: str
    """Property of the resource that the path begins with."""
    replaces: bool
    """Whether AWS cannot change it in place."""


@dataclass(frozen=True)
class Diff:
    """Everything that changes, and whether the old resource has to go first."""

    differences: tuple[Difference, ...]
    delete_before_replace: bool

    @property
    def names(self) -> frozenset[str]:
        """Properties of the resource that change, whole."""
        return frozenset(difference.root for difference in self.differences)

    def ignoring(self, paths: Iterable[str]) -> "Diff":
        """Return the diff without what the program ignores: these paths and all below them."""
        kept = [each for each in self.differences if not any(_is_within(each.path, path) for path in paths)]
        return Diff(tuple(kept), self.delete_before_replace and any(each.replaces for each in kept))

    @property
    def replaces(self) -> tuple[str, ...]:
        """Paths of the changes that make a new resource."""
        return tuple(difference.path for difference in self.differences if difference.replaces)


@dataclass(frozen=True)
class _Step:
    """A place within the two values."""

    path: str
    plain: str
    """The path without indexes and quotes, as the table writes it."""

    def key(self, name: str) -> "_Step":
        quoted = f".{name}" if name.isidentifier() else f"[{json.dumps(name)}]"
        return _Step(f"{self.path}{quoted}", f"{self.plain}.{name}")

    def index(self, number: int) -> "_Step":
        return _Step(f"{self.path}[{number}]", self.plain)


def diff(kind: ResourceType, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Diff:
    """Compare checked inputs; a value that is not known yet counts as another one."""
    before, after = {**kind.defaults, **olds}, {**kind.defaults, **news}
    differences: list[Difference] = []
    for name in sorted((before.keys() | after.keys()) & (kind.shape.keys() | {TAGS})):
        for path, what in _walk(kind, _Step(name, name), before.get(name), after.get(name)):
            differences.append(Difference(path, what, name, kind.update is None or name in kind.replaces))
    return Diff(tuple(differences), _collides(kind, differences, news))


def agree(kind: ResourceType, name: str, given: Any, found: Any) -> bool:  # noqa: ANN401  # values of any property
    """Tell whether AWS has what was given; what it adds inside a block is its own business."""
    return not list(_walk(kind, _Step(name, name), given, _like(kind.shape.get(name), given, found)))


def is_natural(kind: ResourceType, name: str, found: Any) -> bool:  # noqa: ANN401  # a value of any property
    """Tell whether a found value is what AWS has anyway where the program says nothing."""
    return is_empty(found) or (name in kind.absent and agree(kind, name, kind.absent[name], found))


def is_empty(value: object) -> bool:
    """Tell whether a value says nothing: None, False, no text, no entries, or an object of such values."""
    if isinstance(value, Mapping):
        return all(is_empty(item) for item in cast("Mapping[str, object]", value).values())
    return value is None or value is False or value in ("", [])


def _is_within(path: str, ignored: str) -> bool:
    return path == ignored or path.startswith((f"{ignored}.", f"{ignored}["))


def _walk(kind: ResourceType, at: _Step, old: object, new: object) -> Iterable[tuple[str, Kind]]:
    if _same(kind, at.plain, old, new) or (is_empty(old) and is_empty(new)):
        return
    if new is None:
        if at.plain not in kind.settled:
            yield at.path, Kind.DELETE
    elif old is None:
        yield at.path, Kind.ADD
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _walk_mapping(kind, at, cast("Mapping[str, Any]", old), cast("Mapping[str, Any]", new))
    elif isinstance(old, list) and isinstance(new, list) and at.plain not in kind.sets:
        yield from _walk_list(kind, at, cast("list[object]", old), cast("list[object]", new))
    else:
        yield at.path, Kind.UPDATE


def _walk_mapping(
    kind: ResourceType, at: _Step, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterable[tuple[str, Kind]]:
    for name in sorted(old.keys() | new.keys()):
        yield from _walk(kind, at.key(name), old.get(name), new.get(name))


def _walk_list(kind: ResourceType, at: _Step, old: list[object], new: list[object]) -> Iterable[tuple[str, Kind]]:
    for number in range(max(len(old), len(new))):
        before, after = (items[number] if number < len(items) else None for items in (old, new))
        yield from _walk(kind, at.index(number), before, after)


def _same(kind: ResourceType, path: str, old: object, new: object) -> bool:
    if isinstance(old, list) and isinstance(new, list) and path in kind.sets:
        return sorted(map(_text, cast("list[object]", old))) == sorted(map(_text, cast("list[object]", new)))
    if isinstance(old, str) and isinstance(new, str) and path in kind.documents:
        return old == new or _parsed(old) == _parsed(new)
    return old == new


def _text(item: object) -> str:
    return json.dumps(item, sort_keys=True, default=repr)


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _like(target: object, given: object, found: object) -> object:
    """Return the found value without the properties of blocks that were not given."""
    if not isinstance(target, Block):
        return found
    if isinstance(given, Mapping) and isinstance(found, Mapping):
        known, there = cast("Mapping[str, object]", given), cast("Mapping[str, object]", found)
        return {name: _like(target.properties.get(name), known[name], there[name]) for name in known if name in there}
    if isinstance(given, list) and isinstance(found, list):
        pairs = zip_longest(cast("list[object]", given), cast("list[object]", found))
        return [_like(target, one, other) for one, other in pairs if other is not None]
    return found


def _collides(kind: ResourceType, differences: Iterable[Difference], news: Mapping[str, Any]) -> bool:
    """Tell whether the new resource would meet the old one: the program itself gave the name, which AWS has once."""
    named = kind.naming is not None and kind.naming.property in news and not kind.naming.is_made(news)
    return any(difference.replaces for difference in differences) and (kind.delete_before_replace or named)
