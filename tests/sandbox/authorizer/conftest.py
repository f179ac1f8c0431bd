"""An account in which roles are made and tried, one for each module: making roles is what the tests do."""

import sys
from collections.abc import Iterator

import pytest
from lambdaform_sandbox.server import AwsServer
from sandbox.authorizer.tried_roles import TriedRoles


@pytest.fixture(scope="module")
def roles() -> Iterator[TriedRoles]:
    with AwsServer() as server:
        yield TriedRoles(server)


@pytest.fixture(scope="session", autouse=True)
def closed_socket_of_the_tracing_sdk() -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]  # used by pytest
    """Close what moto opens with its first X-Ray call and nobody closes."""
    yield
    if "aws_xray_sdk.core" in sys.modules:
        sys.modules["aws_xray_sdk.core"].xray_recorder.emitter._socket.close()  # it has no close
