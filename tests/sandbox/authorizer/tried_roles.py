"""Roles that live for one question: may this role make that call?"""

import json
from itertools import count
from typing import Any

from botocore.exceptions import ClientError
from lambdaform_sandbox.server import AwsServer, Credentials

TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"}


def document(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


class TriedRoles:
    """Makes roles and asks for calls in their name."""

    def __init__(self, aws: AwsServer):
        self.aws = aws
        self._iam = aws.client("iam")
        self._numbers = count(1)

    def make(self, *statements: object, boundary: object = None, trust: object = TRUST) -> str:
        """Create a role with these statements inline and, if given, a boundary of one statement; return its ARN."""
        name = f"role{next(self._numbers)}"
        limit = {"PermissionsBoundary": self.policy(boundary)} if boundary else {}
        arn = self._iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust), **limit)["Role"]["Arn"]
        if statements:
            self._iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*statements))
        return arn

    def policy(self, *statements: object) -> str:
        """Create a managed policy and return its ARN."""
        name = f"policy{next(self._numbers)}"
        return self._iam.create_policy(PolicyName=name, PolicyDocument=document(*statements))["Policy"]["Arn"]

    def attach(self, role: str, policy: str) -> None:
        """Attach a managed policy to a role."""
        self._iam.attach_role_policy(RoleName=role.rsplit("/", 1)[-1], PolicyArn=policy)

    def refusal(self, role: str, service: str, operation: str, session_policy: object = None, **given: Any) -> str:
        """Return why the role may not make the call; nothing if it may, even if the call then fails otherwise."""
        return self.refusal_of(self._credentials(role, session_policy), service, operation, **given)

    def refusal_of(self, credentials: Credentials, service: str, operation: str, **given: Any) -> str:
        """Return why who has these credentials may not make the call."""
        try:
            getattr(self.aws.client(service, credentials), operation)(**given)
        except ClientError as error:
            answer: Any = error.response
            return answer["Error"]["Message"] if answer["Error"]["Code"] in DENIED else ""
        return ""

    def _credentials(self, role: str, session_policy: object) -> Credentials:
        if session_policy is None:
            return self.aws.role_credentials(role)
        taken = self.aws.client("sts").assume_role(
            RoleArn=role, RoleSessionName="limited", Policy=document(session_policy)
        )["Credentials"]
        return Credentials(taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])
