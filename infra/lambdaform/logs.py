"""The log group of one function: made before the function, kept for a finite time."""

from collections.abc import Iterable, Mapping
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from . import limits
from .account import account_of
from .defaults import DEFAULTS_RULES, Defaults
from .errors import ABSENT, Problem
from .iam import Statement, policy_document, trust_document
from .inputs import Rules, checked
from .naming import check_name
from .outputs import derived, joined
from .permission import permit_invoke

__all__ = ["DEFAULT_RETENTION_DAYS", "LOG_RULES", "FunctionLogs", "FunctionLogsArgs", "LogForward", "LogOptions"]

DEFAULT_RETENTION_DAYS = 365
"""One year: what Security Hub, Prowler and Checkov ask for. Storage costs far less than ingestion."""


class LogForward(TypedDict):
    """Where every line of a log group also goes: an alias or a stream, exactly one."""

    alias_arn: NotRequired[pulumi.Input[str]]
    """Alias of another function; the permission to invoke it is made here."""
    stream_arn: NotRequired[pulumi.Input[str]]
    """Kinesis or Firehose stream; the role that CloudWatch Logs takes to write to it is made here."""
    filter_pattern: NotRequired[pulumi.Input[str]]
    """CloudWatch Logs filter pattern. Default: every line."""


class LogOptions(Defaults):
    """How long, where and under which key logs are kept."""

    log_group_class: NotRequired[str]
    """`STANDARD` (default) or `INFREQUENT_ACCESS`: half the ingestion price, without live tail and metric filters."""
    log_key_arn: NotRequired[pulumi.Input[str]]
    """KMS key of the group; its policy must let CloudWatch Logs use it. Default CloudWatch's own key."""
    log_forward_to: NotRequired[LogForward]
    """Where lines also go. Default nowhere."""


class FunctionLogsArgs(LogOptions):
    """Arguments of `FunctionLogs`."""


LOG_RULES: Rules = {
    "log_group_class": limits.Choice(("STANDARD", "INFREQUENT_ACCESS")),
    "log_key_arn": limits.KEY_ARN,
    "log_forward_to.alias_arn": limits.ALIAS_ARN,
    "log_forward_to.stream_arn": limits.STREAM_ARN,
    "log_forward_to.filter_pattern": limits.LOG_FILTER_PATTERN,
}


class FunctionLogs(pulumi.ComponentResource):
    """A log group below `/aws/lambda/`, and what forwards it.

    The group exists before the function, and the function has no right to make groups: a group that was deleted by hand
    does not come back without retention and key.
    """

    log_group_name: pulumi.Output[str]
    """Name of the group, `/aws/lambda/<name>-<random>`."""
    log_group_arn: pulumi.Output[str]
    """ARN of the group, without the trailing `:*`."""

    def __init__(self, name: str, args: FunctionLogsArgs, opts: pulumi.ResourceOptions | None = None):
        check_name(
            "FunctionLogs", name, {"aws:cloudwatch/logGroup:LogGroup": "/aws/lambda/-", "aws:iam/role:Role": "-log"}
        )
        args = checked(
            FunctionLogsArgs, "FunctionLogs", name, args, {**DEFAULTS_RULES, **LOG_RULES}, presence=forward_problems
        )
        super().__init__("lambdaform:index:FunctionLogs", name, {}, opts)
        self.group = aws.cloudwatch.LogGroup(
            name,
            name_prefix=f"/aws/lambda/{name}-",
            retention_in_days=args.get("log_retention_days", DEFAULT_RETENTION_DAYS),
            log_group_class=args.get("log_group_class", "STANDARD"),
            kms_key_id=args.get("log_key_arn"),
            tags=args.get("tags"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        if "log_forward_to" in args:
            _forward(self, name, args["log_forward_to"], args)
        self.log_group_name = self.group.name
        self.log_group_arn = self.group.arn
        self.register_outputs({"log_group_name": self.log_group_name, "log_group_arn": self.log_group_arn})


def forward_problems(args: Mapping[str, Any]) -> Iterable[Problem]:
    """Yield what is wrong with `log_forward_to` as a whole."""
    forward = args.get("log_forward_to")
    if forward is not None and ("alias_arn" in forward) == ("stream_arn" in forward):
        yield Problem("log_forward_to", ABSENT, "must have alias_arn or stream_arn", "give exactly one of them")
    if forward is not None and args.get("log_group_class") == "INFREQUENT_ACCESS":
        rule = "is not possible for the class INFREQUENT_ACCESS, which has no subscription filters"
        yield Problem("log_forward_to", ABSENT, rule, "leave log_group_class out")


def _forward(logs: FunctionLogs, name: str, forward: LogForward, args: FunctionLogsArgs) -> None:
    alias_arn, stream_arn = forward.get("alias_arn"), forward.get("stream_arn")
    before: list[pulumi.Resource] = []
    role_arn = None
    if alias_arn is not None:
        lines = joined(logs.group.arn, ":*")
        before.append(permit_invoke(logs, name, alias_arn, "logs.amazonaws.com", lines))
    elif stream_arn is not None:
        role, policy = _stream_writer(logs, name, stream_arn, args)
        role_arn = role.arn
        before.append(policy)
    aws.cloudwatch.LogSubscriptionFilter(
        name,
        log_group=logs.group.name,
        destination_arn=alias_arn or stream_arn or "",
        filter_pattern=forward.get("filter_pattern", ""),
        role_arn=role_arn,
        opts=pulumi.ResourceOptions(parent=logs, depends_on=before),
    )


def _stream_writer(
    logs: FunctionLogs, name: str, stream_arn: pulumi.Input[str], args: FunctionLogsArgs
) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
    child = pulumi.ResourceOptions(parent=logs)
    role = aws.iam.Role(
        f"{name}-log",
        assume_role_policy=trust_document("logs.amazonaws.com", account_of(logs).id),
        permissions_boundary=args.get("permissions_boundary_arn"),
        tags=args.get("tags"),
        opts=child,
    )
    document = policy_document("FunctionLogs", name, [derived(stream_arn, _write_stream)])
    return role, aws.iam.RolePolicy(f"{name}-log", role=role.name, policy=document, opts=child)


def _write_stream(stream_arn: str) -> Statement:
    kinesis, firehose = ["kinesis:PutRecord"], ["firehose:PutRecord", "firehose:PutRecordBatch"]
    return Statement(actions=kinesis if stream_arn.split(":")[2] == "kinesis" else firehose, resources=[stream_arn])
