"""The AWS that only exists in a test: what it makes up looks like the real one."""

from typing import Any

import pulumi_aws as aws
import pytest
from lambdaform.testing import FakeAws, deploy
from lambdaform.testing.fake_types import FAKE_TYPES

ALIAS_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:worker:live"


def made(token: str, **inputs: Any) -> tuple[str, dict[str, Any]]:
    return FakeAws().create(token, "orders", inputs)


def test_names_that_are_not_given_are_made_up_like_pulumi_does():
    _, outputs = made("aws:sqs/queue:Queue")

    assert outputs["name"].startswith("orders-")
    assert len(outputs["name"]) == len("orders-1234567")


def test_names_that_are_given_are_kept():
    assert made("aws:sqs/queue:Queue", name="given")[1]["name"] == "given"


def test_name_prefixes_are_honoured():
    _, outputs = made("aws:cloudwatch/logGroup:LogGroup", namePrefix="/aws/lambda/worker-")

    assert outputs["name"].startswith("/aws/lambda/worker-")
    assert len(outputs["name"]) > len("/aws/lambda/worker-")
    assert outputs["arn"] == f"arn:aws:logs:eu-west-1:123456789012:log-group:{outputs['name']}"


@pytest.mark.parametrize(
    ("token", "given"), [("aws:sqs/queue:Queue", "fifoQueue"), ("aws:sns/topic:Topic", "fifoTopic")]
)
def test_first_in_first_out_has_the_suffix_that_aws_demands(token: str, given: str):
    assert made(token, **{given: True})[1]["name"].endswith(".fifo")


def test_two_resources_of_one_name_are_not_the_same():
    fake = FakeAws()

    first, second = (fake.create("aws:sqs/queue:Queue", "orders", {}) for _ in range(2))

    assert first != second


def test_two_tests_see_the_same_identifiers():
    assert made("aws:kms/key:Key") == made("aws:kms/key:Key")


@pytest.mark.parametrize(
    ("token", "inputs", "resource_id", "outputs"),
    [
        (
            "aws:sqs/queue:Queue",
            {"name": "q"},
            "https://sqs.eu-west-1.amazonaws.com/123456789012/q",
            {"arn": "arn:aws:sqs:eu-west-1:123456789012:q"},
        ),
        ("aws:iam/role:Role", {"name": "r"}, "r", {"arn": "arn:aws:iam::123456789012:role/r"}),
        ("aws:iam/role:Role", {"name": "r", "path": "/ci/"}, "r", {"arn": "arn:aws:iam::123456789012:role/ci/r"}),
        ("aws:iam/rolePolicy:RolePolicy", {"name": "p", "role": "r"}, "r:p", {}),
        (
            "aws:sns/topic:Topic",
            {"name": "t"},
            "arn:aws:sns:eu-west-1:123456789012:t",
            {"arn": "arn:aws:sns:eu-west-1:123456789012:t"},
        ),
        (
            "aws:lambda/function:Function",
            {"name": "f"},
            "f",
            {"version": "$LATEST", "qualifiedArn": "arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST"},
        ),
        (
            "aws:lambda/function:Function",
            {"name": "f", "publish": True, "sourceCodeHash": "abc="},
            "f",
            {
                "version": "1",
                "qualifiedArn": "arn:aws:lambda:eu-west-1:123456789012:function:f:1",
                "codeSha256": "abc=",
                "invokeArn": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
                "arn:aws:lambda:eu-west-1:123456789012:function:f/invocations",
            },
        ),
        ("aws:lambda/alias:Alias", {"name": "live", "functionName": "worker"}, ALIAS_ARN, {"arn": ALIAS_ARN}),
        (
            "aws:lambda/alias:Alias",
            {"name": "live", "functionName": "arn:aws:lambda:eu-west-1:123456789012:function:worker"},
            ALIAS_ARN,
            {"arn": ALIAS_ARN},
        ),
        ("aws:lambda/permission:Permission", {"statementId": "events"}, "events", {"statementId": "events"}),
        (
            "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
            {"functionName": "f", "qualifier": "live"},
            "f:live",
            {},
        ),
        (
            "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
            {"functionName": "f"},
            "f",
            {},
        ),
        ("aws:dynamodb/table:Table", {"name": "t"}, "t", {"arn": "arn:aws:dynamodb:eu-west-1:123456789012:table/t"}),
        (
            "aws:cloudwatch/eventRule:EventRule",
            {"name": "r"},
            "r",
            {"arn": "arn:aws:events:eu-west-1:123456789012:rule/r"},
        ),
        (
            "aws:cloudwatch/eventRule:EventRule",
            {"name": "r", "eventBusName": "shop"},
            "shop/r",
            {"arn": "arn:aws:events:eu-west-1:123456789012:rule/shop/r"},
        ),
        (
            "aws:apigatewayv2/stage:Stage",
            {"name": "$default", "apiId": "abc"},
            "$default",
            {"invokeUrl": "https://abc.execute-api.eu-west-1.amazonaws.com/"},
        ),
        (
            "aws:apigatewayv2/stage:Stage",
            {"name": "beta", "apiId": "abc"},
            "beta",
            {"invokeUrl": "https://abc.execute-api.eu-west-1.amazonaws.com/beta"},
        ),
        (
            "aws:scheduler/schedule:Schedule",
            {"name": "nightly"},
            "default/nightly",
            {"arn": "arn:aws:scheduler:eu-west-1:123456789012:schedule/default/nightly"},
        ),
        ("aws:s3/bucket:Bucket", {"bucket": "files"}, "files", {"arn": "arn:aws:s3:::files"}),
    ],
)
def test_ids_and_outputs_look_like_those_of_aws(
    token: str, inputs: dict[str, Any], resource_id: str, outputs: dict[str, Any]
):
    found_id, found = made(token, **inputs)

    assert found_id == resource_id
    assert {key: found[key] for key in outputs} == outputs


