"""Principals with exactly the policy that a test gives them."""

import json
from collections.abc import Mapping
from itertools import count
from typing import Any

from lambdaform_sandbox.server import AwsServer, Credentials

_TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
_numbers = count(1)


def document(*statements: object) -> str:
    """Return a policy document of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allowed(aws: AwsServer, *statements: Mapping[str, Any]) -> Credentials:
    """Return the credentials of a new role with these statements and no other."""
    iam, name = aws.client("iam"), f"principal{next(_numbers)}"
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(_TRUST))["Role"]["Arn"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document(*statements))
    return aws.role_credentials(arn)
