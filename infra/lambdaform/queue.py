"""An SQS queue complete: dead letters, encryption, TLS, alarms, a visibility that fits its consumer."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from . import limits
from .alarms import alarm_behaviour, topic_problems
from .dead_letters import dead_letter_queue, encryption, require_tls
from .defaults import DEFAULTS_RULES, Defaults
from .errors import Problem
from .inputs import Rules, checked
from .naming import check_name
from .outputs import derived

__all__ = ["VISIBILITY_TIMEOUTS_OF_CONSUMER", "Queue", "QueueArgs", "QueueConsumption"]

VISIBILITY_TIMEOUTS_OF_CONSUMER = 6
"""A message stays invisible for six timeouts of its consumer: Lambda tries throttled batches again within that time.

Source: Lambda developer guide, "Using Lambda with Amazon SQS"."""


class QueueArgs(Defaults):
    """Arguments of `Queue`."""

    consumer_timeout: pulumi.Input[int]
    """Timeout in seconds of the function that consumes the queue; the visibility timeout is six times that."""
    fifo: NotRequired[bool]
    """Whether order is kept within a message group. Default False."""
    maximum_receive_count: NotRequired[pulumi.Input[int]]
    """How often a message is tried before it becomes a dead letter. Default 5."""
    retention_seconds: NotRequired[pulumi.Input[int]]
    """How long a message waits to be handled. Default 345,600 (4 days)."""
    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts messages. Default SQS's own."""
    oldest_message_seconds: NotRequired[pulumi.Input[int]]
    """Age of the oldest message that raises an alarm. Default 600."""
    alarms: NotRequired[bool]
    """Whether there are alarms. Default True."""


class QueueConsumption(TypedDict):
    """What a `QueueSource` needs to know of a queue: `{**worker.target, **orders.consumption}`."""

    queue_arn: pulumi.Input[str]
    """The queue."""
    queue_visibility_timeout: NotRequired[pulumi.Input[int]]
    """Seconds a received message stays invisible; compared with the function's timeout."""
    queue_key_arn: NotRequired[pulumi.Input[str]]
    """Key that encrypts the queue, which the function must be allowed to use."""


RULES: Rules = {
    **DEFAULTS_RULES,
    "consumer_timeout": limits.TIMEOUT,
    "maximum_receive_count": limits.RECEIVE_COUNT,
    "retention_seconds": limits.MESSAGE_RETENTION,
    "kms_key_arn": limits.KEY_ARN,
    "oldest_message_seconds": limits.Range(1, 1_209_600, "seconds"),
}


class Queue(pulumi.ComponentResource):
    """A queue whose failed messages are kept and noticed."""

    queue_arn: pulumi.Output[str]
    """ARN of the queue."""
    queue_url: pulumi.Output[str]
    """URL of the queue."""
    queue_name: pulumi.Output[str]
    """Physical name of the queue."""
    dead_letter_queue_arn: pulumi.Output[str]
    """ARN of the queue that keeps what could not be handled."""
    dead_letter_queue_name: pulumi.Output[str]
    """Physical name of the queue that keeps what could not be handled."""

    def __init__(self, name: str, args: QueueArgs, opts: pulumi.ResourceOptions | None = None):
        check_name("Queue", name, {"aws:sqs/queue:Queue": "-dead-letters.fifo"})
        args = checked(QueueArgs, "Queue", name, args, RULES, presence=_topic_problems)
        super().__init__("lambdaform:index:Queue", name, {}, opts)
        self.dead_letters = dead_letter_queue(
            self, name, args.get("tags"), args.get("kms_key_arn"), fifo=args.get("fifo", False)
        )
        self.queue = _queue(self, name, args)
        require_tls(self, name, self.queue)
        _accept_only(self, name)
        if args.get("alarms", True):
            _alarms(self, name, args)
        self._consumption = _consumption(self.queue, args)
        self.queue_arn = self.queue.arn
        self.queue_url = self.queue.url
        self.queue_name = self.queue.name
        self.dead_letter_queue_arn = self.dead_letters.arn
        self.dead_letter_queue_name = self.dead_letters.name
        self.register_outputs(
            {
                "queue_arn": self.queue_arn,
                "queue_url": self.queue_url,
                "queue_name": self.queue_name,
                "dead_letter_queue_arn": self.dead_letter_queue_arn,
                "dead_letter_queue_name": self.dead_letter_queue_name,
            }
        )

    @property
    def consumption(self) -> QueueConsumption:
        """What a `QueueSource` is given, so that it can check visibility and grant the key."""
        return self._consumption


def _topic_problems(args: Mapping[str, Any]) -> Iterable[Problem]:
    if args.get("alarms", True):
        yield from topic_problems(args)


def _queue(component: Queue, name: str, args: QueueArgs) -> aws.sqs.Queue:
    receives = args.get("maximum_receive_count", 5)
    return aws.sqs.Queue(
        name,
        visibility_timeout_seconds=derived(args["consumer_timeout"], _visibility_timeout),
        message_retention_seconds=args.get("retention_seconds", 345_600),
        fifo_queue=True if args.get("fifo") else None,
        redrive_policy=derived(
            {
                "deadLetterTargetArn": component.dead_letters.arn,
                "maxReceiveCount": receives,
            },
            json.dumps,
        ),
        **encryption(args.get("kms_key_arn")),
        tags=args.get("tags"),
        opts=pulumi.ResourceOptions(parent=component),
    )


def _visibility_timeout(consumer_timeout: int) -> int:
    return consumer_timeout * VISIBILITY_TIMEOUTS_OF_CONSUMER


def _accept_only(component: Queue, name: str) -> None:
    """Let no other queue use the dead-letter queue."""
    aws.sqs.RedriveAllowPolicy(
        name,
        queue_url=component.dead_letters.url,
        redrive_allow_policy=derived(
            {
                "redrivePermission": "byQueue",
                "sourceQueueArns": [component.queue.arn],
            },
            json.dumps,
        ),
        opts=pulumi.ResourceOptions(parent=component),
    )


def _alarms(component: Queue, name: str, args: QueueArgs) -> None:
    age, depth = "ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"
    oldest = args.get("oldest_message_seconds", 600)
    _alarm(component, f"{name}-age", component.queue, age, oldest, f"{name}: messages wait too long", args)
    _alarm(component, f"{name}-dead-letters", component.dead_letters, depth, 1, f"{name}: messages were given up", args)


def _alarm(
    component: Queue,
    name: str,
    queue: aws.sqs.Queue,
    metric: str,
    threshold: pulumi.Input[int],
    says: str,
    args: QueueArgs,
) -> None:
    aws.cloudwatch.MetricAlarm(
        name,
        namespace="AWS/SQS",
        metric_name=metric,
        dimensions={"QueueName": queue.name},
        statistic="Maximum",
        period=60,
        evaluation_periods=3,
        datapoints_to_alarm=1,
        threshold=threshold,
        alarm_description=says,
        **alarm_behaviour(component, args),
    )


def _consumption(queue: aws.sqs.Queue, args: QueueArgs) -> QueueConsumption:
    visibility = queue.visibility_timeout_seconds.apply(lambda seconds: seconds or 0)
    consumption = QueueConsumption(queue_arn=queue.arn, queue_visibility_timeout=visibility)
    if "kms_key_arn" in args:
        consumption["queue_key_arn"] = args["kms_key_arn"]
    return consumption
