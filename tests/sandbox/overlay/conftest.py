"""Every test that asks for `account` runs twice: with the overlay it must pass, on stock moto it must fail."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.server import AwsServer
from moto import mock_aws
from sandbox.overlay.account import Account

SESSION: Any = boto3.Session("test", "test", region_name="us-east-1")
STOCK_MOTO = pytest.param("stock moto", marks=pytest.mark.xfail(reason="what the overlay is there for"))


@pytest.fixture
def clock() -> ManualClock:
    """Return the clock of the account."""
    return ManualClock()


@pytest.fixture
def aws(clock: ManualClock) -> Iterator[AwsServer]:
    with AwsServer(clock=clock) as server:
        yield server


@pytest.fixture
def sandbox(aws: AwsServer) -> Account:
    """An account with the overlay, for what stock moto also does."""
    return Account(aws.client)


@pytest.fixture(params=["overlay", STOCK_MOTO])
def account(request: pytest.FixtureRequest, clock: ManualClock) -> Iterator[Account]:
    if request.param == "overlay":
        with AwsServer(clock=clock) as server:
            yield Account(server.client)
    else:
        with mock_aws(config={"lambda": {"use_docker": False}}):
            yield Account(SESSION.client)
