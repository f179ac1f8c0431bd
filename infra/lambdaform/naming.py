"""Names: what a component may be called, so that every physical name made from it fits AWS.

Physical names are left to Pulumi's autonaming, which adds a dash and seven hex digits: two stacks in one account, and
a replacement beside the thing it replaces, never collide. AWS's lengths differ by type; a name that would overflow is
refused here, because the provider finds out only while it creates.
"""

import re
from collections.abc import Mapping

from .errors import InputError, Problem

__all__ = ["LONGEST_NAME", "check_name"]

RANDOM_SUFFIX_CHARACTERS = 8

LONGEST_NAME: Mapping[str, int] = {
    "aws:apigatewayv2/api:Api": 128,
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": 255,
    "aws:cloudwatch/eventRule:EventRule": 64,
    "aws:cloudwatch/logGroup:LogGroup": 512,
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": 512,
    "aws:cloudwatch/metricAlarm:MetricAlarm": 255,
    "aws:iam/role:Role": 64,
    "aws:iam/rolePolicy:RolePolicy": 128,
    "aws:lambda/function:Function": 64,
    "aws:sqs/queue:Queue": 80,
}
"""Longest physical name AWS accepts, by resource type (service quotas and API models)."""


def check_name(component: str, name: str, children: Mapping[str, str]) -> None:
    """Refuse a name that AWS would not accept for a child; `children` gives the longest suffix a type's name gets.

    `{"aws:sqs/queue:Queue": "-dead-letters.fifo"}` says that the longest queue is called name + suffix + 8 characters.
    """
    problem = _pattern_problem(name) or _length_problem(name, children)
    if problem:
        raise InputError(component, str(name), [problem])


def _pattern_problem(name: object) -> Problem | None:
    if isinstance(name, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9-_]*", name):
        return None
    return Problem(
        "name", name, "must be letters, digits, - and _, starting with a letter", "name it like order-worker"
    )


def _length_problem(name: str, children: Mapping[str, str]) -> Problem | None:
    room = {token: LONGEST_NAME[token] - RANDOM_SUFFIX_CHARACTERS - len(suffix) for token, suffix in children.items()}
    token = min(room, key=lambda key: room[key])
    if len(name) <= room[token]:
        return None
    rule = f"must be at most {room[token]} characters, because {token} allows {LONGEST_NAME[token]} with its suffix"
    return Problem("name", name, rule, f"shorten it by {len(name) - room[token]}")
