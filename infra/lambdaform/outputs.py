"""Values made from others: at once from what is known, otherwise with as few Outputs as possible.

An Output costs the SDK a task, a callback and a place among all that are pending; a program of hundreds of functions
makes tens of thousands. `pulumi.Output.all` and `concat` make two or more for each argument, known ones included.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import NoneType
from typing import Any, TypeVar, cast

import pulumi

__all__ = ["derived", "is_late", "joined", "when_resolved"]

U = TypeVar("U")
_PLAIN = (str, int, float, NoneType)
"""Most values. Asking whether one of these can be waited for takes longer than everything else that is asked of it."""


def derived(value: object, function: Callable[[Any], U]) -> pulumi.Input[U]:
    """Return `function(value)`: at once if `value` is known, else an Output that waits for what is late in it.

    `value` may be a list or a dictionary with Outputs anywhere in it. It reaches `function` with all of them resolved,
    however deep.
    """
    late = list(_late_in(value))
    if not late:
        return function(value)
    if len(late) == 1:
        return when_resolved(late[0], lambda resolved: function(_filled(value, iter([resolved]))))
    return pulumi.Output.all(*late).apply(lambda resolved: function(_filled(value, iter(resolved))))


def joined(*parts: pulumi.Input[str]) -> pulumi.Input[str]:
    """Return the parts as one text."""
    return derived(parts, "".join)


def when_resolved(late: object, function: Callable[[Any], U]) -> pulumi.Output[U]:
    """Return an Output of `function` of what `late` resolves to, with Outputs inside of that resolved as well."""

    def deeply(value: object) -> pulumi.Input[U]:
        if isinstance(value, _PLAIN):
            return function(value)
        return pulumi.Output.from_input(cast(Any, value)).apply(function)

    given = cast(Any, late)
    output = cast(pulumi.Output[Any], given if isinstance(given, pulumi.Output) else pulumi.Output.from_input(given))
    return output.apply(deeply)


def is_late(value: object) -> bool:
    """Return whether `value` itself is only known later."""
    return not isinstance(value, _PLAIN) and (isinstance(value, pulumi.Output) or inspect.isawaitable(value))


def _late_in(value: object) -> Iterator[object]:
    if is_late(value):
        yield value
    elif isinstance(value, Mapping):
        for item in cast(Mapping[str, object], value).values():
            yield from _late_in(item)
    elif isinstance(value, list | tuple):
        for item in cast(Sequence[object], value):
            yield from _late_in(item)


def _filled(value: object, resolved: Iterator[object]) -> object:
    """Return `value` with what is late in it replaced, in the order in which `_late_in` finds it."""
    if is_late(value):
        return next(resolved)
    if isinstance(value, Mapping):
        return {key: _filled(item, resolved) for key, item in cast(Mapping[str, object], value).items()}
    if isinstance(value, list | tuple):
        return [_filled(item, resolved) for item in cast(Sequence[object], value)]
    return value
