"""A stack's functions in the sandbox, as the commands of a release meet them, and roles that may do only so much."""

import io
import json
import zipfile
from collections.abc import Mapping
from itertools import count
from typing import Any

from lambdaform_delivery.release.account import Account
from lambdaform_delivery.release.target import ReleaseTarget
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.server import AwsServer, Credentials

_TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def zipped(text: str) -> bytes:
    """Return a package whose handler returns this text."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("handler.py"), f"def handle(event, context): return {text!r}")
    return file.getvalue()


def without(action: str, policy: Mapping[str, Any]) -> dict[str, Any]:
    """Return a policy that does not allow this action, and is else the same."""
    allowed = [each if each["Effect"] == "Deny" else _less(each, action) for each in policy["Statement"]]
    return {**policy, "Statement": [each for each in allowed if each["Action"]]}


def _less(statement: Mapping[str, Any], action: str) -> dict[str, Any]:
    return {**statement, "Action": [each for each in statement["Action"] if each != action]}


def _document(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


class Stack:
    """Functions and roles in one account, under a clock that tests advance."""

    def __init__(self, aws: AwsServer, clock: ManualClock):
        self.aws = aws
        self.clock = clock
        self.lambda_ = aws.client("lambda")
        self._iam = aws.client("iam")
        self._role = self._made_role("function", _document(_TRUST))
        self._numbers = count(1)

    def account(self, credentials: Credentials | None = None) -> Account:
        """Return the account as who has these credentials sees it, by default the administrator."""
        return Account(self.aws.region, self.clock, lambda: self.aws.session(credentials))

    def limited(self, policy: Mapping[str, Any]) -> Account:
        """Return the account as a role with exactly this policy sees it."""
        return self.account(self.limited_credentials(policy))

    def limited_credentials(self, policy: Mapping[str, Any]) -> Credentials:
        """Return the credentials of a role with exactly this policy."""
        name = f"limited{next(self._numbers)}"
        role = self._made_role(name, _document(_TRUST))
        self._iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
        return self.aws.role_credentials(role)

    def function(
        self, name: str = "search", *, versions: int = 1, description: str = "", **given: Any
    ) -> ReleaseTarget:
        """Create a function with so many versions, whose alias `live` serves the newest."""
        function_name = f"people-{name}"
        self.lambda_.create_function(
            **{
                "FunctionName": function_name,
                "Role": self._role,
                "Runtime": "python3.13",
                "Handler": "handler.handle",
                "Code": {"ZipFile": zipped("first")},
                **given,
            }
        )
        target = ReleaseTarget(
            name=name,
            function_name=function_name,
            alias="live",
            alias_owner="release",
            code_owner="stack",
            account=self.aws.account,
            region=self.aws.region,
            published_version=str(versions),
        )
        for number in range(1, versions + 1):
            self.publish(target, f"code {number}")
        self.lambda_.create_alias(
            FunctionName=function_name, Name="live", FunctionVersion=str(versions), Description=description
        )
        return target

    def publish(self, target: ReleaseTarget, text: str) -> str:
        """Publish a version whose handler returns this text, and return its number."""
        self.lambda_.update_function_code(FunctionName=target.function_name, ZipFile=zipped(text))
        return self.lambda_.publish_version(FunctionName=target.function_name)["Version"]

    def move(self, target: ReleaseTarget, version: str, description: str = "", **weights: float) -> None:
        """Let the alias serve this, as somebody with a console would; `v8=0.25` gives version 8 a quarter."""
        self.lambda_.update_alias(
            FunctionName=target.function_name,
            Name=target.alias,
            FunctionVersion=version,
            Description=description,
            RoutingConfig={"AdditionalVersionWeights": {number[1:]: weight for number, weight in weights.items()}},
        )

    def versions(self, target: ReleaseTarget) -> list[str]:
        """Return the numbers of the published versions."""
        listed = self.lambda_.list_versions_by_function(FunctionName=target.function_name)["Versions"]
        return [each["Version"] for each in listed if each["Version"] != "$LATEST"]

    def aliases(self, target: ReleaseTarget) -> dict[str, dict[str, Any]]:
        """Return the aliases by name."""
        listed = self.lambda_.list_aliases(FunctionName=target.function_name)["Aliases"]
        return {each["Name"]: each for each in listed}

    def _made_role(self, name: str, trust: str) -> str:
        return self._iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
