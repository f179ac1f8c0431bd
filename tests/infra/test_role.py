from typing import Any, cast

from infra.samples import ACCOUNT, BOUNDARY, TABLE, allow, listed, statements
from lambdaform import ExecutionRole, ExecutionRoleArgs, grants
from lambdaform.testing import Recording, deploy

ROLE = "aws:iam/role:Role"


def role(**args: Any) -> Recording:
    return deploy(lambda: ExecutionRole("worker", cast(ExecutionRoleArgs, args)))


def test_a_role_is_a_role_and_its_one_policy():
    assert listed(role()) == [
        (ROLE, "worker"),
        ("aws:iam/rolePolicy:RolePolicy", "worker"),
        ("lambdaform:index:ExecutionRole", "worker"),
    ]


def test_only_lambda_takes_the_role_and_only_for_this_account():
    assert role().one(ROLE).json("assumeRolePolicy") == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            }
        ],
    }


def test_sessions_last_an_hour_at_most():
    assert role().one(ROLE)["maxSessionDuration"] == 3600


def test_no_managed_policy_is_ever_attached():
    assert "managedPolicyArns" not in role().one(ROLE).inputs


def test_a_boundary_is_put_on_the_role():
    assert role(permissions_boundary_arn=BOUNDARY).one(ROLE)["permissionsBoundary"] == BOUNDARY
    assert "permissionsBoundary" not in role().one(ROLE).inputs


def test_the_role_may_do_what_it_was_given():
    assert statements(role(statements=[grants.read_secret("arn:aws:secretsmanager:eu-west-1:1:secret:a-b1")])) == [
        allow(["secretsmanager:GetSecretValue"], "arn:aws:secretsmanager:eu-west-1:1:secret:a-b1")
    ]


def test_statements_on_the_same_resource_become_one():
    assert statements(role(statements=[grants.write_table(TABLE), grants.write_table(TABLE)])) == [
        allow(["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], TABLE)
    ]


def test_outputs_name_the_role():
    recording = role()

    made = recording.one(ROLE).outputs
    registered = recording.one("lambdaform:index:ExecutionRole").registered_outputs
    assert registered == {"role_name": made["name"], "role_arn": made["arn"]}
