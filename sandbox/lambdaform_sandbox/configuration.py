"""The configuration of one stack as its program gets it: own values, the project's values and defaults, all text."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

from .errors import SandboxError

__all__ = ["parsed", "resolve", "text"]

_DECLARATION_KEYS = {"type", "items", "default", "value", "secret", "description"}
_TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}

Declaration = Mapping[str, Any]


def resolve(project: str, stack: str, declared: Mapping[str, object], given: Mapping[str, object]) -> Mapping[str, str]:
    """Return full key to text, JSON for what is not a scalar.

    `declared` is the section `config` of Pulumi.yaml, `given` that of the stack file. Raise SandboxError with every
    missing value, wrong type and secret.
    """
    declarations = {_full_key(project, key): _declaration(spec) for key, spec in declared.items()}
    fallbacks = {key: spec.get("value", spec.get("default")) for key, spec in declarations.items()}
    values = {**fallbacks, **{_full_key(project, key): value for key, value in given.items() if value is not None}}
    problems = [problem for key, value in values.items() for problem in _problems(key, value, declarations.get(key))]
    if problems:
        said = "\n  ".join([f"the configuration of the stack `{stack}` cannot be used:", *problems])
        raise SandboxError(said, hint=f"change `Pulumi.{stack}.yaml`")
    return {key: text(value) for key, value in values.items()}


def parsed(value: object) -> object:
    """Return what a text says in JSON, as the CLI takes `"5"` for an integer; any other value as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def text(value: object) -> str:
    """Return a value the way Pulumi hands it to programs."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | list | dict):
        return json.dumps(value, separators=(",", ":"))
    return str(value)


def _full_key(project: str, key: object) -> str:
    return str(key) if ":" in str(key) else f"{project}:{key}"


def _declaration(spec: object) -> Declaration:
    """Return the declaration of a key; a bare value is short for `value:`."""
    if isinstance(spec, dict) and _DECLARATION_KEYS & cast("dict[str, Any]", spec).keys():
        return cast("dict[str, Any]", spec)
    return {"value": spec}


def _problems(key: str, value: object, declaration: Declaration | None) -> Iterable[str]:
    if value is None:
        yield f"`{key}` is missing and has no default"
    elif _holds_secret(value) or (declaration or {}).get("secret"):
        yield f"`{key}` is a secret, and the sandbox keeps none"
    elif declaration:
        problem = _type_problem(value, declaration)
        if problem:
            yield f"`{key}` must be {problem}"


def _holds_secret(value: object) -> bool:
    if isinstance(value, dict):
        parts = cast("dict[str, object]", value)
        return set(parts) == {"secure"} or any(map(_holds_secret, parts.values()))
    if isinstance(value, list):
        return any(map(_holds_secret, cast("list[object]", value)))
    return False


def _type_problem(value: object, declaration: Declaration) -> str | None:
    """Return what the value should have been, or None if it is of the declared type."""
    declared = declaration.get("type")
    if declared is None:
        return None
    if declared not in _TYPES:
        return f"declared with one of the types {', '.join(_TYPES)}, not {declared}"
    read = _read(value, declared)
    if not _is(read, declared):
        return f"of type {declared}, not {_kind(read)}"
    items = cast("list[object]", read) if "items" in declaration else []
    wrong = [_type_problem(item, declaration["items"]) for item in items]
    return next((f"a list in which every item is {problem}" for problem in wrong if problem), None)


def _read(value: object, declared: str) -> object:
    """Return a value as it counts for its declared type: a number is text too, and a text may hold a number."""
    if declared == "string" and isinstance(value, bool | int | float):
        return text(value)
    return value if declared == "string" else parsed(value)


def _is(value: object, declared: str) -> bool:
    return isinstance(value, _TYPES[declared]) and not (declared == "integer" and isinstance(value, bool))


def _kind(value: object) -> str:
    return next((kind for kind in _TYPES if _is(value, kind)), type(value).__name__)
