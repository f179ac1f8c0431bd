"""A provider served for an empty sandbox account, and an engine attached to it, one per module."""

from collections.abc import Iterator

import pytest
from lambdaform_sandbox.engine import ProviderServer
from lambdaform_sandbox.gateway import Gateway
from lambdaform_sandbox.provider import Provider
from lambdaform_sandbox.server import AwsServer

from .attached import Attached


@pytest.fixture(scope="module")
def aws() -> Iterator[AwsServer]:
    with AwsServer() as server:
        yield server


@pytest.fixture(scope="module")
def port(aws: AwsServer) -> Iterator[int]:
    gateway = Gateway(aws)
    with ProviderServer(Provider(aws, gateway)) as server:
        yield server.port
    gateway.close()


@pytest.fixture(scope="module")
def engine(port: int) -> Iterator[Attached]:
    """An engine with a stack of the sandbox."""
    with Attached(port) as attached:
        yield attached.configure()


@pytest.fixture(scope="module")
def role(engine: Attached) -> str:
    """A role that Lambda may take, by its ARN."""
    principal = '{"Service": "lambda.amazonaws.com"}'
    statement = f'{{"Effect": "Allow", "Principal": {principal}, "Action": "sts:AssumeRole"}}'
    trust = f'{{"Version": "2012-10-17", "Statement": [{statement}]}}'
    return engine.made("aws:iam/role:Role", assumeRolePolicy=trust)[2]["arn"]
