"""Rehearsal: a program runs in this process, and what it registers exists afterwards."""

import os
from collections.abc import Iterator
from pathlib import Path

import pulumi
import pytest
from lambdaform.testing import Recording
from lambdaform_sandbox.errors import SandboxError
from lambdaform_sandbox.gateway import Gateway
from lambdaform_sandbox.project import Project
from lambdaform_sandbox.provider import Provider
from lambdaform_sandbox.rehearsal import rehearse
from lambdaform_sandbox.server import AwsServer

from .program import write_project

REPOSITORY = Path(__file__).parents[2]

QUEUES = """
    import pulumi
    import pulumi_aws as aws

    dead_letters = aws.sqs.Queue("dead-letters")
    redrive = pulumi.Output.json_dumps({"deadLetterTargetArn": dead_letters.arn, "maxReceiveCount": 5})
    orders = aws.sqs.Queue("orders", redrive_policy=redrive)
    pulumi.export("url", orders.url)
"""


@pytest.fixture(scope="module")
def aws() -> Iterator[AwsServer]:
    with AwsServer() as server:
        yield server


def run(folder: Path, aws: AwsServer, program: str, progress: list[str] | None = None) -> Recording:
    project = Project.load(write_project(folder, program), "sandbox")
    gateway = Gateway(aws)
    told = [] if progress is None else progress
    try:
        return rehearse(project, aws, Provider(aws, gateway), lambda _token, name: told.append(name))
    finally:
        gateway.close()


def test_what_a_program_registers_exists_and_is_recorded(tmp_path: Path, aws: AwsServer):
    recording = run(tmp_path, aws, QUEUES)
    orders = recording.one("aws:sqs/queue:Queue", "orders")
    found = aws.client("sqs").get_queue_attributes(QueueUrl=orders.outputs["url"], AttributeNames=["All"])
    assert recording.one("aws:sqs/queue:Queue", "dead-letters").outputs["arn"] in found["Attributes"]["RedrivePolicy"]
    assert recording.exports["url"] == orders.id


def test_progress_is_told_resource_by_resource(tmp_path: Path, aws: AwsServer):
    progress: list[str] = []
    run(tmp_path, aws, QUEUES, progress)
    assert progress == ["dead-letters", "orders"]


def test_the_stack_of_a_real_account_is_refused_before_anything_happens(aws: AwsServer):
    progress: list[str] = []
    gateway = Gateway(aws)
    with pytest.raises(SandboxError, match=r"of the stack `prod` must be exactly `000000000000`"):
        rehearse(
            Project.load(REPOSITORY, "prod"),
            aws,
            Provider(aws, gateway),
            lambda _token, name: progress.append(name),
        )
    assert progress == []


def test_an_error_of_the_program_is_raised_as_it_is(tmp_path: Path, aws: AwsServer):
    with pytest.raises(pulumi.RunError, match="the limit is too low"):
        run(tmp_path, aws, 'import pulumi\nraise pulumi.RunError("the limit is too low")')


def test_what_the_sandbox_does_not_emulate_ends_the_program(tmp_path: Path, aws: AwsServer):
    with pytest.raises(SandboxError, match="does not emulate the resource type `aws:kms/key:Key`"):
        run(tmp_path, aws, 'import pulumi_aws as aws\naws.kms.Key("key")')


def test_a_program_that_logs_an_error_has_failed(tmp_path: Path, aws: AwsServer):
    with pytest.raises(SandboxError, match="the program logged an error: no such person"):
        run(tmp_path, aws, 'import pulumi\npulumi.log.error("no such person")')


def test_a_program_that_ends_itself_has_failed(tmp_path: Path, aws: AwsServer):
    with pytest.raises(SandboxError, match="the program ended itself with exit code 3"):
        run(tmp_path, aws, "import sys\nsys.exit(3)")


def test_calls_of_the_program_itself_land_in_the_sandbox_too(
    tmp_path: Path, aws: AwsServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "https://sqs.eu-west-1.amazonaws.com")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of a real account")
    program = 'import boto3, pulumi\npulumi.export("url", boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"])'
    assert run(tmp_path, aws, program).exports["url"] == f"{aws.endpoint}/000000000000/q"


def test_the_environment_is_afterwards_what_it_was(tmp_path: Path, aws: AwsServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    before = dict(os.environ)
    run(tmp_path, aws, QUEUES)
    assert dict(os.environ) == before
