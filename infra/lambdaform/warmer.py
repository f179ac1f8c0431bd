"""Keep a few environments of the alias warm: a schedule that invokes it with an event its handler knows to skip.

A warmer helps the first `concurrency` simultaneous callers and nobody after them; for a guarantee reserve
`provisioned_concurrent_executions`. Its calls go to the alias, so during a release they warm both versions.
"""

import json
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from . import limits
from .defaults import DEFAULTS_RULES, Defaults
from .inputs import Rules, checked
from .naming import check_name
from .permission import permit_invoke

__all__ = ["WARMER_EVENT", "WARMER_RULES", "Warmer", "WarmerArgs", "WarmerOptions"]

WARMER_EVENT = {"source": "lambdaform.warmer"}
"""What a handler gets: return at once when `event.get("source")` is this."""


class WarmerOptions(TypedDict):
    """How often and how many."""

    every_minutes: NotRequired[int]
    """Minutes between two rounds, 1 to 60. Default 5."""
    concurrency: NotRequired[int]
    """Environments kept warm, 1 to 5 (the targets of one rule). Default 1."""


class WarmerArgs(WarmerOptions, Defaults):
    """Arguments of `Warmer`."""

    alias_arn: pulumi.Input[str]
    """Alias that is invoked."""


WARMER_RULES: Rules = {
    "alias_arn": limits.ALIAS_ARN,
    "every_minutes": limits.Range(1, 60, "minutes"),
    "concurrency": limits.Range(1, 5),
}


class Warmer(pulumi.ComponentResource):
    """A schedule, its targets and the one permission they need."""

    rule_arn: pulumi.Output[str]
    """ARN of the EventBridge rule."""

    def __init__(self, name: str, args: WarmerArgs, opts: pulumi.ResourceOptions | None = None):
        check_name("Warmer", name, {"aws:cloudwatch/eventRule:EventRule": "-warmer"})
        args = checked(WarmerArgs, "Warmer", name, args, {**DEFAULTS_RULES, **WARMER_RULES})
        super().__init__("lambdaform:index:Warmer", name, {}, opts)
        rule = aws.cloudwatch.EventRule(
            f"{name}-warmer",
            description=f"keeps {name} warm",
            schedule_expression=_rate(args.get("every_minutes", 5)),
            tags=args.get("tags"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        permission = permit_invoke(self, f"{name}-warmer", args["alias_arn"], "events.amazonaws.com", rule.arn)
        for index in range(args.get("concurrency", 1)):
            aws.cloudwatch.EventTarget(
                f"{name}-warmer-{index}",
                rule=rule.name,
                arn=args["alias_arn"],
                input=json.dumps({**WARMER_EVENT, "index": index}),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
            )
        self.rule_arn = rule.arn
        self.register_outputs({"rule_arn": self.rule_arn})


def _rate(minutes: int) -> str:
    return "rate(1 minute)" if minutes == 1 else f"rate({minutes} minutes)"
