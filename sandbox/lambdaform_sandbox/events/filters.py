"""Filter criteria of event source mappings: which messages a function gets to see.

The subset of EventBridge's patterns that filters of queues are written in: a list of values or of `prefix`, `suffix`,
`equals-ignore-case`, `numeric`, `exists` and `anything-but`, on fields of the body or on the body as text.
"""

import json
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

__all__ = ["matches_any", "message_document"]

_ABSENT = object()
COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def matches_any(patterns: Iterable[Mapping[str, Any]], document: Mapping[str, Any]) -> bool:
    """Tell whether a message matches one of the patterns; without a pattern every message does."""
    listed = list(patterns)
    return not listed or any(_matches(pattern, document) for pattern in listed)


def message_document(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what patterns are held against: the record, its body parsed when it is a JSON object."""
    try:
        body: object = json.loads(record["body"])
    except ValueError:
        body = None
    return {**record, "body": body if isinstance(body, dict) else record["body"]}


def _matches(pattern: Mapping[str, Any], value: object) -> bool:
    fields: Mapping[str, object] = cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}
    return all(_field_matches(wanted, fields.get(name, _ABSENT)) for name, wanted in pattern.items())


def _field_matches(wanted: Any, value: object) -> bool:  # noqa: ANN401  # patterns are any JSON
    if isinstance(wanted, dict):
        return _matches(cast("Mapping[str, Any]", wanted), value)
    return any(_rule_matches(rule, each) for rule in wanted for each in _values(value))


def _values(value: object) -> list[object]:
    """Return the elements of a list, each of which may match, or the value itself."""
    return cast("list[object]", value) if isinstance(value, list) and value else [value]


def _rule_matches(rule: object, value: object) -> bool:
    if not isinstance(rule, Mapping):
        return _same(rule, value)
    (name, operand), *_ = cast("Mapping[str, Any]", rule).items()
    if name == "exists":
        return operand is (value is not _ABSENT)
    return value is not _ABSENT and _operator_matches(name, operand, value)


def _operator_matches(name: str, operand: Any, value: object) -> bool:  # noqa: ANN401  # operands are any JSON
    match name:
        case "prefix":
            return isinstance(value, str) and value.startswith(operand)
        case "suffix":
            return isinstance(value, str) and value.endswith(operand)
        case "equals-ignore-case":
            return isinstance(value, str) and value.casefold() == operand.casefold()
        case "numeric":
            return _is_number(value) and _in_range(cast("float", value), operand)
        case "anything-but":
            excluded = cast("list[object]", operand) if isinstance(operand, list) else [operand]
            return not any(_rule_matches(each, value) for each in excluded)
        case _:
            raise ValueError(f"the filter operator `{name}` is not emulated")


def _in_range(value: float, bounds: list[Any]) -> bool:
    pairs = zip(bounds[::2], bounds[1::2], strict=True)
    return all(COMPARISONS[comparison](value, bound) for comparison, bound in pairs)


def _same(wanted: object, value: object) -> bool:
    """Compare as JSON does: `true` is not 1."""
    return wanted == value and isinstance(wanted, bool) == isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
