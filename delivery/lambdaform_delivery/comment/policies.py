"""Policy documents as sets of single grants, so that two of them can be compared."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, cast

__all__ = ["STAR_ONLY_ACTIONS", "Grant", "condition_keys", "covers", "documents", "grants_of"]

STAR_ONLY_ACTIONS = frozenset({
    "cloudwatch:GetMetricData",
    "cloudwatch:PutMetricData",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "kafka:GetBootstrapBrokers",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
})  # fmt: skip
"""Actions whose only resource is `*`: the same as in the component library, which is not imported from here."""


@dataclass(frozen=True, order=True)
class Grant:
    """One action on one resource by one principal. Of a policy of a role, the principal is the role itself: empty."""

    effect: str
    """`Allow` or `Deny`."""
    action: str
    resource: str
    """ARN or pattern; empty in a trust policy."""
    principal: str = ""
    """ARN, account or service; `*` for anybody."""
    condition: str = ""
    """The conditions as JSON; empty if there are none."""


def documents(inputs: Mapping[str, Any]) -> Mapping[str, frozenset[Grant]]:
    """Return the policies among the inputs of a resource, by the name of the property."""
    found = {name: grants_of(value) for name, value in inputs.items()}
    return {name: grants for name, grants in found.items() if grants is not None}


def grants_of(document: object) -> frozenset[Grant] | None:
    """Return what the JSON text `document` grants, or None if it is no policy document or not known yet.

    `NotAction`, `NotResource` and `NotPrincipal` are read as `*`, the most that they may be.
    """
    parsed = _parsed(document)
    if not isinstance(parsed, dict) or "Statement" not in parsed:
        return None
    statements = cast(Mapping[str, Any], parsed)["Statement"]
    listed = cast(list[Any], statements if isinstance(statements, list) else [statements])
    return frozenset(
        grant
        for statement in listed
        if isinstance(statement, dict)
        for grant in _grants(cast(Mapping[str, Any], statement))
    )


def covers(wide: Grant, narrow: Grant) -> bool:
    """Return whether `wide` gives at least what `narrow` does."""
    return (
        (wide.effect, wide.principal) == (narrow.effect, narrow.principal)
        and wide.condition in ("", narrow.condition)
        and _matches(narrow.action.lower(), wide.action.lower())
        and _matches(narrow.resource, wide.resource)
    )


def condition_keys(grant: Grant) -> frozenset[str]:
    """Return the keys that the conditions look at, in lower case: `aws:sourcearn`."""
    operators: Mapping[str, Any] = json.loads(grant.condition or "{}")
    keys = (key for each in operators.values() if isinstance(each, dict) for key in cast(Mapping[str, Any], each))
    return frozenset(key.lower() for key in keys)


def _parsed(document: object) -> object:
    if not isinstance(document, str):
        return None
    try:
        return json.loads(document)
    except (ValueError, RecursionError):
        return None


def _grants(statement: Mapping[str, Any]) -> Iterable[Grant]:
    conditions = statement.get("Condition")
    condition = json.dumps(conditions, sort_keys=True) if conditions and isinstance(conditions, dict) else ""
    effect = str(statement.get("Effect", ""))
    for action in _texts(statement, "Action"):
        for resource in _texts(statement, "Resource"):
            for principal in _principals(statement):
                yield Grant(effect, action, resource, principal, condition)


def _texts(statement: Mapping[str, Any], key: str) -> list[str]:
    if f"Not{key}" in statement:
        return ["*"]
    value = statement.get(key, "")
    return [str(each) for each in cast(list[Any], value)] if isinstance(value, list) else [str(value)]


def _principals(statement: Mapping[str, Any]) -> list[str]:
    principal = statement.get("Principal", "")
    if "NotPrincipal" in statement:
        return ["*"]
    if not isinstance(principal, dict):
        return [str(principal)]
    kinds = cast(Mapping[str, Any], principal)
    return [text for kind in kinds for text in _texts(kinds, kind)]


def _matches(text: str, pattern: str) -> bool:
    return text == pattern or fnmatchcase(text, pattern.replace("[", "[[]"))
