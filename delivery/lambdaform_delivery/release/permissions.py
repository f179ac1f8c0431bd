"""The permissions that each command needs, and no more: data first, policy documents made of it.

A call of Lambda is judged on the ARN exactly as it is called, with the qualifier if there is one. Aliases are judged on
the function: who may move one alias of a function may move all of them, and only the commands tell them apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .branch_name import PREFIX
from .target import ReleaseTarget

__all__ = ["Command", "Grant", "On", "grants", "policy"]


class Command(StrEnum):
    """What a policy is for. `sts:GetCallerIdentity`, which all of them call, needs no permission."""

    RELEASE = "release"
    ROLLBACK = "rollback"
    STATUS = "status"
    PRUNE = "prune"
    BRANCH = "branch"


class On(StrEnum):
    """What actions are granted on."""

    FUNCTION = "function"
    """The function without a qualifier. Aliases are judged on it, too."""
    VERSIONS = "versions"
    """The function with any qualifier."""
    BRANCHES = "branches"
    """Branch aliases as qualifiers."""
    EVERYTHING = "everything"
    """Actions without resources; limited to the region."""


@dataclass(frozen=True)
class Grant:
    """Actions on one kind of resource."""

    on: On
    actions: tuple[str, ...]
    only_for: str = ""
    """What it is needed for, if the command can do other things without it."""
    is_denied: bool = False
    """Whether the actions are refused, whatever else allows them."""


_MOVING = Grant(On.FUNCTION, ("lambda:GetAlias", "lambda:UpdateAlias"))
_PUBLISHING = Grant(
    On.FUNCTION,
    ("lambda:GetFunctionConfiguration", "lambda:PublishVersion", "lambda:UpdateFunctionCode"),
    only_for="`--zip`, and `--artifact` with `s3:GetObject` on the object",
)
"""Left out of the policies for functions whose code belongs to the stack."""

_GRANTS = {
    Command.RELEASE: (
        _MOVING,
        Grant(
            On.VERSIONS,
            ("lambda:GetFunctionConfiguration", "lambda:GetProvisionedConcurrencyConfig", "lambda:InvokeFunction"),
        ),
        # AWS tells about composite alarms only who may describe all alarms.
        Grant(On.EVERYTHING, ("cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData")),
        _PUBLISHING,
    ),
    Command.ROLLBACK: (
        _MOVING,
        Grant(On.VERSIONS, ("lambda:GetFunctionConfiguration", "lambda:InvokeFunction")),
    ),
    Command.STATUS: (Grant(On.FUNCTION, ("lambda:GetAlias", "lambda:ListVersionsByFunction")),),
    Command.PRUNE: (
        Grant(
            On.FUNCTION,
            ("lambda:ListAliases", "lambda:ListProvisionedConcurrencyConfigs", "lambda:ListVersionsByFunction"),
        ),
        Grant(On.VERSIONS, ("lambda:DeleteFunction",), only_for="`--yes`"),
        Grant(On.FUNCTION, ("lambda:DeleteFunction",), is_denied=True),
        Grant(On.FUNCTION, ("lambda:ListDurableExecutionsByFunction",), only_for="durable functions"),
        Grant(On.EVERYTHING, ("lambda:GetAccountSettings",), only_for="the account's code storage in the report"),
    ),
    Command.BRANCH: (
        Grant(
            On.FUNCTION,
            (
                "lambda:CreateAlias",
                "lambda:DeleteAlias",
                "lambda:GetAlias",
                "lambda:ListAliases",
                "lambda:ListFunctionUrlConfigs",
                "lambda:UpdateAlias",
            ),
        ),
        Grant(On.VERSIONS, ("lambda:GetFunctionConfiguration",)),
        Grant(On.BRANCHES, ("lambda:DeleteFunctionUrlConfig", "lambda:RemovePermission")),
        Grant(
            On.BRANCHES,
            ("lambda:CreateFunctionUrlConfig", "lambda:GetFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig"),
            only_for="`--url`",
        ),
        Grant(On.BRANCHES, ("lambda:AddPermission",), only_for="`--url --public`"),
        _PUBLISHING,
    ),
}


def grants(command: Command) -> tuple[Grant, ...]:
    """Return everything that a command may need."""
    return _GRANTS[command]


def policy(command: Command, targets: Sequence[ReleaseTarget]) -> dict[str, Any]:
    """Return the policy document for a command and the functions of one region, ready for `json.dumps`."""
    given = [grant for grant in grants(command) if grant is not _PUBLISHING or _pipeline_owned(targets)]
    return {"Version": "2012-10-17", "Statement": [_statement(grant, targets) for grant in given]}


def _pipeline_owned(targets: Sequence[ReleaseTarget]) -> list[ReleaseTarget]:
    return [target for target in targets if target.code_owner == "pipeline"]


def _statement(grant: Grant, targets: Sequence[ReleaseTarget]) -> dict[str, Any]:
    concerned = _pipeline_owned(targets) if grant is _PUBLISHING else targets
    statement: dict[str, Any] = {
        "Effect": "Deny" if grant.is_denied else "Allow",
        "Action": list(grant.actions),
        "Resource": "*" if grant.on is On.EVERYTHING else [_arn(grant.on, each) for each in concerned],
    }
    if grant.on is On.EVERYTHING:
        statement["Condition"] = {"StringEquals": {"aws:RequestedRegion": sorted({each.region for each in targets})}}
    return statement


def _arn(on: On, target: ReleaseTarget) -> str:
    qualifier = {On.FUNCTION: "", On.VERSIONS: ":*", On.BRANCHES: f":{PREFIX}*"}[on]
    place = f"arn:{_partition(target.region)}:lambda:{target.region}:{target.account}"
    return f"{place}:function:{target.function_name}{qualifier}"


def _partition(region: str) -> str:
    return {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(region.rpartition("-")[0].rpartition("-")[0], "aws")
