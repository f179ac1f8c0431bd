"""A runtime on an empty sandbox account, with a role that may write logs."""

import json
from collections.abc import Iterator

import pytest
from lambdaform_sandbox.clock import Clock, SystemClock
from lambdaform_sandbox.runtime import LocalRuntime
from lambdaform_sandbox.server import AwsServer

TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
LOGS = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}


@pytest.fixture(scope="module")
def clock() -> Clock:
    """Return the clock of the account; a module that lets time pass has its own."""
    return SystemClock()


@pytest.fixture(scope="module")
def aws(clock: Clock) -> Iterator[AwsServer]:
    with AwsServer(clock=clock) as server:
        server.client("logs").create_log_group(logGroupName="worker-logs")
        make_role(server, "worker", LOGS)
        yield server


@pytest.fixture(scope="module")
def runtime(aws: AwsServer) -> Iterator[LocalRuntime]:
    runtime = LocalRuntime(aws)
    yield runtime
    runtime.close()


def make_role(aws: AwsServer, name: str, *statements: object) -> str:
    """Create a role for functions with these statements and return its ARN."""
    iam = aws.client("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    if statements:
        policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy)
    return arn
