"""What a role may do and who may take it, read from the emulated IAM."""

# moto carries no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import json
from collections.abc import Mapping
from typing import Any, cast

from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends

from .needs import ABSENT_KEYS, surroundings
from .policy import Decision, Document, Policies, Principal, Request, Values, evaluate

__all__ = ["may", "policies_of", "session_principal", "trust_policy", "trusts", "trusts_service"]


def policies_of(role_arn: str, session_policy: str | None = None) -> Policies:
    """Return the documents that decide for a role. A role that is gone may do nothing."""
    role = _role(role_arn)
    if role is None:
        return Policies()
    documents = [*role.policies.values(), *map(_default_version, role.managed_policies.values())]
    return Policies(
        identity=[_parsed(document) for document in documents],
        boundary=_boundary(role),
        session=_parsed(session_policy) if session_policy else None,
    )


def may(role_arn: str, action: str, resource: str, region: str) -> Decision:
    """Decide whether the role may do this when Lambda itself acts under it: polls a queue, sends a dead letter."""
    principal = session_principal(role_arn, "lambda")
    context = surroundings(role_arn, principal.account, region)
    return evaluate(Request(principal, action, resource, context, ABSENT_KEYS), policies_of(role_arn))


def trusts_service(role_arn: str, service: str) -> Decision:
    """Decide whether a service of this account may take the role, by its trust policy alone."""
    account = role_arn.split(":")[4] if role_arn.startswith("arn:") else ""
    return trusts(role_arn, Principal("Service", service), {"aws:SourceAccount": account})


def trusts(role_arn: str, principal: Principal, context: Mapping[str, Values]) -> Decision:
    """Decide whether a principal may take the role, by its trust policy alone."""
    document = trust_policy(role_arn)
    if document is None:
        return Decision(allowed=False, reason=f"because there is no role {role_arn}")
    request = Request(principal, "sts:AssumeRole", role_arn, context, ABSENT_KEYS - context.keys())
    return evaluate(request, Policies(resource=document))


def trust_policy(role_arn: str) -> Document | None:
    """Return who may take the role, or None if there is no such role."""
    role = _role(role_arn)
    return _parsed(role.assume_role_policy_document) if role else None


def session_principal(role_arn: str, session_name: str) -> Principal:
    """Return the session of a role as policies and error messages name it."""
    account, role_name = role_arn.split(":")[4], role_arn.rsplit("/", 1)[-1]
    name = f"arn:aws:sts::{account}:assumed-role/{role_name}/{session_name}"
    return Principal("AWS", name, aliases=(role_arn,), account=account)


def _role(role_arn: str) -> Any:  # noqa: ANN401  # moto's Role, or None
    parts = role_arn.split(":")
    if parts[:3] != ["arn", "aws", "iam"]:
        return None
    try:
        return iam_backends[parts[4]]["aws"].get_role_by_arn(role_arn)
    except NotFoundException:
        return None


def _boundary(role: Any) -> Document | None:  # noqa: ANN401  # moto's Role
    """Return the boundary's document; a boundary that is gone allows nothing, as on AWS."""
    arn = role.permissions_boundary_arn
    if not arn:
        return None
    policy = iam_backends[role.account_id]["aws"].managed_policies.get(arn)
    return _parsed(_default_version(policy)) if policy else {"Statement": []}


def _default_version(policy: Any) -> str:  # noqa: ANN401  # moto's ManagedPolicy
    return next(each.document for each in policy.versions if each.version_id == policy.default_version_id)


def _parsed(document: str | Document) -> Document:
    return cast("Document", json.loads(document)) if isinstance(document, str) else document
