"""Functions deployed through the API of the sandbox, for tests of what calls them."""

from typing import Any

from lambdaform_sandbox.server import AwsServer

from .conftest import LOGS, make_role
from .functions import ARCHITECTURE, RUNTIME, zip_of

__all__ = ["allow", "deploy"]


def deploy(aws: AwsServer, name: str, code: str, *statements: object, timeout_seconds: int = 10) -> str:
    """Deploy a function with these rights, publish it and return the ARN of its alias `live`."""
    client: Any = aws.client("lambda")
    client.create_function(
        FunctionName=name,
        Runtime=RUNTIME,
        Architectures=[ARCHITECTURE],
        Handler="app.handle",
        Timeout=timeout_seconds,
        Role=make_role(aws, f"{name}-role", LOGS, *statements),
        Code={"ZipFile": zip_of({"app.py": code})},
    )
    version = client.publish_version(FunctionName=name)["Version"]
    return client.create_alias(FunctionName=name, Name="live", FunctionVersion=version)["AliasArn"]


def allow(actions: object, resource: str) -> dict[str, Any]:
    """Return a statement."""
    return {"Effect": "Allow", "Action": actions, "Resource": resource}
