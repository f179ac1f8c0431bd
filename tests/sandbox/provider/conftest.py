"""A provider on an empty sandbox account, one per module: creating is what the tests do, and names never clash."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from lambdaform_sandbox.gateway import Gateway
from lambdaform_sandbox.provider import Provider
from lambdaform_sandbox.server import AwsServer

Create = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def aws() -> Iterator[AwsServer]:
    with AwsServer() as server:
        yield server


@pytest.fixture(scope="module")
def provider(aws: AwsServer) -> Iterator[Provider]:
    gateway = Gateway(aws)
    yield Provider(aws, gateway, {"stack": "sandbox", "team": "platform"})
    gateway.close()


@pytest.fixture(scope="module")
def create(provider: Provider) -> Create:
    """Create a resource and return its outputs, with the id as `id`."""

    def create(token: str, logical_name: str, **inputs: Any) -> dict[str, Any]:
        identifier, outputs = provider.create(token, logical_name, inputs)
        return {**outputs, "id": identifier}

    return create