def test_an_http_api_has_an_endpoint_and_an_execution_arn_of_its_id():
    api_id, outputs = made("aws:apigatewayv2/api:Api")

    assert outputs["apiEndpoint"] == f"https://{api_id}.execute-api.eu-west-1.amazonaws.com"
    assert outputs["executionArn"] == f"arn:aws:execute-api:eu-west-1:123456789012:{api_id}"


def test_an_event_source_mapping_says_which_function_it_calls():
    by_arn = FakeAws().create("aws:lambda/eventSourceMapping:EventSourceMapping", "q", {"functionName": ALIAS_ARN})
    by_name = FakeAws().create("aws:lambda/eventSourceMapping:EventSourceMapping", "q", {"functionName": "worker"})

    assert by_arn[1]["functionArn"] == ALIAS_ARN
    assert by_name[1]["functionArn"] == ALIAS_ARN.removesuffix(":live")
    assert by_arn[0] == by_arn[1]["uuid"]


def test_a_table_has_a_stream_only_when_it_is_switched_on():
    token = "aws:dynamodb/table:Table"

    assert "streamArn" not in made(token)[1]
    assert made(token, streamEnabled=True)[1]["streamArn"].startswith(f"{made(token)[1]['arn']}/stream/")


@pytest.mark.parametrize("token", FAKE_TYPES)
def test_every_known_type_can_be_made_without_inputs(token: str):
    _, outputs = made(token)

    assert all("{" not in str(value) for value in outputs.values())


def test_a_type_that_is_not_known_gets_a_name_and_an_arn():
    resource_id, outputs = made("aws:transfer/server:Server")

    assert outputs["name"].startswith("orders-")
    assert outputs["arn"] == f"arn:aws:transfer:eu-west-1:123456789012:server/{outputs['name']}"
    assert resource_id == outputs["name"]


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_partitions_follow_the_region(region: str, partition: str):
    fake = FakeAws(region=region)

    assert fake.create("aws:sqs/queue:Queue", "q", {})[1]["arn"].startswith(f"arn:{partition}:sqs:{region}:")
    assert fake.invoke("aws:index/getPartition:getPartition", {})["partition"] == partition


