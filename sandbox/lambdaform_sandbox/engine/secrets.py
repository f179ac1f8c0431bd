"""Which values of an answer are secret, and messages without any of them."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from .wire import Path, Properties

__all__ = ["blinded", "marks"]

_BLIND = "[secret]"
_SHORTEST = 3
"""Characters from which a value is looked for in a message: shorter ones are in every text."""


def marks(values: Mapping[str, Any], *known: Properties) -> frozenset[Path]:
    """Return the paths to mark in an answer: what was secret in any message that it is made from.

    A list with one secret is secret whole, for its entries may move; so is `tagsAll` where `tags` is or has one.
    """
    paths = {_whole(path) for properties in known for path in properties.secrets}
    paths |= {("tagsAll", *path[1:]) for path in paths if path[0] == "tags"}
    return frozenset(path for path in paths if _leads(values, path))


def blinded(message: str, *known: Properties) -> str:
    """Return a message without the secret values of the messages it is about."""
    texts = {text for properties in known for path in properties.secrets for text in _texts(_at(properties, path))}
    for text in sorted(texts, key=len, reverse=True):
        if len(text) >= _SHORTEST:
            message = message.replace(text, _BLIND)
    return message


def _whole(path: Path) -> Path:
    """Return the path up to the first list on it."""
    for position, step in enumerate(path):
        if isinstance(step, int):
            return path[:position]
    return path


def _leads(values: Mapping[str, Any], path: Path) -> bool:
    value: object = values
    for step in path:
        if not isinstance(value, Mapping) or step not in value:
            return False
        value = cast("Mapping[object, object]", value)[step]
    return True


def _at(properties: Properties, path: Path) -> Any:  # noqa: ANN401  # a value of any property
    value: Any = properties.values
    for step in path:
        value = value[step]
    return value


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, Mapping):
        for item in cast("Mapping[str, object]", value).values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            yield from _texts(item)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield str(value)
