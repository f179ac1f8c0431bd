"""Check the arguments of a component before anything reaches the engine.

`checked` looks at every argument at once: unknown and missing keys, types, the rules of `limits`, and rules between
arguments. Whatever is known is refused at once, all problems in one `InputError`. An Output is checked when it
resolves, and the resource that uses it waits for that.
"""

import difflib
import functools
import math
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Any, NotRequired, Required, TypeVar, Union, cast, get_args, get_origin, get_type_hints, is_typeddict

import pulumi

from .errors import ABSENT, HIDDEN, InputError, Problem
from .limits import Rule
from .outputs import is_late, when_resolved

__all__ = ["UNKNOWN", "CrossCheck", "Rules", "between", "checked", "when_known"]

T = TypeVar("T")
Rules = Mapping[str, Rule]
"""Rules by path: `memory_size`, `layers[]` (every item), `tags.*` (every value), `tags{}` (every key), `a.*.b`."""
CrossCheck = Callable[[Any], Iterable[Problem]]
"""Rules between arguments. Called with the arguments; what is not known yet reads `UNKNOWN`."""

MAY_BE_SECRET = ("environment",)
MAY_BE_EMPTY = ("environment.", "description", "tags.")

_CONTROL_CHARACTER = re.compile(r"(?![\n\t])[\x00-\x1f]")


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()
"""Stands for an Output in rules between arguments; ask `between` before using a value."""


def checked(
    kind: type[T],
    component: str,
    name: str,
    args: T,
    rules: Rules,
    *cross_checks: CrossCheck,
    presence: CrossCheck | None = None,
) -> T:
    """Return `args` with Outputs guarded, or raise one `InputError` with every problem found.

    `kind` is the component's TypedDict. Whole floats where an integer is meant become integers, as programs in other
    languages send them; values of an enum become its members. `presence` looks only at which arguments are given and at
    those that must be plain, so that nothing has to wait for it.
    """
    walk = _Walk(component, name, rules)
    values = walk.typed_dict(kind, args, _Place())
    if not walk.malformed:
        walk.problems += _crossed((*cross_checks, presence) if presence else cross_checks, values)
    if walk.problems:
        raise InputError(component, name, walk.problems)
    if not cross_checks:
        return cast(T, values)
    return cast(T, when_known(component, name, values, functools.partial(_crossed, cross_checks)))


def when_known(component: str, name: str, values: Mapping[str, Any], problems: CrossCheck) -> dict[str, Any]:
    """Return `values` with every Output waiting until `problems` found nothing in all of them together.

    What is decided is not secret, so a secret value does not make the others secret.
    """
    late = {key: value for key, value in values.items() if is_late(value)}
    if not late:
        return dict(values)

    def decide(resolved: dict[str, Any]) -> bool:
        found = list(problems({**values, **resolved}))
        if found:
            raise InputError(component, name, found)
        return True

    decided = pulumi.Output.unsecret(pulumi.Output.all(**late).apply(decide))
    return {**values, **{key: pulumi.Output.all(value, decided).apply(_first) for key, value in late.items()}}


def _first(values: Sequence[Any]) -> Any:  # noqa: ANN401  # whatever the argument's type is
    return values[0]


def between(*values: object) -> bool:
    """Return whether all of `values` are known, so that a rule between them can be decided now."""
    return not any(value is UNKNOWN for value in values)


def _crossed(cross_checks: Iterable[CrossCheck], values: Mapping[str, Any]) -> list[Problem]:
    known = {key: UNKNOWN if is_late(value) else value for key, value in values.items()}
    return [problem for check in cross_checks for problem in check(known)]


@dataclass(frozen=True)
class _Place:
    """Where a value stands: as messages write it, `tags.team`, and as rules are found, `tags.*`."""

    path: str = ""
    rules: str = ""

    def key(self, key: object) -> "_Place":
        """Go to a key of a TypedDict."""
        return _Place(f"{self.path}.{key}", f"{self.rules}.{key}") if self.path else _Place(str(key), str(key))

    def any_key(self, key: object) -> "_Place":
        """Go to a key that the caller chose."""
        return _Place(f"{self.path}.{key}", f"{self.rules}.*")

    def item(self, index: int) -> "_Place":
        """Go to an item of a list."""
        return _Place(f"{self.path}[{index}]", f"{self.rules}[]")


