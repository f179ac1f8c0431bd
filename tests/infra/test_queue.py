from typing import Any

import pulumi
import pytest
from infra.samples import KEY, PAGER, listed
from lambdaform import Queue
from lambdaform.testing import UNKNOWN, Recording, deploy

QUEUE = "aws:sqs/queue:Queue"
POLICY = "aws:sqs/queuePolicy:QueuePolicy"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def queue(**changes: Any) -> Recording:
    args: Any = {"consumer_timeout": 30, "alarm_topics": [PAGER], **changes}
    return deploy(lambda: pulumi.export("consumption", Queue("orders", args).consumption))


def test_a_queue_is_exactly_these_resources():
    assert listed(queue()) == [
        (ALARM, "orders-age"),
        (ALARM, "orders-dead-letters"),
        (QUEUE, "orders"),
        (QUEUE, "orders-dead-letters"),
        (POLICY, "orders"),
        (POLICY, "orders-dead-letters"),
        ("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "orders"),
        ("lambdaform:index:Queue", "orders"),
    ]


def test_a_message_stays_invisible_for_six_timeouts_and_is_tried_five_times():
    recording = queue()

    made = recording.one(QUEUE, "orders")
    assert made["visibilityTimeoutSeconds"] == 180
    assert made.json("redrivePolicy") == {
        "deadLetterTargetArn": recording.one(QUEUE, "orders-dead-letters").outputs["arn"],
        "maxReceiveCount": 5,
    }


def test_dead_letters_are_kept_longer_than_messages():
    recording = queue()

    dead_letters = recording.one(QUEUE, "orders-dead-letters")
    assert (dead_letters["messageRetentionSeconds"], recording.one(QUEUE, "orders")["messageRetentionSeconds"]) == (
        1_209_600,
        345_600,
    )


def test_no_other_queue_may_use_the_dead_letters():
    recording = queue()

    allowed = recording.one("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy")
    assert allowed["queueUrl"] == recording.one(QUEUE, "orders-dead-letters").outputs["url"]
    assert allowed.json("redriveAllowPolicy") == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [recording.one(QUEUE, "orders").outputs["arn"]],
    }


@pytest.mark.parametrize("name", ["orders", "orders-dead-letters"])
def test_both_queues_are_encrypted_and_speak_tls_only(name: str):
    recording = queue()

    made, policy = recording.one(QUEUE, name), recording.one(POLICY, name)
    assert made["sqsManagedSseEnabled"] is True
    assert policy["queueUrl"] == made.outputs["url"]
    assert policy.json("policy") == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sqs:*",
                "Resource": made.outputs["arn"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }


@pytest.mark.parametrize("name", ["orders", "orders-dead-letters"])
def test_a_key_of_ones_own_takes_the_place_of_that_of_sqs(name: str):
    made = queue(kms_key_arn=KEY).one(QUEUE, name)

    assert (made["kmsMasterKeyId"], made["kmsDataKeyReusePeriodSeconds"]) == (KEY, 300)
    assert "sqsManagedSseEnabled" not in made.inputs


@pytest.mark.parametrize("name", ["orders", "orders-dead-letters"])
def test_a_queue_that_keeps_the_order_has_dead_letters_that_do(name: str):
    made = queue(fifo=True).one(QUEUE, name)

    assert made["fifoQueue"] is True
    assert made.outputs["name"].endswith(".fifo")


@pytest.mark.parametrize(
    ("name", "watched", "metric", "threshold"),
    [
        ("orders-age", "orders", "ApproximateAgeOfOldestMessage", 600),
        ("orders-dead-letters", "orders-dead-letters", "ApproximateNumberOfMessagesVisible", 1),
    ],
)
def test_somebody_is_told_of_old_messages_and_of_dead_ones(name: str, watched: str, metric: str, threshold: int):
    recording = queue()

    alarm = recording.one(ALARM, name)
    assert (alarm["namespace"], alarm["metricName"], alarm["threshold"]) == ("AWS/SQS", metric, threshold)
    assert alarm["dimensions"] == {"QueueName": recording.one(QUEUE, watched).outputs["name"]}
    assert alarm["alarmActions"] == [PAGER]


def test_alarms_can_be_turned_off_by_name():
    assert queue(alarms=False, alarm_topics=None).of(ALARM) == ()


def test_a_consumer_learns_what_it_has_to_fit():
    assert queue().exports["consumption"] == {
        "queue_arn": queue().one(QUEUE, "orders").outputs["arn"],
        "queue_visibility_timeout": 180,
    }
    assert queue(kms_key_arn=KEY).exports["consumption"]["queue_key_arn"] == KEY


def test_the_timeout_of_the_consumer_may_be_known_late():
    def program():
        Queue("orders", {"consumer_timeout": pulumi.Output.from_input(7), "alarm_topics": []})

    assert deploy(program).one(QUEUE, "orders")["visibilityTimeoutSeconds"] == 42


def test_outputs_name_both_queues():
    recording = queue()

    made, dead_letters = (recording.one(QUEUE, name).outputs for name in ("orders", "orders-dead-letters"))
    assert recording.one("lambdaform:index:Queue").registered_outputs == {
        "queue_arn": made["arn"],
        "queue_url": made["url"],
        "queue_name": made["name"],
        "dead_letter_queue_arn": dead_letters["arn"],
        "dead_letter_queue_name": dead_letters["name"],
    }


def test_a_preview_knows_the_visibility_and_not_the_arn():
    args: Any = {"consumer_timeout": 30, "alarm_topics": []}

    recording = deploy(lambda: pulumi.export("arn", Queue("orders", args).queue_arn), preview=True)

    assert recording.one(QUEUE, "orders")["visibilityTimeoutSeconds"] == 180
    assert recording.exports["arn"] is UNKNOWN
