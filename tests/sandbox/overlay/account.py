"""An AWS account as a test sees it: clients, and short ways to what most tests need."""

import io
import json
import zipfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def zipped(text: str = "def handle(event, context): return 1") -> bytes:
    """Return a zip with one module."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("handler.py"), text)
    return file.getvalue()


def document(*statements: object) -> str:
    """Return a policy document of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


class Account:
    """One account, emulated with or without the overlay."""

    def __init__(self, client: Callable[[str], Any]):
        self.client = client
        self.lambda_ = client("lambda")
        self.role = self.make_role("function")

    def make_role(self, name: str, *statements: object, trust: object = TRUST) -> str:
        """Create a role with these statements and return its ARN."""
        iam = self.client("iam")
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*statements))
        return arn

    def create(self, name: str = "worker", **given: Any) -> dict[str, Any]:
        """Create a function from the least that AWS asks for."""
        return self.lambda_.create_function(
            **{
                "FunctionName": name,
                "Role": self.role,
                "Runtime": "python3.13",
                "Handler": "handler.handle",
                "Code": {"ZipFile": zipped()},
                **given,
            }
        )

    def publish(self, text: str) -> str:
        """Publish new code of the function `worker` and return the number of the version."""
        code = zipped(f"def handle(event, context): return {text!r}")
        self.lambda_.update_function_code(FunctionName="worker", ZipFile=code)
        return self.lambda_.publish_version(FunctionName="worker")["Version"]

    def alias(self, version: str, **given: Any) -> dict[str, Any]:
        """Create the alias `live` of the function `worker`."""
        return self.lambda_.create_alias(FunctionName="worker", Name="live", FunctionVersion=version, **given)

    def queue(self, name: str = "orders", **attributes: str) -> str:
        """Create a queue and return its ARN."""
        sqs = self.client("sqs")
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


@contextmanager
def refused(code: str, status: int | None = None, *, because: str = ".") -> Generator[None]:
    """Expect that AWS answers with this error code, HTTP status and part of a message."""
    with pytest.raises(ClientError, match=because) as caught:
        yield
    error: Any = caught.value
    assert error.response["Error"]["Code"] == code
    assert status in (None, error.response["ResponseMetadata"]["HTTPStatusCode"])
