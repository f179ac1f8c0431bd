"""IAM policy evaluation, pure: a request and the documents that bear on it in, a decision with its reason out.

An explicit deny wins over everything. What this module cannot judge (an unknown condition operator or key, a policy
variable) counts against the request: it does not satisfy an Allow, and it does satisfy a Deny.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

__all__ = ["Decision", "Document", "Policies", "Principal", "Request", "Values", "evaluate"]

Document = Mapping[str, Any]
"""A parsed policy."""
Values = str | Sequence[str]


@dataclass(frozen=True)
class Principal:
    """Who asks: a role's session, or a service."""

    kind: str
    """`AWS` or `Service`."""
    name: str
    """ARN of the session as error messages show it, or `lambda.amazonaws.com`."""
    aliases: tuple[str, ...] = ()
    """Other names under which a policy may mean exactly this principal: the ARN of its role."""
    account: str = ""
    """Account id. A policy that names the account allows nothing by itself, but it denies everybody in it."""


@dataclass(frozen=True)
class Request:
    """One action on one resource, with what is known about the circumstances."""

    principal: Principal
    action: str
    """`service:Action`."""
    resource: str
    """ARN, or `*` where the action has no resource."""
    context: Mapping[str, Values] = field(default_factory=dict[str, Values])
    """Condition keys with their values. A key that AWS knows to be absent here is in `absent`, not left out."""
    absent: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Policies:
    """The documents that bear on a request."""

    identity: Sequence[Document] = ()
    """Inline and managed policies of the role."""
    boundary: Document | None = None
    session: Document | None = None
    resource: Document | None = None
    """Policy of the function, queue or bucket."""


@dataclass(frozen=True)
class Decision:
    """Whether a request is allowed, and why not."""

    allowed: bool
    reason: str = ""
    """Ends AWS's sentence `User ... is not authorized to perform ... on resource ...`."""


ALLOWED = Decision(allowed=True)


def evaluate(request: Request, policies: Policies) -> Decision:
    """Decide as IAM does within one account.

    Identity and resource policies add up; a boundary and a session policy limit both. A service has no identity
    policies: only the resource policy can let it in.
    """
    for kind, documents in _all_documents(policies):
        denials = [statement for statement in _statements(documents) if _applies(statement, "Deny", request)]
        if denials:
            return _denied(f"with an explicit deny in {kind}", denials, request)
    granted_by_resource = _allows(policies.resource, request)
    if request.principal.kind == "Service":
        return ALLOWED if granted_by_resource else _not_allowed("resource-based policy", request, [policies.resource])
    for kind, limit in (("permissions boundary", policies.boundary), ("session policy", policies.session)):
        if limit is not None and not _allows(limit, request):
            return _not_allowed(kind, request, [limit])
    if granted_by_resource or any(_allows(document, request) for document in policies.identity):
        return ALLOWED
    return _not_allowed("identity-based policy", request, policies.identity)


def _all_documents(policies: Policies) -> Iterable[tuple[str, Sequence[Document]]]:
    yield "an identity-based policy", policies.identity
    yield "a permissions boundary", [policies.boundary] if policies.boundary else []
    yield "a session policy", [policies.session] if policies.session else []
    yield "a resource-based policy", [policies.resource] if policies.resource else []


def _not_allowed(kind: str, request: Request, documents: Iterable[Document | None]) -> Decision:
    statements = _statements(document for document in documents if document)
    relevant = [each for each in statements if each.get("Effect") == "Allow" and _covers(each, request)]
    return _denied(f"because no {kind} allows the {request.action} action", relevant, request)


def _denied(reason: str, statements: Iterable[Mapping[str, Any]], request: Request) -> Decision:
    """Return the denial with what could not be judged, which is perhaps all that is wrong."""
    doubts = {doubt for statement in statements for doubt in _doubts(statement, request)}
    return Decision(allowed=False, reason="; the sandbox cannot judge ".join([reason, *sorted(doubts)]))


def _allows(document: Document | None, request: Request) -> bool:
    return any(_applies(statement, "Allow", request) for statement in _statements([document] if document else []))


def _statements(documents: Iterable[Document]) -> Iterable[Mapping[str, Any]]:
    for document in documents:
        yield from _listed(document.get("Statement", []))


def _applies(statement: Mapping[str, Any], effect: str, request: Request) -> bool:
    """Tell whether a statement has this effect on the request. A doubt serves a Deny and never an Allow."""
    if statement.get("Effect") != effect or not _covers(statement, request):
        return False
    if _doubts(statement, request):
        return effect == "Deny"
    return all(_holds(condition, request) for condition in _conditions(statement))


def _covers(statement: Mapping[str, Any], request: Request) -> bool:
    return (
        _matches_any(statement, "Action", request.action.lower(), str.lower)
        and _matches_any(statement, "Resource", request.resource)
        and _covers_principal(statement, request.principal)
    )


