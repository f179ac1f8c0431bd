"""The alias `live`: what every caller is bound to, moved by exactly one owner."""

from enum import StrEnum
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from . import limits
from .inputs import Rules, checked
from .naming import check_name

__all__ = ["ALIAS_NAME", "RELEASE_OWNED_PROPERTIES", "AliasOwner", "LiveAlias", "LiveAliasArgs"]

ALIAS_NAME = "live"

RELEASE_OWNED_PROPERTIES = ["description", "functionVersion", "routingConfig"]
"""Every property of an alias that AWS changes in place. A stack that does not own the alias ignores all of them."""


class AliasOwner(StrEnum):
    """Who moves the alias to a new version."""

    STACK = "stack"
    """`pulumi up` moves it at once."""
    RELEASE = "release"
    """The stack makes it and never touches it again; the release tool moves it."""


class LiveAliasArgs(TypedDict):
    """Arguments of `LiveAlias`."""

    function_name: pulumi.Input[str]
    """Name of the function."""
    function_version: pulumi.Input[str]
    """Published version that the alias is made with, and moved to if the stack owns it. Never `$LATEST`."""
    alias_owner: NotRequired[AliasOwner]
    """Default `AliasOwner.STACK`."""
    provisioned_concurrent_executions: NotRequired[pulumi.Input[int]]
    """Environments kept ready for the alias. Default none. Cannot change while the alias is split."""


RULES: Rules = {
    "function_version": limits.PUBLISHED_VERSION,
    "provisioned_concurrent_executions": limits.PROVISIONED_CONCURRENCY,
}


class LiveAlias(pulumi.ComponentResource):
    """The alias `live` and the capacity reserved on it."""

    alias_arn: pulumi.Output[str]
    """ARN that event sources, fronts and permissions use."""
    alias_name: pulumi.Output[str]
    """Always `live`."""

    def __init__(self, name: str, args: LiveAliasArgs, opts: pulumi.ResourceOptions | None = None):
        check_name("LiveAlias", name, {"aws:lambda/function:Function": ""})
        args = checked(LiveAliasArgs, "LiveAlias", name, args, RULES)
        super().__init__("lambdaform:index:LiveAlias", name, {}, opts)
        released = args.get("alias_owner", AliasOwner.STACK) is AliasOwner.RELEASE
        self.alias = aws.lambda_.Alias(
            name,
            name=ALIAS_NAME,
            function_name=args["function_name"],
            function_version=args["function_version"],
            description=f"live traffic of {name}",
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=RELEASE_OWNED_PROPERTIES if released else None),
        )
        if "provisioned_concurrent_executions" in args:
            aws.lambda_.ProvisionedConcurrencyConfig(
                name,
                function_name=self.alias.function_name,
                qualifier=self.alias.name,
                provisioned_concurrent_executions=args["provisioned_concurrent_executions"],
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.alias_arn = self.alias.arn
        self.alias_name = self.alias.name
        self.register_outputs({"alias_arn": self.alias_arn, "alias_name": self.alias_name})
