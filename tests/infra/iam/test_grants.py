import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from infra.iam_data import useless_parts
from infra.samples import ACCOUNT, ALIAS, KEY, PAGER, QUEUE, TABLE, allow, deployed, statements
from lambdaform import Statement, grants
from lambdaform.iam import policy_document
from lambdaform.testing import deploy

BUCKET = "arn:aws:s3:::photos"
BUS = f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/orders"
PARAMETER = f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/worker/limit"
SECRET = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:worker-a1B2c3"

Grant = Callable[[pulumi.Input[str]], Statement]

EXPECTED: list[tuple[Grant, str, dict[str, Any]]] = [
    (
        grants.read_table,
        TABLE,
        allow(
            [
                "dynamodb:BatchGetItem",
                "dynamodb:ConditionCheckItem",
                "dynamodb:GetItem",
                "dynamodb:Query",
                "dynamodb:Scan",
            ],
            TABLE,
            f"{TABLE}/index/*",
        ),
    ),
    (
        grants.write_table,
        TABLE,
        allow(["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], TABLE),
    ),
    (grants.send_queue, QUEUE, allow(["sqs:GetQueueUrl", "sqs:SendMessage"], QUEUE)),
    (grants.publish_topic, PAGER, allow(["sns:Publish"], PAGER)),
    (grants.read_bucket, BUCKET, allow(["s3:GetObject", "s3:ListBucket"], BUCKET, f"{BUCKET}/*")),
    (
        grants.write_bucket,
        BUCKET,
        allow(["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"], f"{BUCKET}/*"),
    ),
    (grants.read_parameter, PARAMETER, allow(["ssm:GetParameter", "ssm:GetParameters"], PARAMETER)),
    (grants.read_secret, SECRET, allow(["secretsmanager:GetSecretValue"], SECRET)),
    (grants.decrypt_key, KEY, allow(["kms:Decrypt"], KEY)),
    (grants.put_events, BUS, allow(["events:PutEvents"], BUS)),
    (grants.invoke_function, ALIAS, allow(["lambda:InvokeFunction"], ALIAS)),
]

NAMES = [grant.__name__ for grant, _, _ in EXPECTED]
every_grant = pytest.mark.parametrize(("grant", "arn", "statement"), EXPECTED, ids=NAMES)


def rendered(grant: Callable[[], Statement]) -> list[dict[str, Any]]:
    recording = deploy(lambda: pulumi.export("policy", policy_document("Function", "worker", [grant()])))
    return json.loads(recording.exports["policy"])["Statement"]


@every_grant
def test_a_grant_is_exactly_these_actions_on_exactly_this_resource(grant: Grant, arn: str, statement: dict[str, Any]):
    assert rendered(lambda: grant(arn)) == [statement]


@every_grant
def test_a_grant_takes_what_is_known_late(grant: Grant, arn: str, statement: dict[str, Any]):
    assert rendered(lambda: grant(pulumi.Output.from_input(arn))) == [statement]


@every_grant
def test_iam_knows_every_action_and_that_it_concerns_the_resource(grant: Grant, arn: str, statement: dict[str, Any]):
    assert useless_parts(statement) == []


@every_grant
def test_a_function_accepts_every_grant(grant: Grant, arn: str, statement: dict[str, Any]):
    assert statement in statements(deployed(permissions=[grant(arn)]))


def test_every_grant_that_is_offered_is_tested():
    assert set(NAMES) == set(grants.__all__)


def test_a_key_can_be_used_through_one_service_only():
    through = {"StringEquals": {"kms:ViaService": ["ssm.eu-west-1.amazonaws.com"]}}

    assert rendered(lambda: grants.decrypt_key(KEY, "ssm.eu-west-1.amazonaws.com")) == [
        allow(["kms:Decrypt"], KEY, condition=through)
    ]


@pytest.mark.parametrize(
    ("statement", "useless"),
    [
        (allow(["sqs:SendMessage"], TABLE), ["sqs:SendMessage", TABLE]),
        (allow(["dynamodb:GetItem", "sqs:SendMessage"], TABLE), ["sqs:SendMessage"]),
        (allow(["dynamodb:GetItem"], "*"), ["dynamodb:GetItem"]),
        (allow(["s3:PutObject"], f"{BUCKET}/*", QUEUE), [QUEUE]),
    ],
)
def test_a_grant_that_allows_nothing_would_be_noticed(statement: dict[str, Any], useless: list[str]):
    assert useless_parts(statement) == useless


def test_an_action_that_does_not_exist_would_be_noticed():
    with pytest.raises(KeyError, match="FetchItem"):
        useless_parts(allow(["dynamodb:FetchItem"], TABLE))
