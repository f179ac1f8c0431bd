"""Policy documents: statements to the JSON text that IAM stores, deterministic and within AWS's size."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import pulumi

from ..errors import HIDDEN, InputError, Problem
from ..limits import INLINE_POLICY_CHARACTERS
from ..outputs import derived
from .statements import Statement, statement_problems

__all__ = ["policy_document", "trust_document"]

_VERSION = "2012-10-17"


def policy_document(owner: str, name: str, statements: Sequence[pulumi.Input[Statement]]) -> pulumi.Input[str]:
    """Return the JSON of an identity policy; equal grants are merged, order does not depend on the caller.

    Raises `InputError` when it resolves, if a resource turned out too wide or the text is longer than 10,240 characters
    without blanks, IAM's limit for all inline policies of one role.
    """

    def render(known: list[Statement]) -> str:
        found = statement_problems(cast(Sequence[Mapping[str, Any]], known))
        problems = [replace(problem, value=HIDDEN) for problem in found]  # what was an Output may be secret
        text = render_document(known)
        if len(text) > INLINE_POLICY_CHARACTERS:
            rule = f"must be at most {INLINE_POLICY_CHARACTERS:,} characters as an inline policy, is {len(text):,}"
            fix = "use one ARN with a trailing * for many resources of one kind, or split the function"
            problems.append(Problem("permissions", f"{len(known)} statements", rule, fix))
        if problems:
            raise InputError(owner, name, problems)
        return text

    return derived(statements, render)


def trust_document(service: str, account_id: pulumi.Input[str]) -> pulumi.Input[str]:
    """Return the JSON of a role's trust policy: one service, only on behalf of this account (no confused deputy)."""

    def render(account: str) -> str:
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        }
        return _json({"Version": _VERSION, "Statement": [statement]})

    return derived(account_id, render)


def render_document(statements: Sequence[Statement]) -> str:
    """Return the JSON text of known statements."""
    merged: dict[str, dict[str, Any]] = {}
    for statement in statements:
        rendered = _rendered(statement)
        same_but_actions = _json({**rendered, "Action": []})
        entry = merged.setdefault(same_but_actions, {**rendered, "Action": []})
        entry["Action"] = sorted({*entry["Action"], *rendered["Action"]})
    return _json({"Version": _VERSION, "Statement": sorted(merged.values(), key=_order)})


def _rendered(statement: Statement) -> dict[str, Any]:
    rendered: dict[str, Any] = {
        "Effect": statement.get("effect", "Allow"),
        "Action": sorted(set(statement["actions"])),
        "Resource": sorted(set(cast(Sequence[str], statement["resources"]))),
    }
    if statement.get("conditions"):
        conditions: dict[str, dict[str, list[str]]] = {}
        for condition in sorted(statement.get("conditions", ()), key=lambda each: (each["test"], each["variable"])):
            variables = conditions.setdefault(condition["test"], {})
            variables[condition["variable"]] = sorted(set(cast(Sequence[str], condition["values"])))
        rendered["Condition"] = conditions
    return rendered


def _order(statement: Mapping[str, Any]) -> tuple[str, str]:
    return (statement["Effect"], _json(statement))


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=False)
