"""The execution role of one function: trusted by Lambda for this account only, allowed exactly what it is given."""

from collections.abc import Sequence
from typing import NotRequired

import pulumi
import pulumi_aws as aws

from .account import account_of
from .defaults import DEFAULTS_RULES, Defaults
from .iam import Statement, policy_document, trust_document
from .inputs import checked
from .naming import check_name

__all__ = ["ExecutionRole", "ExecutionRoleArgs", "attach_policy"]


class ExecutionRoleArgs(Defaults):
    """Arguments of `ExecutionRole`."""

    statements: NotRequired[Sequence[pulumi.Input[Statement]]]
    """What the role may do. Default nothing."""


class ExecutionRole(pulumi.ComponentResource):
    """A role that Lambda takes to run one function, with one inline policy.

    The policy is inline because it lives and dies with the role; AWS-managed policies are never attached.
    """

    role_name: pulumi.Output[str]
    """Name of the role, for policies that event sources add."""
    role_arn: pulumi.Output[str]
    """ARN of the role. Whoever hands it to AWS waits for `policy` first."""

    def __init__(self, name: str, args: ExecutionRoleArgs, opts: pulumi.ResourceOptions | None = None):
        check_name("ExecutionRole", name, {"aws:iam/role:Role": ""})
        args = checked(ExecutionRoleArgs, "ExecutionRole", name, args, DEFAULTS_RULES)
        super().__init__("lambdaform:index:ExecutionRole", name, {}, opts)
        self.role = aws.iam.Role(
            name,
            assume_role_policy=trust_document("lambda.amazonaws.com", account_of(self).id),
            permissions_boundary=args.get("permissions_boundary_arn"),
            max_session_duration=3600,
            tags=args.get("tags"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.policy = attach_policy(self, name, self.role.name, args.get("statements", []))
        self.role_name = self.role.name
        self.role_arn = self.role.arn
        self.register_outputs({"role_name": self.role_name, "role_arn": self.role_arn})


def attach_policy(
    component: pulumi.ComponentResource,
    name: str,
    role_name: pulumi.Input[str],
    statements: Sequence[pulumi.Input[Statement]],
) -> aws.iam.RolePolicy:
    """Give the role an inline policy of these statements."""
    return aws.iam.RolePolicy(
        name,
        role=role_name,
        policy=policy_document(type(component).__name__, name, statements),
        opts=pulumi.ResourceOptions(parent=component),
    )
