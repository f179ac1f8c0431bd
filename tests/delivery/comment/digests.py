"""Digests of previews, in the form that the CLI prints them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lambdaform_delivery.comment.changes import Change, changes_of
from lambdaform_delivery.comment.digest import Digest, parse

__all__ = ["EXAMPLE", "UNKNOWN", "change", "changes", "digest", "policy", "state", "step", "text", "urn"]

EXAMPLE = Path(__file__).with_name("example.json")
"""What the CLI 3.259.0 printed, shortened to what is read of it."""

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

Json = dict[str, Any]


def urn(types: str, name: str, stack: str = "prod") -> str:
    return f"urn:pulumi:{stack}::lambdaform::{types}::{name}"


ROOT = urn("pulumi:pulumi:Stack", "lambdaform-prod")


def state(inputs: Mapping[str, Any] | None = None, parent: str = ROOT, **more: object) -> Json:
    return {"inputs": dict(inputs or {}), "parent": parent, **more}


def step(
    operation: str,
    types: str,
    name: str = "search",
    old: Json | None = None,
    new: Json | None = None,
    differences: Mapping[str, str] | None = None,
    stack: str = "prod",
) -> Json:
    """Return a step; `differences` has the kind of each changed path."""
    detailed = {path: {"kind": kind, "inputDiff": True} for path, kind in (differences or {}).items()}
    made: Json = {"op": operation, "urn": urn(types, name, stack), "detailedDiff": detailed or None}
    return {**made, **({"oldState": old} if old else {}), **({"newState": new} if new else {})}


def text(*steps: Json, diagnostics: Sequence[tuple[str, str]] = (), unchanged: int = 0, stack: str = "prod") -> str:
    """Return what `pulumi preview --json` prints; the stack itself is always its first step."""
    root = {"op": "same", "urn": urn("pulumi:pulumi:Stack", f"lambdaform-{stack}", stack)}
    messages = [{"severity": severity, "message": message} for severity, message in diagnostics]
    summary = {"changeSummary": {"same": unchanged}} if unchanged else {}
    return json.dumps({"steps": [root, *steps], "diagnostics": messages, **summary})


def digest(
    *steps: Json, diagnostics: Sequence[tuple[str, str]] = (), unchanged: int = 0, stack: str = "prod"
) -> Digest:
    return parse(text(*steps, diagnostics=diagnostics, unchanged=unchanged, stack=stack))


def changes(*steps: Json) -> tuple[Change, ...]:
    return changes_of(digest(*steps))


def change(*steps: Json) -> Change:
    [only] = changes(*steps)
    return only


def policy(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]})