def _matches_any(statement: Mapping[str, Any], element: str, value: str, prepare: Callable[[str], str] = str) -> bool:
    """Compare with `Action` or `NotAction`, `Resource` or `NotResource`; a trust policy has no resource at all."""
    if f"Not{element}" in statement:
        patterns = [each for each in _listed(statement[f"Not{element}"]) if "${" not in each]
        return not any(_matches(prepare(pattern), value) for pattern in patterns)
    if element not in statement:
        return element == "Resource" and "Principal" in statement
    return any("${" in pattern or _matches(prepare(pattern), value) for pattern in _listed(statement[element]))


def _covers_principal(statement: Mapping[str, Any], principal: Principal) -> bool:
    """Compare with `Principal`; policies of an identity have none. `NotPrincipal` covers whom it does not name."""
    if "NotPrincipal" in statement:
        return not _names(statement["NotPrincipal"], principal, deny=True)
    if "Principal" not in statement:
        return True
    return _names(statement["Principal"], principal, deny=statement.get("Effect") == "Deny")


def _names(principals: object, principal: Principal, *, deny: bool) -> bool:
    if principals == "*":
        return True
    named = _listed(cast("Mapping[str, Any]", principals).get(principal.kind, []))
    ours = {principal.name, *principal.aliases, "*"}
    if deny:
        ours |= {principal.account, f"arn:aws:iam::{principal.account}:root"}
    return not ours.isdisjoint(named)


# Conditions


@dataclass(frozen=True)
class _Condition:
    """One key of a condition block: `ForAllValues:StringLikeIfExists`, key, values of the policy."""

    quantifier: str
    operator: str
    if_exists: bool
    key: str
    expected: Sequence[str]


def _conditions(statement: Mapping[str, Any]) -> Iterable[_Condition]:
    for operator, keys in cast("Mapping[str, Mapping[str, Any]]", statement.get("Condition", {})).items():
        quantifier, _, rest = operator.rpartition(":")
        plain = rest.removesuffix("IfExists")
        for key, expected in keys.items():
            values = [str(value).lower() if isinstance(value, bool) else str(value) for value in _listed(expected)]
            yield _Condition(quantifier, plain, plain != rest, key.lower(), values)


def _doubts(statement: Mapping[str, Any], request: Request) -> list[str]:
    """Return what of a statement cannot be judged here, in words."""
    known = {key.lower() for key in (*request.context, *request.absent)}
    doubts: list[str] = []
    resources = (*_listed(statement.get("Resource", [])), *_listed(statement.get("NotResource", [])))
    if any("${" in pattern for pattern in resources):
        doubts.append("policy variables")
    for condition in _conditions(statement):
        if condition.operator not in _OPERATORS or condition.quantifier not in ("", "ForAllValues", "ForAnyValue"):
            doubts.append(f"the condition operator `{condition.operator}`")
        elif condition.key not in known:
            doubts.append(f"the condition key `{condition.key}`")
        elif any("${" in value for value in condition.expected):
            doubts.append("policy variables")
    return doubts


def _holds(condition: _Condition, request: Request) -> bool:
    present = {key.lower(): value for key, value in request.context.items()}
    actual = _listed(present[condition.key]) if condition.key in present else None
    if condition.operator == "Null":
        return condition.expected == [str(actual is None).lower()]
    compare, negated = _OPERATORS[condition.operator]
    if actual is None:
        quiet = negated and condition.quantifier != "ForAnyValue"
        return condition.if_exists or quiet or condition.quantifier == "ForAllValues"

    def meets(value: str) -> bool:
        return any(compare(expected, value) for expected in condition.expected) != negated

    return any(map(meets, actual)) if condition.quantifier == "ForAnyValue" else all(map(meets, actual))


@lru_cache(maxsize=1024)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def _matches(pattern: str, value: str) -> bool:
    """Compare a whole text with a pattern in which `*` is any text and `?` one character."""
    return _pattern(pattern).fullmatch(value) is not None


def _arn_matches(pattern: str, value: str) -> bool:
    """Compare two ARNs part by part: no wildcard reaches over one of the first five colons."""
    patterns, parts = pattern.split(":", 5), value.split(":", 5)
    return len(patterns) == len(parts) and all(map(_matches, patterns, parts))


def _equals(expected: str, value: str) -> bool:
    return expected == value


def _equals_ignoring_case(expected: str, value: str) -> bool:
    return expected.lower() == value.lower()


_OPERATORS: Mapping[str, tuple[Callable[[str, str], bool], bool]] = {
    "StringEquals": (_equals, False),
    "StringNotEquals": (_equals, True),
    "StringEqualsIgnoreCase": (_equals_ignoring_case, False),
    "StringNotEqualsIgnoreCase": (_equals_ignoring_case, True),
    "StringLike": (_matches, False),
    "StringNotLike": (_matches, True),
    "ArnEquals": (_arn_matches, False),
    "ArnNotEquals": (_arn_matches, True),
    "ArnLike": (_arn_matches, False),
    "ArnNotLike": (_arn_matches, True),
    "Bool": (_equals_ignoring_case, False),
    "Null": (_equals, False),
}
"""Each operator's comparison, and whether it is the negative of it."""


def _listed(value: Any) -> Sequence[Any]:  # noqa: ANN401  # a value or a list of values
    return cast("Sequence[Any]", value) if isinstance(value, list | tuple) else [value]
