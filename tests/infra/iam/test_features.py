import json
from collections.abc import Callable, Sequence
from typing import Any

import pulumi
import pytest
from infra.iam_data import accepts_star_only, useless_parts
from infra.samples import ACCOUNT, ALIAS, KEY, PAGER, QUEUE, allow
from lambdaform import Statement
from lambdaform.iam import features, policy_document
from lambdaform.iam.statements import STAR_ONLY_ACTIONS
from lambdaform.testing import deploy

FUNCTION = ALIAS.removesuffix(":live")
EC2 = f"arn:aws:ec2:eu-west-1:{ACCOUNT}"
EFS = f"arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}"
FILES, ACCESS = f"{EFS}:file-system/fs-0123456789abcdef0", f"{EFS}:access-point/fsap-0123456789abcdef0"
LOG_GROUP = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/aws/lambda/worker-1"
BUS = f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/all"

Statements = Sequence[pulumi.Input[Statement]]

EXPECTED: dict[str, tuple[Callable[[], Statements], list[dict[str, Any]]]] = {
    "write_logs": (
        lambda: [features.write_logs(LOG_GROUP)],
        [allow(["logs:CreateLogStream", "logs:PutLogEvents"], f"{LOG_GROUP}:*")],
    ),
    "trace": (lambda: [features.trace()], [allow(["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*")]),
    "deliver to a queue": (lambda: [features.deliver(QUEUE)], [allow(["sqs:SendMessage"], QUEUE)]),
    "deliver to a topic": (lambda: [features.deliver(PAGER)], [allow(["sns:Publish"], PAGER)]),
    "deliver to an alias": (lambda: [features.deliver(ALIAS)], [allow(["lambda:InvokeFunction"], ALIAS)]),
    "deliver to a bus": (lambda: [features.deliver(BUS)], [allow(["events:PutEvents"], BUS)]),
    "deliver to a bucket": (
        lambda: [features.deliver("arn:aws:s3:::failures")],
        [allow(["s3:PutObject"], "arn:aws:s3:::failures/*")],
    ),
    "consume_queue": (
        lambda: [features.consume_queue(QUEUE)],
        [allow(["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], QUEUE)],
    ),
    "mount_file_system": (
        lambda: [features.mount_file_system(FILES, ACCESS)],
        [
            allow(
                ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
                FILES,
                condition={"StringEquals": {"elasticfilesystem:AccessPointArn": [ACCESS]}},
            )
        ],
    ),
    "decrypt_environment": (
        lambda: [features.decrypt_environment(KEY, FUNCTION)],
        [
            allow(
                ["kms:Decrypt"],
                KEY,
                condition={"StringEquals": {"kms:EncryptionContext:aws:lambda:FunctionArn": [FUNCTION]}},
            )
        ],
    ),
    "network_interfaces": (
        lambda: features.network_interfaces(EC2, ["subnet-1"], ["sg-1"]),
        [
            allow(
                ["ec2:AssignPrivateIpAddresses", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"],
                f"{EC2}:network-interface/*",
            ),
            allow(
                ["ec2:CreateNetworkInterface"],
                f"{EC2}:network-interface/*",
                f"{EC2}:security-group/sg-1",
                f"{EC2}:subnet/subnet-1",
            ),
            allow(["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], "*"),
        ],
    ),
    "no_network_interfaces_from_code": (
        lambda: [features.no_network_interfaces_from_code(FUNCTION)],
        [
            {
                "Effect": "Deny",
                "Action": [
                    "ec2:AssignPrivateIpAddresses",
                    "ec2:CreateNetworkInterface",
                    "ec2:DeleteNetworkInterface",
                    "ec2:DescribeNetworkInterfaces",
                    "ec2:DescribeSubnets",
                    "ec2:UnassignPrivateIpAddresses",
                ],
                "Resource": ["*"],
                "Condition": {"ArnEquals": {"lambda:SourceFunctionArn": [FUNCTION]}},
            }
        ],
    ),
}


def rendered(make: Callable[[], Statements]) -> list[dict[str, Any]]:
    recording = deploy(lambda: pulumi.export("policy", policy_document("Function", "worker", make())))
    return json.loads(recording.exports["policy"])["Statement"]


@pytest.mark.parametrize(("make", "expected"), EXPECTED.values(), ids=EXPECTED)
def test_a_feature_brings_exactly_these_statements(make: Callable[[], Statements], expected: list[dict[str, Any]]):
    assert rendered(make) == expected


@pytest.mark.parametrize("expected", [row[1] for row in EXPECTED.values()], ids=EXPECTED)
def test_iam_knows_every_action_and_that_it_concerns_the_resource(expected: list[dict[str, Any]]):
    allowed = [statement for statement in expected if statement["Effect"] == "Allow"]

    assert [part for statement in allowed for part in useless_parts(statement)] == []


def test_every_feature_that_is_offered_is_tested():
    assert {name.partition(" ")[0] for name in EXPECTED} == set(features.__all__)


def test_what_lambda_may_do_in_a_network_the_code_may_not():
    granted = EXPECTED["network_interfaces"][1]
    [denied] = EXPECTED["no_network_interfaces_from_code"][1]

    assert set(denied["Action"]) == {action for statement in granted for action in statement["Action"]}


@pytest.mark.parametrize("action", sorted(STAR_ONLY_ACTIONS))
def test_iam_accepts_nothing_but_star_for_these_actions(action: str):
    assert accepts_star_only(action)


def test_no_feature_may_make_log_groups():
    actions = {action for _, expected in EXPECTED.values() for statement in expected for action in statement["Action"]}

    assert "logs:CreateLogGroup" not in actions
