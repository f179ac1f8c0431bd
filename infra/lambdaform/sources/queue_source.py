"""An SQS queue that feeds a function, message by message, through its alias."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NotRequired, cast

import pulumi
import pulumi_aws as aws

from .. import limits
from ..errors import ABSENT, Problem
from ..iam import Statement, features, grants
from ..inputs import Rules, between, checked
from ..naming import check_name
from ..queue import VISIBILITY_TIMEOUTS_OF_CONSUMER, QueueConsumption
from ..role import attach_policy
from ..target import TARGET_RULES, Target

__all__ = ["QueueSource", "QueueSourceArgs"]


class QueueSourceArgs(Target, QueueConsumption):
    """Arguments of `QueueSource`: a function's `target`, a queue, and how they meet."""

    batch_size: NotRequired[pulumi.Input[int]]
    """Most messages of one call, 1 to 10,000 (10 for FIFO; above 10 needs a batching window). Default 10."""
    batching_window_seconds: NotRequired[pulumi.Input[int]]
    """How long to gather a batch, 0 to 300. Not for FIFO. Default 0."""
    maximum_concurrency: NotRequired[pulumi.Input[int]]
    """Most simultaneous calls for this queue, 2 to 1,000. Default no limit of its own."""
    filters: NotRequired[Sequence[pulumi.Input[str]]]
    """At most 5 event patterns as JSON; messages that match none are deleted. Default all messages."""
    enabled: NotRequired[bool]
    """Whether messages are taken. Default True."""


RULES: Rules = {
    **TARGET_RULES,
    "queue_arn": limits.QUEUE_ARN,
    "queue_visibility_timeout": limits.VISIBILITY_TIMEOUT,
    "queue_key_arn": limits.KEY_ARN,
    "batch_size": limits.QUEUE_BATCH_SIZE,
    "batching_window_seconds": limits.BATCHING_WINDOW,
    "maximum_concurrency": limits.QUEUE_CONCURRENCY,
    "filters": limits.Count(1, limits.MAXIMUM_FILTERS, "filters"),
    "filters[]": limits.JsonObject(limits.FILTER_PATTERN_CHARACTERS),
}

_LARGEST_BATCH_AT_ONCE = 10


class QueueSource(pulumi.ComponentResource):
    """The mapping from a queue to an alias, and the right of the function's role to read the queue.

    The function reports which messages of a batch failed (`ReportBatchItemFailures`); only those come again.
    """

    event_source_mapping_id: pulumi.Output[str]
    """UUID of the mapping."""

    def __init__(self, name: str, args: QueueSourceArgs, opts: pulumi.ResourceOptions | None = None):
        check_name("QueueSource", name, {"aws:iam/rolePolicy:RolePolicy": "-queue"})
        args = checked(QueueSourceArgs, "QueueSource", name, args, RULES, _problems)
        super().__init__("lambdaform:index:QueueSource", name, {}, opts)
        allowed = _read_queue(self, name, args)
        self.mapping = aws.lambda_.EventSourceMapping(
            name,
            function_name=args["alias_arn"],
            event_source_arn=args["queue_arn"],
            enabled=args.get("enabled", True),
            batch_size=_batch_size(args),
            maximum_batching_window_in_seconds=args.get("batching_window_seconds"),
            function_response_types=["ReportBatchItemFailures"],
            scaling_config={"maximum_concurrency": args["maximum_concurrency"]}
            if "maximum_concurrency" in args
            else None,
            filter_criteria={"filters": [{"pattern": each} for each in args["filters"]]} if "filters" in args else None,
            metrics_config={"metrics": ["EventCount"]},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[allowed]),
        )
        self.event_source_mapping_id = self.mapping.uuid
        self.register_outputs({"event_source_mapping_id": self.event_source_mapping_id})


def _batch_size(args: QueueSourceArgs) -> pulumi.Input[int]:
    """Return the batch size, known only when the timeouts are checked: the mapping must not precede that.

    It uses no timeout itself. The batch size waits because it changes in place: a preview in which a timeout is unknown
    shows no replacement.
    """
    size = args.get("batch_size", _LARGEST_BATCH_AT_ONCE)
    timeouts = [args.get("timeout"), args.get("queue_visibility_timeout")]
    late = [timeout for timeout in timeouts if isinstance(timeout, pulumi.Output)]
    return pulumi.Output.all(size, *late).apply(lambda known: cast(int, known[0])) if late else size


def _read_queue(component: QueueSource, name: str, args: QueueSourceArgs) -> aws.iam.RolePolicy:
    statements: list[pulumi.Input[Statement]] = [features.consume_queue(args["queue_arn"])]
    if "queue_key_arn" in args:
        statements.append(grants.decrypt_key(args["queue_key_arn"]))
    return attach_policy(component, f"{name}-queue", args.get("role_name", ""), statements)


def _problems(args: Mapping[str, Any]) -> Iterable[Problem]:
    if "role_name" not in args:
        yield Problem(
            "role_name", ABSENT, "is missing, the role must be allowed to read", "spread the function's target"
        )
    if args.get("placeholder") and args.get("enabled", True):
        rule = (
            "must be False while the function is a placeholder, whose failures would empty the queue into dead letters"
        )
        yield Problem("enabled", True, rule, "set enabled: False until code was released")
    yield from _batch_problems(args)
    yield from _visibility_problems(args)


def _batch_problems(args: Mapping[str, Any]) -> Iterable[Problem]:
    size, window = args.get("batch_size", _LARGEST_BATCH_AT_ONCE), args.get("batching_window_seconds", 0)
    queue = args["queue_arn"]
    fifo = isinstance(queue, str) and queue.endswith(".fifo")
    if between(size) and size > _LARGEST_BATCH_AT_ONCE:
        if fifo:
            yield Problem("batch_size", size, "must be at most 10 for a FIFO queue", "use 10")
        elif window == 0:
            yield Problem(
                "batch_size", size, "needs a batching window above 10", "set batching_window_seconds to 1 or more"
            )
    if fifo and between(window) and window > 0:
        yield Problem("batching_window_seconds", window, "is not possible for a FIFO queue", "remove it")


def _visibility_problems(args: Mapping[str, Any]) -> Iterable[Problem]:
    visibility, timeout = args.get("queue_visibility_timeout"), args.get("timeout")
    window = args.get("batching_window_seconds", 0)
    if visibility is None or timeout is None or not between(visibility, timeout, window):
        return
    needed = VISIBILITY_TIMEOUTS_OF_CONSUMER * timeout + window
    if visibility < needed:
        rule = f"must be at least {needed}: six times the function's timeout of {timeout} s, and the batching window"
        fix = f"give the queue consumer_timeout {-(-needed // VISIBILITY_TIMEOUTS_OF_CONSUMER)}"
        yield Problem("queue_visibility_timeout", visibility, rule, fix)
