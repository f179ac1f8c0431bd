from typing import Any

import pytest
from botocore.exceptions import ClientError
from sandbox.overlay.account import TRUST, Account, refused, zipped

BUCKET, KEY = "artifacts", "worker.zip"


def with_bucket(account: Account, *contents: bytes) -> list[str]:
    """Create a versioned bucket with versions of one object and return their ids."""
    s3 = account.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return [s3.put_object(Bucket=BUCKET, Key=KEY, Body=content)["VersionId"] for content in contents]


SETTINGS: dict[str, Any] = {
    "EphemeralStorage": {"Size": 1024},
    "Handler": "other.handle",
    "KMSKeyArn": "arn:aws:kms:us-east-1:000000000000:key/1",
    "LoggingConfig": {
        "LogFormat": "JSON",
        "LogGroup": "worker-1234567",
        "ApplicationLogLevel": "DEBUG",
        "SystemLogLevel": "WARN",
    },
    "MemorySize": 512,
    "SnapStart": {"ApplyOn": "PublishedVersions"},
    "Timeout": 30,
    "TracingConfig": {"Mode": "PassThrough"},
}


def read_back(configuration: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of `SETTINGS`, without what AWS adds to SnapStart."""
    found: dict[str, Any] = {name: configuration.get(name) for name in SETTINGS}
    if found["SnapStart"]:
        found["SnapStart"] = {"ApplyOn": found["SnapStart"]["ApplyOn"]}
    return found


def test_every_setting_given_at_creation_reads_back(account: Account):
    account.create(**SETTINGS)

    assert read_back(account.lambda_.get_function_configuration(FunctionName="worker")) == SETTINGS


def test_every_setting_can_be_changed(account: Account):
    account.create()
    account.lambda_.update_function_configuration(FunctionName="worker", **SETTINGS)

    assert read_back(account.lambda_.get_function_configuration(FunctionName="worker")) == SETTINGS


def test_a_change_leaves_everything_else(account: Account):
    account.create(**SETTINGS)
    account.lambda_.update_function_configuration(FunctionName="worker", Description="changed")

    assert read_back(account.lambda_.get_function_configuration(FunctionName="worker")) == SETTINGS


def test_a_dead_letter_queue_reads_back_and_can_be_taken_away(account: Account):
    queue = account.queue()
    role = account.make_role("sender", {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue})
    created = account.create(Role=role, DeadLetterConfig={"TargetArn": queue})
    changed = account.lambda_.update_function_configuration(FunctionName="worker", DeadLetterConfig={"TargetArn": ""})

    assert created["DeadLetterConfig"] == {"TargetArn": queue}
    assert "DeadLetterConfig" not in changed


def test_a_role_that_may_not_send_to_the_dead_letter_queue_is_refused(account: Account):
    with refused("InvalidParameterValueException", because="SendMessage on SQS"):
        account.create(DeadLetterConfig={"TargetArn": account.queue()})


def test_a_role_that_may_not_trace_is_refused(account: Account):
    with refused("InvalidParameterValueException", because="PutTraceSegments on XRAY"):
        account.create(TracingConfig={"Mode": "Active"})


@pytest.mark.parametrize(
    "trust",
    [
        {**TRUST, "Principal": {"Service": "ec2.amazonaws.com"}},
        {**TRUST, "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}},
    ],
    ids=["another service", "another account"],
)
def test_a_role_that_does_not_trust_lambda_for_this_account_is_refused(account: Account, trust: object):
    with refused("InvalidParameterValueException", because="cannot be assumed by Lambda"):
        account.create(Role=account.make_role("other", trust=trust))


def test_levels_are_for_json_logs_only(account: Account):
    with refused("InvalidParameterValueException"):
        account.create(LoggingConfig={"LogFormat": "Text", "ApplicationLogLevel": "DEBUG"})


def test_logs_go_to_a_group_of_the_functions_name_unless_told_otherwise(account: Account):
    account.create()
    configuration = account.lambda_.get_function_configuration(FunctionName="worker")

    assert configuration["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/worker"}


@pytest.mark.parametrize(
    ("given", "because"),
    [
        ({"MemorySize": 10_241}, "memorySize"),
        ({"Timeout": 901}, "timeout"),
        ({"Runtime": "python9.9"}, "runtime"),
        ({"Environment": {"Variables": {"AWS_REGION": "eu-west-1"}}}, "reserved keys.*AWS_REGION"),
        ({"Environment": {"Variables": {"BIG": "x" * 4096}}}, "4KB limit"),
        ({"Code": {"ZipFile": b"no zip"}}, "Could not unzip"),
    ],
    ids=["memory", "timeout", "runtime", "reserved variable", "environment", "no zip"],
)
def test_what_aws_does_not_take_is_refused_at_creation(account: Account, given: dict[str, Any], because: str):
    with pytest.raises(ClientError, match=because):
        account.create(**given)


def test_a_refusal_of_the_environment_does_not_repeat_its_values(sandbox: Account):
    with pytest.raises(ClientError) as caught:
        sandbox.create(Environment={"Variables": {"TOKEN": "swordfish" * 500}})

    assert "swordfish" not in str(caught.value)


def test_a_setting_that_is_not_emulated_is_refused_and_not_dropped(account: Account):
    with refused("InvalidParameterValueException", because="does not emulate `TenancyConfig`"):
        account.create(TenancyConfig={"TenantIsolationMode": "PER_TENANT"})


def test_code_comes_from_the_object_version_that_is_named(account: Account):
    old, _ = with_bucket(account, zipped("old = 1"), zipped("new = 1"))
    from_bucket = account.create(Code={"S3Bucket": BUCKET, "S3Key": KEY, "S3ObjectVersion": old})
    uploaded = account.create("uploaded", Code={"ZipFile": zipped("old = 1")})

    assert from_bucket["CodeSha256"] == uploaded["CodeSha256"]


def test_an_object_that_is_missing_is_refused(account: Account):
    with_bucket(account)

    with refused("InvalidParameterValueException", because="NoSuchKey"):
        account.create(Code={"S3Bucket": BUCKET, "S3Key": KEY})


def test_a_bucket_that_is_missing_is_refused(sandbox: Account):
    with refused("InvalidParameterValueException", because="NoSuchBucket"):
        sandbox.create(Code={"S3Bucket": BUCKET, "S3Key": KEY})


def test_every_change_of_a_function_changes_its_revision(account: Account):
    revisions = [
        account.create()["RevisionId"],
        account.lambda_.update_function_configuration(FunctionName="worker", MemorySize=256)["RevisionId"],
        account.lambda_.update_function_code(FunctionName="worker", ZipFile=zipped("two = 2"))["RevisionId"],
    ]

    assert len(set(revisions)) == 3
    assert account.lambda_.get_function_configuration(FunctionName="worker")["RevisionId"] == revisions[-1]


def test_code_and_configuration_are_not_changed_on_an_old_revision(account: Account):
    old = account.create()["RevisionId"]
    account.lambda_.update_function_configuration(FunctionName="worker", MemorySize=256)

    with refused("PreconditionFailedException", 412):
        account.lambda_.update_function_code(FunctionName="worker", ZipFile=zipped(), RevisionId=old)
    with refused("PreconditionFailedException", 412):
        account.lambda_.update_function_configuration(FunctionName="worker", MemorySize=512, RevisionId=old)


def test_the_architecture_changes_with_the_code(account: Account):
    account.create()
    account.lambda_.update_function_code(FunctionName="worker", ZipFile=zipped(), Architectures=["arm64"])

    assert account.lambda_.get_function_configuration(FunctionName="worker")["Architectures"] == ["arm64"]


def test_a_dry_run_changes_no_code(sandbox: Account):
    before = sandbox.create()
    sandbox.lambda_.update_function_code(FunctionName="worker", ZipFile=zipped("two = 2"), DryRun=True)

    after = sandbox.lambda_.get_function_configuration(FunctionName="worker")

    assert (after["CodeSha256"], after["RevisionId"]) == (before["CodeSha256"], before["RevisionId"])


def test_a_name_is_taken_once(sandbox: Account):
    sandbox.create()

    with refused("ResourceConflictException", 409):
        sandbox.create()


def test_a_function_of_another_account_is_not_found(account: Account):
    account.create()
    arn = account.lambda_.get_function(FunctionName="worker")["Configuration"]["FunctionArn"]

    with refused("ResourceNotFoundException", 404):
        account.lambda_.get_function(FunctionName=arn.replace(arn.split(":")[4], "111122223333"))


def test_a_function_is_found_by_name_and_by_every_form_of_its_arn(sandbox: Account):
    sandbox.create(Publish=True)
    arn = sandbox.alias("1")["AliasArn"]
    account_id = arn.split(":")[4]

    for reference in ("worker:live", arn, f"{account_id}:function:worker:live", arn.removesuffix(":live")):
        found = sandbox.lambda_.get_function_configuration(FunctionName=reference)
        assert found["FunctionName"] == "worker"
        assert found["FunctionArn"] == (arn if reference.endswith("live") else arn.removesuffix(":live"))


def test_two_different_qualifiers_are_refused(account: Account):
    account.create(Publish=True)

    with refused("InvalidParameterValueException"):
        account.lambda_.get_function(FunctionName="worker:1", Qualifier="$LATEST")


def test_layers_are_kept_in_order_and_must_exist(sandbox: Account):
    publish = sandbox.lambda_.publish_layer_version
    arns = [publish(LayerName=name, Content={"ZipFile": zipped()})["LayerVersionArn"] for name in ("b", "a")]

    assert [layer["Arn"] for layer in sandbox.create(Layers=arns)["Layers"]] == arns
    with refused("InvalidParameterValueException", because="does not exist"):
        sandbox.create("other", Layers=[f"{arns[0]}0"])


def test_reserving_no_concurrency_is_told_like_any_other_number(account: Account):
    account.create()
    account.lambda_.put_function_concurrency(FunctionName="worker", ReservedConcurrentExecutions=0)

    function = account.lambda_.get_function(FunctionName="worker")

    assert function["Concurrency"] == {"ReservedConcurrentExecutions": 0}


def test_functions_are_listed_in_pages(account: Account):
    for name in ("a", "b", "c"):
        account.create(name)

    first = account.lambda_.list_functions(MaxItems=2)
    second = account.lambda_.list_functions(Marker=first["NextMarker"])

    assert [[each["FunctionName"] for each in page["Functions"]] for page in (first, second)] == [["a", "b"], ["c"]]


def test_all_versions_of_functions_are_listed_on_demand(sandbox: Account):
    sandbox.create(Publish=True)

    listed = sandbox.lambda_.list_functions(FunctionVersion="ALL")["Functions"]

    assert [each["Version"] for each in listed] == ["$LATEST", "1"]


def test_tags_are_set_read_and_removed(sandbox: Account):
    sandbox.create(Tags={"team": "search"})
    arn = sandbox.lambda_.get_function_configuration(FunctionName="worker")["FunctionArn"]
    sandbox.lambda_.tag_resource(Resource=arn, Tags={"stage": "prod"})
    sandbox.lambda_.untag_resource(Resource=arn, TagKeys=["team"])

    assert sandbox.lambda_.list_tags(Resource=arn)["Tags"] == {"stage": "prod"}
    assert sandbox.lambda_.get_function(FunctionName="worker")["Tags"] == {"stage": "prod"}


def test_a_deleted_function_is_gone_with_its_versions(sandbox: Account):
    sandbox.create(Publish=True)
    sandbox.lambda_.delete_function(FunctionName="worker")

    with refused("ResourceNotFoundException", 404):
        sandbox.lambda_.get_function(FunctionName="worker", Qualifier="1")


def test_another_region_is_refused(sandbox: Account):
    function = sandbox.create()["FunctionArn"]

    with refused("ResourceNotFoundException", 404):
        sandbox.lambda_.get_function(FunctionName=function.replace("us-east-1", "eu-west-1"))


def test_the_waiters_of_the_sdk_are_content_at_once(sandbox: Account):
    sandbox.create(Publish=True)

    for waiter in ("function_active_v2", "function_updated_v2", "published_version_active"):
        sandbox.lambda_.get_waiter(waiter).wait(FunctionName="worker", WaiterConfig={"MaxAttempts": 1})
