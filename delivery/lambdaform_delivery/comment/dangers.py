"""Changes that somebody should look at before anything else. One rule per function; each sees all changes.

A rule says nothing about a value that is not known before `pulumi up`; `not_judged` tells where that is so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .changes import Change, Operation
from .details import ALIAS, FUNCTION, described
from .digest import SECRET, UNKNOWN, State
from .markdown import code, listed
from .policies import STAR_ONLY_ACTIONS, Grant, condition_keys, covers, documents
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
    """Return how many resources have a policy that is secret or only known after `pulumi up`."""
    return sum(1 for change in changes if any(_text(change.new, name) in _UNREADABLE for name in _POLICIES))


_UNREADABLE = (SECRET, UNKNOWN)
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
    ALIAS: "whoever calls it fails until there is another",
    FUNCTION: "whoever calls it by its old name fails, and no earlier version is left to roll back to",
    "aws:apigatewayv2/api:Api": "its address changes or ends",
    "aws:iam/role:Role": "what others granted to it is lost",
    "aws:lambda/eventSourceMapping:EventSourceMapping": "nothing reads its source until there is another",
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
            yield Danger("taken away", change, f"{_done(change)}: {_CALLERS_OF[change.type]}{_refusal(change)}")


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
        added = _all_grants(change.new) - _all_grants(change.old)
        for statement in described(grant for grant in added if _is_wild(grant)):
            yield Danger("wildcard", change, f"allows {statement}")
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
        if any(_text(policy.new, "policy") in _UNREADABLE for policy in policies):
            continue
        kept = [grant for policy in policies for grant in _all_grants(policy.new)]
        for policy in policies:
            for statement in described(_uncovered(_all_grants(policy.old), kept)):
                yield Danger("right removed", policy, f"loses {statement}; {_until(role, changes)}")


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
_KEEPING_NOBODY_OUT = frozenset({"aws:securetransport"})


def _done(change: Change) -> str:
    if change.operation is Operation.DELETE:
        return "deleted"
    reasons = sorted({str(parts(each.path)[0]) for each in change.differences if each.replaces})
    return f"replaced because of {listed(reasons)}" if reasons else "replaced"


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
    if type_ == "aws:lambda/permission:Permission" and _is_for_anybody(state):
        yield f"anybody may {code(_text(state, 'action'))}"
    if type_ == _PUBLIC_ACCESS_BLOCK:
        for name in _PUBLIC_ACCESS_BLOCKS:
            if not _flag(state, name):
                yield f"{code(name)} is off"
    public = (grant for grant in _all_grants(state) if grant.effect == "Allow" and grant.principal == "*")
    for action in sorted({grant.action for grant in public if condition_keys(grant) <= _KEEPING_NOBODY_OUT}):
        yield f"anybody may {code(action)}"


def _is_for_anybody(permission: State) -> bool:
    return _text(permission, "principal") == "*" and not any(permission.inputs.get(name) for name in _NARROWED_BY)


def _is_wild(grant: Grant) -> bool:
    if grant.effect != "Allow":
        return False
    everything = grant.resource == "*" and not grant.principal and grant.action not in STAR_ONLY_ACTIONS
    return everything or "*" in grant.action or "?" in grant.action


def _is_released(alias: State) -> bool:
    return "functionVersion" in alias.ignored


def _role_policies(changes: Sequence[Change]) -> Mapping[str, Sequence[Change]]:
    """Return the inline policies by the name of their role, without those that go away with what needs them."""
    deleted = {change.urn for change in changes if change.operation is Operation.DELETE}
    policies: dict[str, list[Change]] = {}
    for change in changes:
        goes_along = change.urn in deleted and change.old and change.old.parent in deleted
        if change.type == "aws:iam/rolePolicy:RolePolicy" and not goes_along:
            policies.setdefault(_text(change.old or change.new, "role"), []).append(change)
    return policies


def _uncovered(grants: Iterable[Grant], kept: Sequence[Grant]) -> Iterable[Grant]:
    return (each for each in grants if each.effect == "Allow" and not any(covers(wide, each) for wide in kept))


def _until(role: str, changes: Sequence[Change]) -> str:
    """Say what the loss means to the version that runs under the role; the alias tells who moves it."""
    functions = [_text(each.old, "name") for each in changes if _runs_under(each, role)]
    aliases = [each for each in changes if each.type == ALIAS and _text(each.old, "functionName") in functions]
    if any(alias.new and _is_released(alias.new) for alias in aliases):
        return "the live version runs on without it until a release moves the alias"
    return "what runs now loses it before anything new takes over"


def _runs_under(change: Change, role: str) -> bool:
    return change.type == FUNCTION and _text(change.old, "role").endswith(f"/{role}")


def _all_grants(state: State | None) -> frozenset[Grant]:
    return frozenset[Grant]().union(*documents(state.inputs).values()) if state else frozenset()


def _text(state: State | None, name: str) -> str:
    value = state.inputs.get(name) if state else None
    return value if isinstance(value, str) else ""


def _flag(state: State, name: str) -> bool:
    return state.inputs.get(name) is True
