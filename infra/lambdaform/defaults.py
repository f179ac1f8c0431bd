"""What a house decides once: the keys that every component accepts and uses as far as they concern it."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pulumi

from . import limits
from .inputs import Rules

__all__ = ["DEFAULTS_RULES", "Defaults"]


class Defaults(TypedDict):
    """Keys to share between components: write them once and spread them, `{**house, ...}`."""

    alarm_topics: NotRequired[Sequence[pulumi.Input[str]]]
    """SNS topics that alarms notify, at most 5. Required where alarms are made; `[]` means that nobody is told."""
    tags: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Tags of everything that can have tags, at most 50. Default none beside the provider's default tags."""
    log_retention_days: NotRequired[pulumi.Input[int]]
    """Days that logs are kept: one of CloudWatch's 22 values. Default 365 (`logs.DEFAULT_RETENTION_DAYS`)."""
    permissions_boundary_arn: NotRequired[pulumi.Input[str]]
    """Managed policy that bounds every role. Default none."""
    runtime: NotRequired[str]
    """Lambda runtime of functions. Default python3.13 (`lambdaform_delivery.packaging.Target`)."""
    architecture: NotRequired[str]
    """`arm64` (default) or `x86_64`."""


DEFAULTS_RULES: Rules = {
    "alarm_topics": limits.Count(0, 5, "topics"),
    "alarm_topics[]": limits.TOPIC_ARN,
    "tags": limits.Count(0, limits.MAXIMUM_TAGS, "tags"),
    "tags.*": limits.TAG_VALUE,
    "tags{}": limits.TAG_KEY,
    "log_retention_days": limits.LOG_RETENTION_DAYS,
    "permissions_boundary_arn": limits.POLICY_ARN,
    "runtime": limits.RUNTIME,
    "architecture": limits.ARCHITECTURE,
}
