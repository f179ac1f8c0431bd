import pulumi
import pulumi_aws as aws
from infra.samples import function_args
from lambdaform import Function
from lambdaform.testing import deploy

CALLER = "aws:index/getCallerIdentity:getCallerIdentity"
REGION = "aws:index/getRegion:getRegion"


def test_aws_is_asked_once_however_many_components_there_are():
    def program():
        for number in range(3):
            Function(f"worker-{number}", function_args(warmer={}))

    asked = [invoke.token for invoke in deploy(program).invokes]

    assert sorted(asked) == [CALLER, REGION]


def test_every_provider_is_asked_by_itself():
    def program():
        provider = aws.Provider("elsewhere", region="us-west-2")
        Function("here", function_args())
        Function("there", function_args(), pulumi.ResourceOptions(provider=provider))

    asked = [invoke.token for invoke in deploy(program).invokes]

    assert sorted(asked) == [CALLER, CALLER, REGION, REGION]


def test_two_runs_in_one_process_share_nothing():
    def program():
        pulumi.export("release", Function("worker", function_args()).release)

    accounts = [deploy(program, account=account).exports["release"]["account"] for account in ("1" * 12, "2" * 12)]

    assert accounts == ["1" * 12, "2" * 12]


def test_the_children_use_the_provider_of_their_component():
    def program():
        provider = aws.Provider("elsewhere", region="us-west-2")
        Function("there", function_args(warmer={}), pulumi.ResourceOptions(provider=provider))

    recording = deploy(program)

    elsewhere = recording.one("pulumi:providers:aws").urn
    made = [each for each in recording.resources if each.custom and each.type != "pulumi:providers:aws"]
    assert {resource.provider for resource in made} == {elsewhere}


def test_the_partition_is_that_of_the_caller():
    def program():
        vpc = {"subnet_ids": ["subnet-1", "subnet-2"], "security_group_ids": ["sg-1"]}
        Function("worker", function_args(vpc=vpc, alarm_topics=[]))

    policy = deploy(program, region="cn-north-1").one("aws:iam/rolePolicy:RolePolicy", "worker")

    assert "arn:aws-cn:ec2:cn-north-1:123456789012:subnet/subnet-1" in policy["policy"]