def test_the_region_of_a_resource_wins_over_that_of_the_account():
    assert ":us-east-1:" in made("aws:sqs/queue:Queue", region="us-east-1")[1]["arn"]


def test_it_knows_where_it_is():
    fake = FakeAws(account="111122223333", region="eu-north-1")

    assert fake.invoke("aws:index/getCallerIdentity:getCallerIdentity", {})["accountId"] == "111122223333"
    assert fake.invoke("aws:index/getRegion:getRegion", {})["region"] == "eu-north-1"
    assert fake.invoke("aws:index/getRegion:getRegion", {"region": "us-east-1"})["region"] == "us-east-1"


def test_a_function_that_it_does_not_know_is_an_error_with_the_line_to_write():
    with pytest.raises(LookupError) as raised:
        FakeAws().invoke("aws:ec2/getVpc:getVpc", {})

    assert str(raised.value) == (
        "the function `aws:ec2/getVpc:getVpc` has no answer in this test\n"
        'hint: deploy(..., backend=FakeAws(outputs={"aws:ec2/getVpc:getVpc": {...}}))'
    )


def test_answers_can_be_given():
    fake = FakeAws(outputs={"aws:ec2/getVpc:getVpc": {"id": "vpc-1"}, "aws:index/getRegion:getRegion": {}})

    assert fake.invoke("aws:ec2/getVpc:getVpc", {}) == {"id": "vpc-1"}
    assert fake.invoke("aws:index/getRegion:getRegion", {}) == {}


def test_outputs_can_be_given_for_a_type_and_for_one_resource():
    token = "aws:sqs/queue:Queue"
    fake = FakeAws(outputs={token: {"url": "type", "arn": "type"}, f"{token}::orders": {"id": "one", "arn": "one"}})

    orders_id, orders = fake.create(token, "orders", {})
    other_id, other = fake.create(token, "returns", {})

    assert (orders_id, orders["url"], orders["arn"]) == ("one", "type", "one")
    assert (other["url"], other["arn"]) == ("type", "type")
    assert other_id.startswith("https://")


@pytest.mark.parametrize(
    ("token", "resource_id", "arn"),
    [
        ("aws:iam/role:Role", "deployer", "arn:aws:iam::123456789012:role/deployer"),
        ("aws:s3/bucket:Bucket", "files", "arn:aws:s3:::files"),
        ("aws:cloudwatch/logGroup:LogGroup", "/aws/f", "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/f"),
        ("aws:sns/topic:Topic", "arn:aws:sns:eu-west-1:123456789012:t", "arn:aws:sns:eu-west-1:123456789012:t"),
        (
            "aws:sqs/queue:Queue",
            "https://sqs.eu-west-1.amazonaws.com/123456789012/q",
            "arn:aws:sqs:eu-west-1:123456789012:q",
        ),
    ],
)
def test_what_is_looked_up_has_the_id_that_was_asked_for(token: str, resource_id: str, arn: str):
    found_id, outputs = FakeAws().read(token, resource_id, {})

    assert (found_id, outputs["arn"]) == (resource_id, arn)


def test_outputs_can_be_given_for_what_is_looked_up():
    fake = FakeAws(outputs={"aws:iam/role:Role::deployer": {"arn": "given"}})

    assert fake.read("aws:iam/role:Role", "deployer", {})[1]["arn"] == "given"


def test_outputs_reach_the_program_under_the_names_of_the_sdk():
    seen: dict[str, str] = {}

    def program():
        function = aws.lambda_.Function("f", name="f", role="r", publish=True, runtime="python3.13", handler="a.b")
        function.version.apply(lambda version: seen.update(version=version))
        function.qualified_arn.apply(lambda arn: seen.update(arn=arn))

    deploy(program)

    assert seen == {"version": "1", "arn": "arn:aws:lambda:eu-west-1:123456789012:function:f:1"}
