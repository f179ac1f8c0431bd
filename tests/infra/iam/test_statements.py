from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from infra.samples import ACCOUNT, TABLE
from lambdaform.iam.statements import STAR_ONLY_ACTIONS, statement_problems
from lambdaform.testing import deploy


def fields(**changes: Any) -> list[str]:
    statement = {"actions": ["dynamodb:GetItem"], "resources": [TABLE], **changes}
    return [problem.field for problem in statement_problems([statement])]


@pytest.mark.parametrize(
    "resource",
    [
        TABLE,
        f"{TABLE}/index/*",
        "arn:aws:s3:::photos/*",
        "arn:aws:s3:::photos/2026/*",
        f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/aws/lambda/worker:*",
        f"arn:aws:ec2:eu-west-1:{ACCOUNT}:network-interface/*",
        f"arn:aws-cn:sqs:cn-north-1:{ACCOUNT}:orders-*",
    ],
)
def test_an_arn_may_end_in_a_wildcard_once_it_names_something(resource: str):
    assert fields(resources=[resource]) == []


@pytest.mark.parametrize(
    "resource",
    [
        "*",
        "arn:*",
        "arn:aws:*",
        "arn:aws:dynamodb:*:*:*",
        f"arn:aws:dynamodb:*:{ACCOUNT}:table/people",
        "arn:aws:dynamodb:eu-west-1:*:table/people",
        f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:*",
        f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/*",
        f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:*",
        f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:**",
        "arn:aws:s3:::*",
        "people",
        "",
    ],
)
def test_what_names_nothing_is_refused(resource: str):
    assert fields(resources=[TABLE, resource]) == ["permissions[0].resources[1]"]


@given(st.text(alphabet="abcAB:*?", max_size=12).filter(lambda action: "*" in action or "?" in action))
def test_no_action_has_a_wildcard(action: str):
    assert fields(actions=[action]) == ["permissions[0].actions[0]"]


@pytest.mark.parametrize("action", sorted(STAR_ONLY_ACTIONS))
def test_star_is_accepted_where_aws_accepts_nothing_else(action: str):
    assert fields(actions=[action], resources=["*"]) == []


def test_star_is_not_accepted_for_the_company_of_such_an_action():
    assert fields(actions=["xray:PutTraceSegments", "dynamodb:GetItem"], resources=["*"]) == [
        "permissions[0].resources[0]"
    ]


def test_a_denial_may_be_as_wide_as_it_likes():
    assert fields(effect="Deny", actions=["*"], resources=["*"]) == []


def test_a_denial_of_nothing_is_a_mistake():
    assert fields(effect="Deny", actions=[], resources=[]) == ["permissions[0].actions", "permissions[0].resources"]


def test_an_output_is_looked_at_when_it_is_known():
    found: list[list[str]] = []

    deploy(lambda: found.append(fields(resources=[pulumi.Output.from_input("*")])))

    assert found == [[]]


def test_a_condition_is_not_said_twice_because_iam_would_keep_one():
    accounts = [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": [each]} for each in ("1", "2")]
    another = {"test": "StringEquals", "variable": "aws:SourceOrgID", "values": ["o-1"]}

    assert fields(conditions=[accounts[0], another]) == []
    assert fields(conditions=[*accounts, another]) == ["permissions[0].conditions[1]"]


def test_every_statement_is_looked_at_and_counted():
    wide = {"actions": ["sqs:*"], "resources": ["*"]}

    assert [problem.field for problem in statement_problems([wide, wide], field="statements")] == [
        "statements[0].actions[0]",
        "statements[0].resources[0]",
        "statements[1].actions[0]",
        "statements[1].resources[0]",
    ]
