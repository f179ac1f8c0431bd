"""What becomes of events that nobody waits for."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lambdaform_sandbox.deployed import DeployedFunction
from lambdaform_sandbox.runtime import LocalRuntime
from lambdaform_sandbox.server import AwsServer

from .conftest import LOGS, make_role
from .functions import ACCOUNT, deployed

RECORDS = """
    import os
    def handle(event, context):
        with open(os.environ["RECORD"], "a") as record:
            record.write(context.aws_request_id + "\\n")
        if len(open(os.environ["RECORD"]).readlines()) <= int(os.environ["FAILURES"]):
            raise ValueError("not yet")
"""
DEAD_LETTERS = f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead-letters"
Fails = Callable[..., tuple[DeployedFunction, Path]]


@pytest.fixture
def fails(tmp_path: Path) -> Fails:
    """A function that fails for so many attempts, and the file in which it notes each of them."""

    def fails(times: int, **changes: Any) -> tuple[DeployedFunction, Path]:
        record = tmp_path / "record"
        environment = {"RECORD": str(record), "FAILURES": str(times)}
        return deployed(RECORDS, name=tmp_path.name, environment=environment, **changes), record

    return fails


@pytest.fixture(scope="module")
def dead_letters(aws: AwsServer) -> tuple[str, str]:
    """A queue, and a role that may send to it."""
    url = aws.client("sqs").create_queue(QueueName="dead-letters")["QueueUrl"]
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": DEAD_LETTERS}
    return url, make_role(aws, "sender", LOGS, send)


def work_off(runtime: LocalRuntime, function: DeployedFunction, payload: bytes = b'{"order": 7}') -> None:
    runtime.invoke_later(function, payload)
    assert runtime.wait_until_idle(30)


def test_an_event_that_is_handled_is_not_repeated(runtime: LocalRuntime, fails: Fails) -> None:
    function, record = fails(0)

    work_off(runtime, function)

    assert len(record.read_text().splitlines()) == 1


def test_a_failed_event_is_tried_again_under_the_same_request_id(runtime: LocalRuntime, fails: Fails) -> None:
    function, record = fails(1)

    work_off(runtime, function)

    first, second = record.read_text().splitlines()
    assert first == second


@pytest.mark.parametrize("retries", [0, 2])
def test_an_event_is_tried_as_often_as_the_function_says(runtime: LocalRuntime, fails: Fails, retries: int) -> None:
    function, record = fails(99, maximum_retry_attempts=retries)

    work_off(runtime, function)

    assert len(record.read_text().splitlines()) == retries + 1


def test_an_event_that_failed_for_good_becomes_a_dead_letter(
    runtime: LocalRuntime, aws: AwsServer, fails: Fails, dead_letters: tuple[str, str]
) -> None:
    url, role = dead_letters
    function, record = fails(99, dead_letter_arn=DEAD_LETTERS, role_arn=role)

    work_off(runtime, function)

    (message,) = aws.client("sqs").receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    assert json.loads(message["Body"]) == {"order": 7}
    attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    request_id = record.read_text().splitlines()[0]
    assert attributes == {"RequestID": request_id, "ErrorCode": "200", "ErrorMessage": "not yet"}


def test_a_topic_can_take_dead_letters_too(runtime: LocalRuntime, aws: AwsServer, fails: Fails) -> None:
    topic = aws.client("sns").create_topic(Name="failures")["TopicArn"]
    url = aws.client("sqs").create_queue(QueueName="subscribed")["QueueUrl"]
    queue = f"arn:aws:sqs:us-east-1:{ACCOUNT}:subscribed"
    aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    role = make_role(aws, "publisher", {"Effect": "Allow", "Action": "sns:Publish", "Resource": topic})
    function, _ = fails(99, dead_letter_arn=topic, role_arn=role)

    work_off(runtime, function)

    (message,) = aws.client("sqs").receive_message(QueueUrl=url)["Messages"]
    assert json.loads(json.loads(message["Body"])["Message"]) == {"order": 7}


def test_a_role_that_may_not_send_loses_the_dead_letter_and_the_sandbox_says_so(
    runtime: LocalRuntime, aws: AwsServer, fails: Fails, dead_letters: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    function, _ = fails(99, dead_letter_arn=DEAD_LETTERS)

    with caplog.at_level(logging.WARNING):
        work_off(runtime, function)

    assert "Messages" not in aws.client("sqs").receive_message(QueueUrl=dead_letters[0])
    assert f"a dead letter of `{function.name}` is lost" in caplog.text
