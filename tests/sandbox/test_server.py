import os
import socket
import threading
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError

import boto3
import pytest
from botocore.exceptions import ClientError
from lambdaform_sandbox.errors import PortInUseError, SandboxError
from lambdaform_sandbox.server import AwsServer, Credentials


@pytest.fixture
def aws() -> Iterator[AwsServer]:
    with AwsServer() as server:
        yield server


def test_it_listens_on_loopback_and_answers_at_once(aws: AwsServer):
    assert aws.endpoint.startswith("http://127.0.0.1:")
    assert aws.client("sqs").list_queues().get("QueueUrls", []) == []


def test_everything_is_in_the_sandbox_account_and_the_region_asked_for():
    with AwsServer(region="eu-west-1") as aws:
        sqs = aws.client("sqs")
        url = sqs.create_queue(QueueName="orders")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

        assert arn == "arn:aws:sqs:eu-west-1:000000000000:orders"
        assert aws.client("sts").get_caller_identity()["Account"] == aws.account == "000000000000"


def test_each_sandbox_begins_empty():
    for _ in range(2):
        with AwsServer() as aws:
            assert "QueueUrls" not in aws.client("sqs").list_queues()
            aws.client("sqs").create_queue(QueueName="orders")


def test_a_port_can_be_chosen_and_is_free_again_afterwards():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]

    for _ in range(2):
        with AwsServer(port=port) as aws:
            assert aws.endpoint == f"http://127.0.0.1:{port}"


def test_a_port_in_use_is_refused_and_leaves_nothing_behind():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port: int = taken.getsockname()[1]
        with pytest.raises(PortInUseError, match=f"port {port} is in use"), AwsServer(port=port):
            pass

    with AwsServer() as aws:
        assert aws.client("sqs").list_queues()


def test_a_second_sandbox_in_one_process_is_refused(aws: AwsServer):
    with pytest.raises(SandboxError, match="runs in this process already"), AwsServer():
        pass


def test_closing_leaves_the_process_as_it_was():
    environment, threads = dict(os.environ), set(threading.enumerate())
    with AwsServer():
        pass

    assert dict(os.environ) == environment
    assert {thread for thread in threading.enumerate() if thread.name == "sandbox-aws"} <= threads


def test_an_error_inside_closes_the_sandbox_too():
    with pytest.raises(ZeroDivisionError), AwsServer() as aws:
        raise ZeroDivisionError

    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(aws.endpoint)  # noqa: S310  # loopback


def test_no_call_of_the_process_leaves_the_sandbox(aws: AwsServer):
    session: Any = boto3.Session("x" * 20, "x", region_name="us-east-1")

    with pytest.raises(ClientError, match="security token included in the request is invalid"):
        session.client("sqs").list_queues()


def test_clients_read_nobodys_profile(aws: AwsServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_PROFILE", "prod")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    assert aws.client("sns").list_topics()["Topics"] == []


def test_clients_can_be_made_in_many_threads(aws: AwsServer):
    failures: list[BaseException] = []

    def ask(service: str) -> None:
        try:
            aws.client(service)
        except BaseException as error:  # noqa: BLE001  # whatever it is, the test tells it
            failures.append(error)

    threads = [threading.Thread(target=ask, args=(service,)) for service in ("sqs", "sns", "logs", "iam") * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []


def test_the_button_that_resets_moto_is_hidden(aws: AwsServer):
    aws.client("sqs").create_queue(QueueName="orders")
    request = urllib.request.Request(f"{aws.endpoint}/moto-api/reset", method="POST")  # noqa: S310  # loopback

    with pytest.raises(HTTPError, match="404"):
        urllib.request.urlopen(request)  # noqa: S310  # loopback

    assert len(aws.client("sqs").list_queues()["QueueUrls"]) == 1


def test_requests_write_nothing_to_the_terminal(aws: AwsServer, capfd: pytest.CaptureFixture[str]):
    aws.client("sqs").list_queues()

    assert capfd.readouterr() == ("", "")


def test_the_credentials_of_a_role_are_the_roles(aws: AwsServer):
    credentials = aws.role_credentials(make_role(aws, "lambda.amazonaws.com"), session_name="worker")

    assert aws.client("sts", credentials).get_caller_identity()["Arn"].endswith(":assumed-role/worker/worker")
    with pytest.raises(ClientError, match="not authorized to perform: sqs:CreateQueue"):
        aws.client("sqs", credentials).create_queue(QueueName="orders")


def test_a_role_that_lambda_may_not_take_is_refused_with_the_reason(aws: AwsServer):
    role = make_role(aws, "ec2.amazonaws.com")

    with pytest.raises(SandboxError, match="Lambda cannot take the role `arn:aws:iam::000000000000:role/worker`") as it:
        aws.role_credentials(role)

    assert "trust policy" in (it.value.hint or "")


def test_a_role_that_does_not_exist_is_refused(aws: AwsServer):
    with pytest.raises(SandboxError, match="there is no role"):
        aws.role_credentials("arn:aws:iam::000000000000:role/none")


def test_credentials_do_not_show_their_secret():
    shown = repr(Credentials("ID", "the secret", "the token"))

    assert "ID" in shown
    assert "the " not in shown


def make_role(aws: AwsServer, service: str) -> str:
    trust = (
        '{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "' + service + '"}},'
        ' "Version": "2012-10-17"}'
    )
    return aws.client("iam").create_role(RoleName="worker", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
