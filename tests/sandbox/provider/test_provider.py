"""The provider as a whole: what it refuses, how it names and tags, what it knows of its surroundings."""

import json

import pytest
from lambdaform_sandbox.errors import SandboxError
from lambdaform_sandbox.provider import Provider
from lambdaform_sandbox.server import AwsServer

from .conftest import Create


def test_a_type_that_is_not_emulated_is_refused_by_name(create: Create):
    with pytest.raises(SandboxError, match="does not emulate the resource type `aws:ec2/instance:Instance`"):
        create("aws:ec2/instance:Instance", "server")


def test_a_property_that_is_not_emulated_is_refused_and_not_dropped(create: Create):
    with pytest.raises(SandboxError) as raised:
        create("aws:lambda/function:Function", "worker", vpcConfig={"subnetIds": ["subnet-1"]})
    assert "`aws:lambda/function:Function` `worker`" in str(raised.value)
    assert "the property `vpcConfig`" in str(raised.value)


def test_a_nested_property_that_is_not_emulated_is_refused_by_its_path(create: Create):
    with pytest.raises(SandboxError, match=r"the property `loggingConfig\.color`"):
        create("aws:lambda/function:Function", "worker", loggingConfig={"logFormat": "JSON", "color": "red"})


def test_what_aws_refuses_is_said_with_the_resource_it_was_for(create: Create):
    with pytest.raises(SandboxError) as raised:
        create("aws:iam/rolePolicy:RolePolicy", "worker", role="nobody", policy=json.dumps({"Version": "2012-10-17"}))
    assert "AWS refused to create `aws:iam/rolePolicy:RolePolicy` `worker`: " in str(raised.value)


def test_another_region_is_refused(create: Create):
    with pytest.raises(SandboxError, match="`orders`: the sandbox has only the region `us-east-1`"):
        create("aws:sqs/queue:Queue", "orders", region="eu-west-1")


def test_the_own_region_may_be_named(create: Create):
    assert create("aws:sqs/queue:Queue", "orders", region="us-east-1")["url"]


def test_default_tags_are_on_everything_and_own_tags_win(create: Create, aws: AwsServer):
    queue = create("aws:sqs/queue:Queue", "tagged", tags={"team": "search"})
    expected = {"stack": "sandbox", "team": "search"}
    assert queue["tagsAll"] == expected
    assert aws.client("sqs").list_queue_tags(QueueUrl=queue["url"])["Tags"] == expected


def test_inputs_and_defaults_are_outputs(create: Create):
    queue = create("aws:sqs/queue:Queue", "timed", visibilityTimeoutSeconds=90)
    assert queue["visibilityTimeoutSeconds"] == 90
    assert queue["messageRetentionSeconds"] == 345_600


def test_a_program_learns_account_region_and_partition(provider: Provider):
    caller = provider.invoke("aws:index/getCallerIdentity:getCallerIdentity", {})
    assert caller["accountId"] == "000000000000"
    assert caller["arn"].startswith("arn:aws:")
    assert provider.invoke("aws:index/getRegion:getRegion", {})["region"] == "us-east-1"
    assert provider.invoke("aws:index/getPartition:getPartition", {})["partition"] == "aws"


def test_any_other_function_is_refused_by_name(provider: Provider):
    with pytest.raises(SandboxError, match="does not emulate the function `aws:ec2/getAmi:getAmi`"):
        provider.invoke("aws:ec2/getAmi:getAmi", {})


def test_looking_up_what_does_not_exist_is_refused(provider: Provider):
    with pytest.raises(SandboxError, match="`my-group` does not exist in the sandbox"):
        provider.read("aws:cloudwatch/logGroup:LogGroup", "my-group", {})


def test_what_exists_is_found_by_its_id(provider: Provider, aws: AwsServer):
    aws.client("logs").create_log_group(logGroupName="by-hand")
    identifier, outputs = provider.read("aws:cloudwatch/logGroup:LogGroup", "by-hand", {})
    assert (identifier, outputs["name"], outputs["retentionInDays"]) == ("by-hand", "by-hand", 0)


def test_an_explicit_provider_may_name_what_the_sandbox_is(create: Create):
    create("pulumi:providers:aws", "explicit", region="us-east-1", allowedAccountIds='["000000000000"]')


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"region": "eu-west-1"}, "the sandbox has only `us-east-1`"),
        ({"allowedAccountIds": '["222222222222"]'}, "must be exactly `000000000000`"),
        ({"profile": "production"}, "does not emulate the property `profile`"),
        ({"assumeRoles": "[]"}, "does not emulate the property `assumeRoles`"),
    ],
)
def test_an_explicit_provider_for_anything_else_is_refused(create: Create, inputs: dict[str, str], said: str):
    with pytest.raises(SandboxError, match=said):
        create("pulumi:providers:aws", "explicit", **inputs)