class _Walk:
    """One pass over the arguments: collects problems, returns the values to use."""

    def __init__(self, component: str, name: str, rules: Rules, late: bool = False):
        self.component, self.name, self.rules = component, name, rules
        self.malformed = False  # something is missing or of a wrong type: rules between arguments cannot be decided
        self.late = late  # text that resolved from an Output may be secret, so it is never shown
        self.problems: list[Problem] = []

    def typed_dict(self, kind: type, value: object, place: _Place) -> dict[str, Any]:
        shape = _shape(kind)
        if not isinstance(value, Mapping):
            self._malformed(place.path or "args", value, "must be a dictionary", f"its keys are {_some(shape)}")
            return {}
        given = cast(Mapping[object, object], value)
        for key in given:
            if key not in shape:
                self._refuse(place.key(key).path, ABSENT, "is not a known key", _suggestion(str(key), shape))
        for key, entry in shape.items():
            if entry.required and given.get(key) is None:
                self._malformed(place.key(key).path, ABSENT, "is missing", f"set {place.key(key).path}")
        return {
            key: self.value(entry, given[key], place.key(key))
            for key, entry in shape.items()
            if given.get(key) is not None
        }

    def value(self, entry: "_Entry", value: object, place: _Place) -> object:
        if not is_late(value):
            return self.plain(entry.kind, value, place)
        if not entry.accepts_outputs:
            rule = "must be a plain value, because it decides what is created"
            self._malformed(place.path, HIDDEN, rule, "pass it without an Output")
            return value
        return when_resolved(value, functools.partial(self._late, entry, place))

    def _late(self, entry: "_Entry", place: _Place, value: object) -> object:
        if value is None:
            return None
        walk = _Walk(self.component, self.name, self.rules, late=True)
        result = walk.plain(entry.kind, value, place)
        if walk.problems:
            raise InputError(self.component, self.name, walk.problems)
        return result

    def plain(self, kind: Any, value: object, place: _Place) -> object:  # noqa: ANN401  # an annotation
        origin = get_origin(kind)
        if is_typeddict(kind):
            return self.typed_dict(kind, value, place)
        if origin in (Sequence, list, _SequenceOrigin):
            return self._sequence(kind, value, place)
        if origin in (Mapping, dict, _MappingOrigin):
            return self._mapping(kind, value, place)
        return self._scalar(kind, value, place)

    def _sequence(self, kind: Any, value: object, place: _Place) -> object:  # noqa: ANN401  # an annotation
        if not isinstance(value, Sequence) or isinstance(value, str):
            self._malformed(place.path, value, "must be a list", "put it in [ ]")
            return value
        self._rule(place, cast(object, value))
        entry = _entry(get_args(kind)[0], required=True)
        return [self.value(entry, item, place.item(index)) for index, item in enumerate(cast(Sequence[object], value))]

    def _mapping(self, kind: Any, value: object, place: _Place) -> object:  # noqa: ANN401  # an annotation
        if not isinstance(value, Mapping):
            self._malformed(place.path, value, "must be a dictionary", "write it as {key: value}")
            return value
        self._rule(place, cast(object, value))
        entry = _entry(get_args(kind)[1], required=True)
        given = cast(Mapping[object, object], value)
        for key in given:
            self._key(place, key)
        return {key: self.value(entry, item, place.any_key(key)) for key, item in given.items()}

    def _scalar(self, kind: Any, value: object, place: _Place) -> object:  # noqa: ANN401  # an annotation
        if isinstance(kind, type) and issubclass(kind, Enum):
            return self._member(kind, value, place.path)
        if kind is int and isinstance(value, float) and value.is_integer():
            value = int(value)
        wrong = _wrong_type(kind, value, place.path)
        if wrong:
            self._malformed(place.path, value, *wrong)
        else:
            self._rule(place, value)
        return value

    def _member(self, kind: type[Enum], value: object, path: str) -> object:
        values = [member.value for member in kind]
        if value in values or isinstance(value, kind):
            return kind(value)
        listed = ", ".join(str(item) for item in values)
        near = difflib.get_close_matches(str(value), [str(item) for item in values], n=1, cutoff=0.0)[0]
        self._malformed(path, value, f"must be one of {listed}", f"use {kind.__name__}.{kind(near).name}")
        return value

    def _key(self, place: _Place, key: object) -> None:
        rule = self.rules.get(f"{place.rules}{{}}")
        breach = rule.breach(key) if rule else None
        if not isinstance(key, str):
            self._malformed(f"{place.path}.{key}", ABSENT, "its key must be text", "write the key in quotes")
        elif breach:
            self._refuse(f"{place.path}.{key}", ABSENT, f"its key {breach.rule}", breach.fix)

    def _rule(self, place: _Place, value: object) -> None:
        rule = self.rules.get(place.rules)
        breach = rule.breach(value) if rule else None
        if breach:
            self._refuse(place.path, value, breach.rule, breach.fix)

    def _malformed(self, path: str, value: object, rule: str, fix: str) -> None:
        self.malformed = True
        self._refuse(path, value, rule, fix)

    def _refuse(self, path: str, value: object, rule: str, fix: str) -> None:
        hidden = any(path.startswith(prefix) for prefix in MAY_BE_SECRET) or (self.late and isinstance(value, str))
        self.problems.append(Problem(path, HIDDEN if hidden and value is not ABSENT else value, rule, fix))


