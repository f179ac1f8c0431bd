"""Changes that somebody should look at before anything else. One rule per function; each sees all changes.

A rule says nothing about a value that is not known before `pulumi up`; `not_judged` tells where that is so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .changes import Change, Operation
from .details import ALIAS, FUNCTION
from .digest import UNKNOWN, State
from .markdown import code
from .policies import STAR_ONLY_ACTIONS, Grant, covers, documents
from .property_path import parts

__all__ = ["Danger", "dangers_in", "not_judged"]


@dataclass(frozen=True)
class Danger:
    """One reason to look twice."""

    title: str
    change: Change
    meaning: str
    """What happens, in Markdown."""


def dangers_in(changes: Sequence[Change]) -> tuple[Danger, ...]:
    """Return what is dangerous, the worst first."""
    return tuple(danger for rule in RULES for danger in rule(changes))


def not_judged(changes: Iterable[Change]) -> int:
    """Return how many resources have a policy that is only known after `pulumi up`."""
    return sum(
        1 for change in changes if change.new and any(change.new.inputs.get(name) == UNKNOWN for name in _POLICIES)
    )


_POLICIES = ("assumeRolePolicy", "policy", "resourcePolicy")

_LOST_WITH = {
    "aws:cloudwatch/logGroup:LogGroup": "its logs",
    "aws:cognito/userPool:UserPool": "its users",
    "aws:dynamodb/globalTable:GlobalTable": "its items",
    "aws:dynamodb/table:Table": "its items",
    "aws:ecr/repository:Repository": "its images",
    "aws:efs/fileSystem:FileSystem": "its files",
    "aws:elasticache/cluster:Cluster": "its entries",
    "aws:kinesis/stream:Stream": "its records",
    "aws:kms/key:Key": "everything it encrypted",
    "aws:rds/cluster:Cluster": "its databases",
    "aws:rds/instance:Instance": "its databases",
    "aws:s3/bucket:Bucket": "its objects",
    "aws:s3/bucketV2:BucketV2": "its objects",
    "aws:secretsmanager/secret:Secret": "its value",
    "aws:sns/topic:Topic": "its subscriptions",
    "aws:sqs/queue:Queue": "its messages",
    "aws:ssm/parameter:Parameter": "its value",
}
"""Types that hold something no `pulumi up` can make again."""

_CALLERS_OF = {
    ALIAS: "whoever calls the alias fails until there is one again",
    FUNCTION: "whoever calls it by its old name fails, and no earlier version is left to roll back to",
    "aws:apigatewayv2/api:Api": "its address changes or ends",
    "aws:iam/role:Role": "what others granted to the old role is lost",
    "aws:lambda/eventSourceMapping:EventSourceMapping": "nobody reads its source meanwhile; a stream is begun anew",
    "aws:lambda/functionUrl:FunctionUrl": "its address changes or ends",
}
"""Types that others outside of the stack rely on."""


def data_lost(changes: Sequence[Change]) -> Iterable[Danger]:
    """Yield what is deleted or replaced together with what it holds."""
    for change in changes:
        if change.is_lost and change.type in _LOST_WITH:
            yield Danger("data is lost", change, f"{_done(change)}, with {_LOST_WITH[change.type]}{_refusal(change)}")


def callers_cut_off(changes: Sequence[Change]) -> Iterable[Danger]:
    """Yield functions, aliases, sources and addresses that are deleted or replaced."""
    for change in changes:
        if change.is_lost and change.type in _CALLERS_OF:
            title = "replaced" if change.operation is Operation.REPLACE else "deleted"
            yield Danger(title, change, f"{_done(change)}: {_CALLERS_OF[change.type]}{_refusal(change)}")


def protection_removed(changes: Sequence[Change]) -> Iterable[Danger]:
    """Yield what could not be deleted until now and can be afterwards."""
    for change in changes:
        if not (change.stays and change.old and change.new):
            continue
        if change.old.protected and not change.new.protected:
            yield Danger("protection removed", change, "the stack may delete it from now on")
        if _flag(change.old, "deletionProtectionEnabled") and not _flag(change.new, "deletionProtectionEnabled"):
            yield Danger("protection removed", change, "AWS lets it be deleted from now on")


def public_access(changes: Sequence[Change]) -> Iterable[Danger]:
    """Yield what anybody may use afterwards and could not before."""
    for change in changes:
        before = set(_openings(change.type, change.old))
        yield from (
            Danger("public access", change, opening)
            for opening in _openings(change.type, change.new)
            if opening not in before
        )
        if change.type == _PUBLIC_ACCESS_BLOCK and change.operation is Operation.DELETE:
            yield Danger("public access", change, "nothing keeps the bucket from being made public")


def wildcards(changes: Sequence[Change]) -> Iterable[Danger]:
    """Yield rights that are wider than anybody can list."""
    for change in changes:
        for grant in sorted(_all_grants(change.new) - _all_grants(change.old)):
            if _is_wild(grant):
                on = f" on {code(grant.resource)}" if grant.resource else ""
                yield Danger("wildcard", change, f"allows {code(grant.action)}{on}")
        attached = _text(change.new, "policyArn")
        if ":iam::aws:policy/" in attached and attached != _text(change.old, "policyArn"):
            yield Danger("wildcard", change, f"attaches {code(attached)}, which AWS writes and changes")


def alias_owner_flipped(changes: Sequence[Change]) -> Iterable[Danger]:
    """Yield aliases that somebody else moves from now on. The stack that does not own one ignores its version."""
    for change in changes:
        if change.type != ALIAS or not (change.stays and change.old and change.new):
            continue
        if _is_released(change.old) and not _is_released(change.new):
            meaning = "from `release` to `stack`: this `pulumi up` moves it at once to the version it publishes"
            yield Danger("alias owner", change, meaning)
        elif _is_released(change.new) and not _is_released(change.old):
            yield Danger("alias owner", change, "from `stack` to `release`: `pulumi up` does not move it any more")


def rights_removed(changes: Sequence[Change]) -> Iterable[Danger]:
    """Yield what the version that is live loses: the rights of its role change before or without it."""
    for role, policies in _role_policies(changes).items():
        function = next((each for each in changes if _runs_under(each, role)), None)
        if function is None or any(_is_unknown(policy) for policy in policies):
            continue
        kept = [grant for policy in policies for grant in _all_grants(policy.new)]
        for policy in policies:
            for grant in sorted(_all_grants(policy.old)):
                if grant.effect == "Allow" and not any(covers(wide, grant) for wide in kept):
                    lost = f"{code(function.urn.name)} loses {code(grant.action)} on {code(grant.resource)}"
                    yield Danger("right removed", policy, f"{lost}; {_until(function, changes)}")


RULES: tuple[Callable[[Sequence[Change]], Iterable[Danger]], ...] = (
    data_lost,
    callers_cut_off,
    protection_removed,
    public_access,
    wildcards,
    alias_owner_flipped,
    rights_removed,
)

_PUBLIC_ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
_PUBLIC_ACCESS_BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_NARROWED_BY = ("principalOrgId", "sourceAccount", "sourceArn")


def _done(change: Change) -> str:
    if change.operation is Operation.DELETE:
        return "deleted"
    reasons = sorted({str(parts(each.path)[0]) for each in change.differences if each.replaces})
    return f"replaced because of {', '.join(code(reason) for reason in reasons)}" if reasons else "replaced"


def _refusal(change: Change) -> str:
    return " (protected: `pulumi up` refuses)" if change.old and change.old.protected else ""


def _openings(type_: str, state: State | None) -> Iterable[str]:
    """Yield, in Markdown, each way in which the resource is open to anybody."""
    if state is None:
        return
    if type_ == "aws:lambda/functionUrl:FunctionUrl" and _text(state, "authorizationType") == "NONE":
        yield "anybody on the internet may call the function's URL"
    if type_ == "aws:apigatewayv2/route:Route" and state.inputs.get("authorizationType", "NONE") == "NONE":
        yield f"anybody on the internet may call {code(_text(state, 'routeKey'))}"
    if type_ == "aws:lambda/permission:Permission" and _text(state, "principal") == "*":
        if not any(state.inputs.get(name) for name in _NARROWED_BY):
            yield f"anybody may {code(_text(state, 'action'))}"
    if type_ == _PUBLIC_ACCESS_BLOCK:
        for name in _PUBLIC_ACCESS_BLOCKS:
            if not _flag(state, name):
                yield f"{code(name)} is off"
    for grant in sorted(_all_grants(state)):
        if grant.effect == "Allow" and grant.principal == "*" and not _narrows(grant.condition):
            yield f"anybody may {code(grant.action)}"


def _narrows(condition: str) -> bool:
    """Return whether the condition keeps most callers out; that a call must be encrypted does not."""
    return condition.replace("aws:SecureTransport", "").count("aws:") > 0 
'''
