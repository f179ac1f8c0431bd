"""Changes and deletions whose rules are of one type alone."""

import json
from typing import Any

import pytest
from lambdaform_sandbox.errors import SandboxError
from lambdaform_sandbox.provider import Provider
from lambdaform_sandbox.server import AwsServer

from .conftest import Create
from .examples import Place, code, policy, trust

FUNCTION = "aws:lambda/function:Function"
ITEM = "aws:dynamodb/tableItem:TableItem"
POLICY = "aws:iam/policy:Policy"
QUEUE = "aws:sqs/queue:Queue"
ROLE = "aws:iam/role:Role"


@pytest.fixture(scope="module")
def place(create: Create, aws: AwsServer) -> Place:
    return Place(create, aws)


def test_a_function_that_the_program_wants_to_keep_is_kept(
    create: Create, provider: Provider, place: Place, aws: AwsServer
):
    inputs = {"code": code("kept"), "handler": "handler.handle", "runtime": "python3.13", "role": place.role}
    made = create(FUNCTION, "kept", **inputs, skipDestroy=True)
    provider.delete(FUNCTION, "kept", made["id"], made)
    assert aws.client("lambda").get_function(FunctionName=made["id"])


def test_a_role_with_a_policy_by_hand_is_deleted_only_if_the_program_says_so(
    create: Create, provider: Provider, aws: AwsServer
):
    role = create(ROLE, "entangled", assumeRolePolicy=trust("lambda.amazonaws.com"))
    aws.client("iam").put_role_policy(RoleName=role["id"], PolicyName="by-hand", PolicyDocument=policy("sqs:*"))
    with pytest.raises(SandboxError, match="AWS refused to delete `aws:iam/role:Role` `entangled`: DeleteConflict"):
        provider.delete(ROLE, "entangled", role["id"], role)
    provider.delete(ROLE, "entangled", role["id"], {**role, "forceDetachPolicies": True})
    assert provider.refresh(ROLE, "entangled", role["id"], {}, role) is None


def test_a_managed_policy_may_change_more_often_than_aws_keeps_versions(provider: Provider, aws: AwsServer):
    inputs: dict[str, Any] = {"policy": policy("sqs:0"), "name": "often", "path": "/", "tagsAll": {}}
    arn, outputs = provider.make(POLICY, "often", inputs)
    for number in range(1, 8):
        news = {**inputs, "policy": policy(f"sqs:{number}")}
        outputs = provider.update(POLICY, "often", arn, inputs, outputs, news)
        inputs = news
    assert json.loads(outputs["policy"])["Statement"][0]["Action"] == "sqs:7"
    provider.delete(POLICY, "often", arn, outputs)
    assert provider.refresh(POLICY, "often", arn, inputs, outputs) is None


def test_an_item_with_another_key_leaves_none_behind(provider: Provider, place: Place, aws: AwsServer):
    inputs = {"tableName": place.table, "hashKey": "name", "item": json.dumps({"name": {"S": "old"}})}
    identifier, outputs = provider.make(ITEM, "renamed", inputs)
    news = {**inputs, "item": json.dumps({"name": {"S": "new"}})}
    provider.update(ITEM, "renamed", identifier, inputs, outputs, news)
    found = aws.client("dynamodb").scan(TableName=place.table)["Items"]
    assert [item["name"]["S"] for item in found] == ["new"]


def test_a_changed_queue_keeps_the_policy_that_another_resource_gave_it(
    create: Create, provider: Provider, aws: AwsServer
):
    queue = create(QUEUE, "guarded-queue")
    create("aws:sqs/queuePolicy:QueuePolicy", "guard", queueUrl=queue["url"], policy=policy("sqs:*", Principal="*"))
    inputs = {"name": queue["name"], "visibilityTimeoutSeconds": 30}
    provider.update(QUEUE, "guarded-queue", queue["id"], inputs, queue, {**inputs, "visibilityTimeoutSeconds": 60})
    found = aws.client("sqs").get_queue_attributes(QueueUrl=queue["url"], AttributeNames=["All"])["Attributes"]
    assert (found["VisibilityTimeout"], "sqs:*" in found["Policy"]) == ("60", True)