_SequenceOrigin = get_origin(Sequence[int])
_MappingOrigin = get_origin(Mapping[str, int])


@dataclass(frozen=True)
class _Entry:
    """What one key of a TypedDict accepts."""

    kind: Any
    required: bool
    accepts_outputs: bool


@functools.cache
def _shape(kind: type) -> dict[str, _Entry]:
    required = cast(frozenset[str], getattr(kind, "__required_keys__"))  # noqa: B009  # not declared on `type`
    hints = get_type_hints(kind, localns=_PULUMI_NAMES, include_extras=True)
    return {key: _entry(hint, key in required) for key, hint in hints.items()}


@functools.cache
def _entry(annotation: Any, required: bool) -> _Entry:  # noqa: ANN401  # an annotation
    while get_origin(annotation) in (NotRequired, Required):
        annotation = get_args(annotation)[0]
    choices = [choice for choice in _choices(annotation) if choice is not NoneType]
    plain = [choice for choice in choices if get_origin(choice) not in _LATE_ORIGINS]
    return _Entry(plain[0], required, accepts_outputs=len(plain) < len(choices))


_PULUMI_NAMES = {"Output": pulumi.Output, "T": Any}  # `pulumi.Input` refers to Output[T] by name
_LATE_ORIGINS = (pulumi.Output, Awaitable)


def _choices(annotation: Any) -> Iterator[Any]:  # noqa: ANN401  # an annotation
    if get_origin(annotation) in (Union, UnionType):
        for choice in get_args(annotation):
            yield from _choices(choice)
    else:
        yield annotation


def _wrong_type(kind: Any, value: object, path: str) -> tuple[str, str] | None:  # noqa: ANN401  # an annotation
    if kind is Any:
        return None
    if kind in (int, float):
        return _wrong_number(kind, value)
    if kind is bool and not isinstance(value, bool):
        return "must be True or False", "pass a bool"
    if kind is str:
        return _wrong_text(value, path)
    return None if isinstance(value, kind) else (f"must be a {kind.__name__}", f"pass a {kind.__name__}")


def _wrong_number(kind: type, value: object) -> tuple[str, str] | None:
    noun = "a whole number" if kind is int else "a number"
    if isinstance(value, str) and value.strip().lstrip("-").isdigit():
        return f"must be {noun}, not text", "write it without quotes"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"must be {noun}", "pass a number"
    if not math.isfinite(value) or (kind is int and not isinstance(value, int)):
        return f"must be {noun}", "pass a whole, finite number"
    return None


def _wrong_text(value: object, path: str) -> tuple[str, str] | None:
    if not isinstance(value, str):
        return "must be text", "pass a str"
    if not value and not any(path.startswith(prefix) for prefix in MAY_BE_EMPTY):
        return "must not be empty", "leave the key out to get the default"
    if _CONTROL_CHARACTER.search(value):
        return "must not contain control characters", "remove them"
    return None


def _suggestion(key: str, shape: Mapping[str, _Entry]) -> str:
    near = difflib.get_close_matches(key, shape, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else f"remove it; known keys are {_some(shape)}"


def _some(shape: Mapping[str, _Entry]) -> str:
    keys, shown = sorted(shape), 12
    return ", ".join(keys[:shown]) + (f" and {len(keys) - shown} more" if len(keys) > shown else "")
