"""What changes in one resource, line by line, for people. Of an environment only the names are told."""

import json
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, cast

from .changes import Change, Difference, Operation
from .digest import SECRET, UNKNOWN, State
from .markdown import code, listed
from .policies import Grant, documents, grants_of
from .property_path import ABSENT, look_up, parts

__all__ = ["ALIAS", "FUNCTION", "described", "details"]

FUNCTION = "aws:lambda/function:Function"
ALIAS = "aws:lambda/alias:Alias"

AFTER_APPLY = "_after apply_"
HIDDEN = "_secret_"


def details(change: Change) -> tuple[str, ...]:
    """Return the lines, in Markdown: of an update or a replacement what differs, of something new what matters."""
    if change.operation in (Operation.UPDATE, Operation.REPLACE):
        return (*_environment(change), *_statements(change), *_properties(change))
    if change.operation in (Operation.CREATE, Operation.IMPORT):
        return (*_settings(change), *_environment(change), *_statements(change))
    return ()


_SETTINGS = {
    FUNCTION: {"memorySize": "memory", "timeout": "timeout", "sourceCodeHash": "code", "runtime": "runtime"},
    ALIAS: {"functionVersion": "version"},
}
_UNITS = {"memorySize": " MB", "ephemeralStorage.size": " MB", "timeout": " s"}
_CODE = frozenset({"code", "codeSha256", "imageUri", "s3Key", "s3ObjectVersion", "filename"})
_SENSITIVE = re.compile(r"secret|password|passwd|token|credential|private.?key|api.?key", re.IGNORECASE)
_SIGNATURE, _SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"


def _settings(change: Change) -> Iterable[str]:
    if change.new is None:
        return
    for name, label in _SETTINGS.get(change.type, {}).items():
        if name in change.new.inputs:
            yield f"{label} {_value(name, change.new.inputs[name])}"


def _environment(change: Change) -> Iterable[str]:
    if change.type != FUNCTION:
        return
    old, new = _variables(change.old), _variables(change.new)
    reported = {path[-1] for path in _paths(change) if path[:-1] == ("environment", "variables")}
    changed = {name for name in old.keys() & new.keys() if old[name] != new[name] or name in reported}
    named = {"added": new.keys() - old.keys(), "removed": old.keys() - new.keys(), "changed": changed}
    for word, names in named.items():
        if names:
            yield f"environment {word}: {listed(names)}"
    if not any(named.values()) and any(path[0] == "environment" for path in _paths(change)):
        yield "environment changed"


def _variables(state: State | None) -> Mapping[str, Any]:
    variables = look_up(state.inputs, "environment.variables") if state else ABSENT
    return cast(Mapping[str, Any], variables) if isinstance(variables, dict) else {}


def _paths(change: Change) -> list[tuple[str | int, ...]]:
    return [parts(difference.path) for difference in change.differences]


def _statements(change: Change) -> Iterable[str]:
    old, new = _documents(change.old), _documents(change.new)
    for name in sorted(new):
        before = old.get(name, frozenset())
        for word, grants in (("added", new[name] - before), ("removed", before - new[name])):
            for effect in sorted({grant.effect for grant in grants}):
                of_one_effect = (grant for grant in grants if grant.effect == effect)
                yield from (f"{word}: {code(effect)} {statement}" for statement in described(of_one_effect))


def _documents(state: State | None) -> Mapping[str, frozenset[Grant]]:
    return documents(state.inputs) if state else {}


def described(grants: Iterable[Grant]) -> Iterable[str]:
    """Yield the grants as Markdown, actions on the same thing together."""
    ordered = sorted(grants, key=_all_but_action)
    for (_, resource, principal, condition), same in groupby(ordered, _all_but_action):
        line = listed(grant.action for grant in same)
        line += f" on {code(resource)}" if resource else ""
        line += f" for {code(principal)}" if principal else ""
        yield line + (f" if {code(condition)}" if condition else "")


def _all_but_action(grant: Grant) -> tuple[str, str, str, str]:
    return (grant.effect, grant.resource, grant.principal, grant.condition)


def _properties(change: Change) -> Iterable[str]:
    for difference in change.differences:
        if not _is_told_elsewhere(difference, change):
            label = _SETTINGS.get(change.type, {}).get(difference.path) or code(difference.path)
            line = f"{label} {_old_value(difference)} → {_value(difference.path, difference.new)}"
            yield f"{line} (cannot change in place)" if difference.replaces else line


def _is_told_elsewhere(difference: Difference, change: Change) -> bool:
    top = str(parts(difference.path)[0])
    tops = {str(path[0]) for path in _paths(change)}
    if change.type == FUNCTION and (top == "environment" or (top in _CODE and "sourceCodeHash" in tops)):
        return True
    if top == "tagsAll":
        return "tags" in tops
    statements = _documents(change.new).get(top)
    return statements is not None and statements != _documents(change.old).get(top)


def _old_value(difference: Difference) -> str:
    if grants_of(difference.old) is not None:
        return "_statements_"  # too long to be of use, and with nothing to compare them with
    return _value(difference.path, difference.old)


def _value(path: str, value: object) -> str:
    """Return a value as Markdown; secrets and what is called like one are never shown."""
    if value is ABSENT:
        return "_none_"
    if any(_SENSITIVE.search(str(part)) for part in parts(path)):
        return HIDDEN
    plain = _plain(value)
    if plain in (AFTER_APPLY, HIDDEN):
        return str(plain)
    if path == "sourceCodeHash":
        return code(str(plain)[:12])
    text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    return code(f"{text}{_UNITS.get(path, '')}")


def _plain(value: object) -> object:
    """Return the value with what is secret or not known yet replaced, and archives as the beginning of their hash."""
    if isinstance(value, str):
        return HIDDEN if value == SECRET else AFTER_APPLY if UNKNOWN in value else value
    if isinstance(value, list):
        return [_plain(each) for each in cast(list[object], value)]
    if not isinstance(value, dict):
        return value
    fields = cast(Mapping[str, object], value)
    if fields.get(_SIGNATURE) == _SECRET_SIGNATURE:
        return HIDDEN
    if _SIGNATURE in fields:
        return str(fields.get("hash", "archive"))[:12]
    return {key: HIDDEN if _SENSITIVE.search(key) else _plain(each) for key, each in fields.items()}
