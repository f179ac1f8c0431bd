"""What `pulumi preview --json` prints, as values.

Source: the Pulumi CLI, `pkg/display/json.go`, and digests of version 3.259. Without `--show-sames` it lists the stack
and what changes, and nothing else.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from ..errors import DigestError
from .urn import Urn

__all__ = ["SECRET", "UNKNOWN", "Diagnostic", "Digest", "State", "Step", "parse"]

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Stands for a value that is only known after `pulumi up`."""
SECRET = "[secret]"  # noqa: S105  # what the engine writes in place of one
"""Stands for a secret."""

_HINT = "pass what `pulumi preview --json --show-sames` printed"


@dataclass(frozen=True)
class State:
    """A resource before or after the change. What is secret is `SECRET`."""

    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    parent: Urn | None = None
    protected: bool = False
    retained: bool = False
    """Whether deleting it only takes it out of the stack (`retainOnDelete`)."""
    ignored: frozenset[str] = frozenset()
    """Properties whose changes the stack ignores (`ignoreChanges`)."""


@dataclass(frozen=True)
class Step:
    """What the engine means to do with one resource; a replacement can be several steps of the same URN."""

    operation: str
    urn: Urn
    old: State | None = None
    new: State | None = None
    differences: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    """Changed properties by path, such as `environment.variables.TABLE`, each with `kind` and `inputDiff`."""


@dataclass(frozen=True)
class Diagnostic:
    """A message of the program, the engine or a provider."""

    severity: str
    """`error`, `warning`, `info`, `info#err` or `debug`."""
    message: str


@dataclass(frozen=True)
class Digest:
    """One preview of one stack."""

    project: str
    stack: str
    steps: tuple[Step, ...]
    diagnostics: tuple[Diagnostic, ...]
    unchanged: int
    """Resources that stay as they are, whether or not they have a step."""


def parse(text: str) -> Digest:
    """Return the preview that `text` describes.

    Raises `DigestError` if it is no JSON, is not a digest, or names no stack because the preview ended before the
    program began.
    """
    document = _document(text)
    steps = tuple(_step(each) for each in _objects(document, "steps"))
    if not steps:
        raise DigestError("the digest names no stack: the preview ended before the program began", _READ_THE_ERROR)
    diagnostics = tuple(
        Diagnostic(_text(each, "severity"), _text(each, "message")) for each in _objects(document, "diagnostics")
    )
    unchanged = _object(document, "changeSummary").get("same", 0)
    first = steps[0].urn
    return Digest(first.project, first.stack, steps, diagnostics, unchanged if isinstance(unchanged, int) else 0)


_READ_THE_ERROR = "the error is what `pulumi preview` printed beside the digest"


def _document(text: str) -> Mapping[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f", line {error.lineno} column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise DigestError(
            f"the digest is not one JSON object{where}" if text.strip() else "the digest is empty", _HINT
        ) from None
    if not isinstance(document, dict):
        raise DigestError("the digest is not one JSON object", _HINT)
    return cast(Mapping[str, Any], document)


def _step(step: Mapping[str, Any]) -> Step:
    urn = Urn.parse(_text(step, "urn"))
    if urn is None:
        raise DigestError("a step of the digest has no `urn` of Pulumi's form", _HINT)
    return Step(_text(step, "op"), urn, _state(step, "oldState"), _state(step, "newState"), _differences(step))


def _state(step: Mapping[str, Any], key: str) -> State | None:
    if not step.get(key):
        return None
    state = _object(step, key)
    ignored = [each for each in _list(state, "ignoreChanges") if isinstance(each, str)]
    return State(
        inputs=_object(state, "inputs"),
        outputs=_object(state, "outputs"),
        parent=Urn.parse(_text(state, "parent")),
        protected=state.get("protect") is True,
        retained=state.get("retainOnDelete") is True,
        ignored=frozenset(ignored),
    )


def _differences(step: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """Return the provider's own account of what differs or, where it gives none, the names of the properties."""
    detailed = _object(step, "detailedDiff")
    if detailed:
        return {path: _object(detailed, path) for path in detailed}
    named = [*_list(step, "diffReasons"), *_list(step, "replaceReasons")]
    replacing = _list(step, "replaceReasons")
    return {
        name: {"kind": "update-replace" if name in replacing else "update", "inputDiff": True}
        for name in named
        if isinstance(name, str)
    }


def _object(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = parent.get(key)
    if value is not None and not isinstance(value, dict):
        raise DigestError(f"`{key}` of the digest is not an object", _HINT)
    return cast(Mapping[str, Any], value or {})


def _objects(parent: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    values = _list(parent, key)
    if not all(isinstance(each, dict) for each in values):
        raise DigestError(f"`{key}` of the digest is not a list of objects", _HINT)
    return values


def _list(parent: Mapping[str, Any], key: str) -> Sequence[Any]:
    value = parent.get(key)
    if value is not None and not isinstance(value, list):
        raise DigestError(f"`{key}` of the digest is not a list", _HINT)
    return cast(Sequence[Any], value or [])


def _text(parent: Mapping[str, Any], key: str) -> str:
    value = parent.get(key)
    if value is not None and not isinstance(value, str):
        raise DigestError(f"`{key}` of the digest is not a text", _HINT)
    return value or ""
