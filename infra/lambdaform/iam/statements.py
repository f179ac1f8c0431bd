"""Policy statements: the only way this library says what somebody may do.

A statement names its actions one by one and its resources by ARN. A wildcard action is refused; the resource `*` is
accepted only for actions that AWS does not let anybody narrow (`STAR_ONLY_ACTIONS`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from ..errors import Problem

__all__ = ["STAR_ONLY_ACTIONS", "Condition", "Statement", "statement_problems"]


class Condition(TypedDict):
    """One condition of a statement; all conditions of a statement must hold."""

    test: str
    """Operator: `StringEquals`, `ArnLike`, `Bool`, ..."""
    variable: str
    """Context key: `aws:SourceAccount`, `kms:ViaService`, ..."""
    values: Sequence[pulumi.Input[str]]
    """Accepted values; one of them must match."""


class Statement(TypedDict):
    """What is allowed (or denied), on what, under which conditions."""

    actions: Sequence[str]
    """IAM actions in full, such as `dynamodb:GetItem`. No wildcards."""
    resources: Sequence[pulumi.Input[str]]
    """ARNs. A wildcard may stand for the end of an ARN, never for all of it unless the actions accept nothing else."""
    conditions: NotRequired[Sequence[Condition]]
    """Conditions; default none."""
    effect: NotRequired[str]
    """`Allow` (default) or `Deny`."""


STAR_ONLY_ACTIONS = frozenset({
    "cloudwatch:GetMetricData",
    "cloudwatch:PutMetricData",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "kafka:GetBootstrapBrokers",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
})  # fmt: skip
"""Actions whose only resource is `*` (Service Authorization Reference; tests/infra/iam compares with its data)."""

_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]+")
_ARN = re.compile(r"arn:aws[a-z-]*:(?P<service>[a-z0-9-]+):[^*:]*:[^*:]*:(?P<resource>[^*].*)", re.DOTALL)
_WHOLE_TYPE = re.compile(r"(?!network-interface/)[a-z-]+[:/]\*+")
"""`function:*`, `table/*`: everything of a kind. Network interfaces are spared: Lambda chooses their ids."""
_WITHOUT_TYPES = ("execute-api", "s3")
"""Services whose resources start with a name, so that `photos/*` is everything in one bucket."""


def statement_problems(statements: Sequence[Mapping[str, Any]], field: str = "permissions") -> list[Problem]:
    """Return what is too wide or malformed in `statements`; Outputs are looked at when the document is made."""
    return [
        problem for index, statement in enumerate(statements) for problem in _problems(statement, f"{field}[{index}]")
    ]


def _problems(statement: Mapping[str, Any], path: str) -> Iterable[Problem]:
    effect = statement.get("effect", "Allow")
    if effect not in ("Allow", "Deny"):
        yield Problem(f"{path}.effect", effect, "must be Allow or Deny", "leave it out to allow")
    for field in ("actions", "resources"):
        if not statement[field]:
            yield Problem(f"{path}.{field}", statement[field], "must not be empty", f"name the {field}")
    yield from _condition_problems(statement.get("conditions", ()), path)
    if effect == "Deny":  # a Deny may be as wide as it likes
        return
    yield from _action_problems(statement["actions"], path)
    yield from _resource_problems(statement, path)


def _condition_problems(conditions: Sequence[Condition], path: str) -> Iterable[Problem]:
    seen: set[tuple[str, str]] = set()
    for index, condition in enumerate(conditions):
        meant = (condition["test"], condition["variable"])
        if meant in seen:
            rule = "must not repeat test and variable of another condition, IAM keeps one of them"
            yield Problem(f"{path}.conditions[{index}]", " ".join(meant), rule, "put all values into one condition")
        seen.add(meant)


def _action_problems(actions: Sequence[str], path: str) -> Iterable[Problem]:
    for index, action in enumerate(actions):
        if "*" in action or "?" in action:
            yield Problem(
                f"{path}.actions[{index}]", action, "must not contain a wildcard", "name each action the code calls"
            )
        elif not _ACTION.fullmatch(action):
            yield Problem(
                f"{path}.actions[{index}]", action, "must be service:Action", "write it like dynamodb:GetItem"
            )


def _resource_problems(statement: Mapping[str, Any], path: str) -> Iterable[Problem]:
    star_is_all_there_is = set(statement["actions"]) <= STAR_ONLY_ACTIONS
    for index, resource in enumerate(statement["resources"]):
        if not isinstance(resource, str) or (resource == "*" and star_is_all_there_is) or _names_something(resource):
            continue
        rule = "must be an ARN that names one thing: service, region, account and name written out"
        yield Problem(f"{path}.resources[{index}]", resource, rule, "pass the ARN of the one thing that is used")


def _names_something(resource: str) -> bool:
    match = _ARN.fullmatch(resource)
    if match is None:
        return False
    return match["service"] in _WITHOUT_TYPES or not _WHOLE_TYPE.fullmatch(match["resource"])
