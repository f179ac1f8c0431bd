import pytest
from lambdaform_sandbox.authorizer.roles import may, policies_of, trusts_service
from sandbox.authorizer.tried_roles import TRUST, TriedRoles, document

SEND = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
QUEUE = "arn:aws:sqs:us-east-1:000000000000:orders"


@pytest.mark.parametrize(
    ("change", "trusted"),
    [
        ({}, True),
        ({"Principal": {"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}}, True),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "000000000000"}}}, True),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}, False),
        ({"Condition": {"StringEquals": {"sts:ExternalId": "x"}}}, False),
        ({"Principal": {"Service": "ec2.amazonaws.com"}}, False),
        ({"Principal": {"AWS": "arn:aws:iam::000000000000:root"}}, False),
        ({"Action": "sts:TagSession"}, False),
        ({"Effect": "Deny"}, False),
    ],
    ids=[
        "lambda",
        "lambda among others",
        "this account",
        "another account",
        "what cannot be judged",
        "another service",
        "the account",
        "another action",
        "denied",
    ],
)
def test_lambda_takes_a_role_whose_trust_policy_lets_it(roles: TriedRoles, change: dict[str, object], trusted: bool):
    role = roles.make(trust={**TRUST, **change})

    assert trusts_service(role, "lambda.amazonaws.com").allowed is trusted


def test_a_role_that_does_not_exist_trusts_nobody_and_may_nothing(roles: TriedRoles):
    role = "arn:aws:iam::000000000000:role/none"

    assert "there is no role" in trusts_service(role, "lambda.amazonaws.com").reason
    assert not may(role, "sqs:SendMessage", QUEUE, "us-east-1").allowed


def test_what_is_no_role_at_all_trusts_nobody(roles: TriedRoles):
    assert not trusts_service("worker", "lambda.amazonaws.com").allowed


def test_lambda_may_under_a_role_what_the_role_may(roles: TriedRoles):
    assert may(roles.make(SEND), "sqs:SendMessage", QUEUE, "us-east-1").allowed
    assert not may(roles.make(SEND), "sqs:ReceiveMessage", QUEUE, "us-east-1").allowed


def test_the_default_version_of_a_managed_policy_counts(roles: TriedRoles):
    role, policy = roles.make(), roles.policy(SEND)
    roles.attach(role, policy)
    newer = document({**SEND, "Action": "sqs:ReceiveMessage"})
    roles.aws.client("iam").create_policy_version(PolicyArn=policy, PolicyDocument=newer, SetAsDefault=True)

    assert not may(role, "sqs:SendMessage", QUEUE, "us-east-1").allowed


def test_a_boundary_that_is_gone_allows_nothing(roles: TriedRoles):
    role = roles.make(SEND, boundary=SEND)
    boundary = roles.aws.client("iam").get_role(RoleName=role.rsplit("/", 1)[-1])["Role"]["PermissionsBoundary"]
    roles.aws.client("iam").delete_policy(PolicyArn=boundary["PermissionsBoundaryArn"])

    assert policies_of(role).boundary == {"Statement": []}
    assert not may(role, "sqs:SendMessage", QUEUE, "us-east-1").allowed
