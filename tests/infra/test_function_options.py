"""What each option of a function brings: its arguments, and exactly the rights it needs."""

import pulumi
from infra.samples import ACCOUNT, KEY, PAGER, TABLE, allow, deployed, function_args, order_of_creation, statements
from lambdaform import AliasOwner, Function, RuntimeUpdateOn, grants
from lambdaform.testing import deploy

FUNCTION = "aws:lambda/function:Function"
BUILT_IN = ["logs:CreateLogStream", "sqs:SendMessage", "xray:PutTelemetryRecords"]

EC2 = f"arn:aws:ec2:eu-west-1:{ACCOUNT}"
EFS = f"arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}"
VPC = {"subnet_ids": ["subnet-1", "subnet-2"], "security_group_ids": ["sg-1"]}
LAYERS = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:layer"


def granted(**changes: object) -> list[dict[str, object]]:
    """Return what a function may do beside what every function may."""
    return [each for each in statements(deployed(**changes)) if each["Action"][0] not in BUILT_IN]


def test_permissions_become_statements_as_they_are():
    assert granted(permissions=[grants.write_table(TABLE)]) == [
        allow(["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], TABLE)
    ]


def test_permissions_may_name_what_is_made_in_the_same_program():
    def program():
        queue = pulumi.Output.from_input(f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs")
        Function("worker", function_args(dead_letter_queue=False, permissions=[grants.send_queue(queue)]))

    assert allow(["sqs:GetQueueUrl", "sqs:SendMessage"], f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs") in statements(
        deploy(program)
    )


def test_without_tracing_there_is_no_right_to_trace():
    recording = deployed(tracing=False)

    assert recording.one(FUNCTION)["tracingConfig"] == {"mode": "PassThrough"}
    assert "xray:PutTraceSegments" not in str(statements(recording))


def test_without_a_dead_letter_queue_there_is_no_right_to_send():
    recording = deployed(dead_letter_queue=False)

    assert "deadLetterConfig" not in recording.one(FUNCTION).inputs
    assert "sqs:SendMessage" not in str(statements(recording))
    assert recording.of("aws:sqs/queue:Queue") == ()


def test_a_dead_letter_target_of_ones_own_gets_the_one_action_of_its_kind():
    recording = deployed(dead_letter_target_arn=PAGER)

    assert recording.one(FUNCTION)["deadLetterConfig"] == {"targetArn": PAGER}
    assert allow(["sns:Publish"], PAGER) in statements(recording)
    assert "sqs:SendMessage" not in str(statements(recording))
    assert recording.of("aws:sqs/queue:Queue") == ()


def test_asynchronous_handling_is_that_of_the_alias():
    failures, handled = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:failures", f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/all"
    chosen = {
        "maximum_event_age_seconds": 300,
        "maximum_retry_attempts": 0,
        "on_failure_arn": failures,
        "on_success_arn": handled,
    }

    recording = deployed(asynchronous=chosen, dead_letter_queue=False)

    assert recording.one("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig").inputs == {
        "functionName": recording.one(FUNCTION).outputs["name"],
        "qualifier": "live",
        "maximumEventAgeInSeconds": 300,
        "maximumRetryAttempts": 0,
        "destinationConfig": {"onFailure": {"destination": failures}, "onSuccess": {"destination": handled}},
    }
    assert allow(["sqs:SendMessage"], failures) in statements(recording)
    assert allow(["events:PutEvents"], handled) in statements(recording)


def test_a_function_in_a_vpc_may_make_interfaces_and_its_code_may_not():
    recording = deployed(vpc=VPC, tracing=False)

    function = recording.one(FUNCTION)
    assert function["vpcConfig"] == {
        "subnetIds": ["subnet-1", "subnet-2"],
        "securityGroupIds": ["sg-1"],
        "ipv6AllowedForDualStack": False,
    }
    assert function["replaceSecurityGroupsOnDestroy"] is True
    assert [each for each in statements(recording) if each["Action"][0].startswith("ec2:")] == [
        allow(
            ["ec2:AssignPrivateIpAddresses", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"],
            f"{EC2}:network-interface/*",
        ),
        allow(
            ["ec2:CreateNetworkInterface"],
            f"{EC2}:network-interface/*",
            f"{EC2}:security-group/sg-1",
            f"{EC2}:subnet/subnet-1",
            f"{EC2}:subnet/subnet-2",
        ),
        allow(["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], "*"),
    ]
    [denied] = statements(recording, "worker-bound")
    assert (denied["Effect"], denied["Resource"]) == ("Deny", ["*"])
    assert denied["Condition"] == {"ArnEquals": {"lambda:SourceFunctionArn": [function.outputs["arn"]]}}


def test_traffic_waits_until_what_names_the_function_is_in_force():
    made = order_of_creation(vpc=VPC)

    denial, alias = ("aws:iam/rolePolicy:RolePolicy", "worker-bound"), ("aws:lambda/alias:Alias", "worker")
    assert made.index(denial) < made.index(alias)


def test_a_file_system_is_mounted_through_its_access_point_only():
    mounted = {
        "file_system_arn": f"{EFS}:file-system/fs-1",
        "access_point_arn": f"{EFS}:access-point/fsap-1",
        "mount_path": "/mnt/data",
    }

    recording = deployed(vpc=VPC, file_system=mounted)

    assert recording.one(FUNCTION)["fileSystemConfig"] == {
        "arn": f"{EFS}:access-point/fsap-1",
        "localMountPath": "/mnt/data",
    }
    through = {"StringEquals": {"elasticfilesystem:AccessPointArn": [f"{EFS}:access-point/fsap-1"]}}
    mount = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    assert allow(mount, f"{EFS}:file-system/fs-1", condition=through) in statements(recording)


def test_a_key_of_ones_own_may_decrypt_the_environment_of_this_function_only():
    recording = deployed(environment={"TABLE": "people"}, kms_key_arn=KEY)

    function = recording.one(FUNCTION)
    assert (function["kmsKeyArn"], function["environment"]) == (KEY, {"variables": {"TABLE": "people"}})
    of_this_function = {"StringEquals": {"kms:EncryptionContext:aws:lambda:FunctionArn": [function.outputs["arn"]]}}
    assert statements(recording, "worker-bound") == [allow(["kms:Decrypt"], KEY, condition=of_this_function)]


def test_a_key_without_an_environment_is_not_used():
    recording = deployed(kms_key_arn=KEY)

    assert "kmsKeyArn" not in recording.one(FUNCTION).inputs
    assert "kms:" not in str([policy["policy"] for policy in recording.of("aws:iam/rolePolicy:RolePolicy")])


def test_a_snapshot_is_decrypted_before_the_function_can_be_named():
    recording = deployed(snap_start=True, kms_key_arn=KEY)

    assert recording.one(FUNCTION)["snapStart"] == {"applyOn": "PublishedVersions"}
    assert allow(["kms:Decrypt"], KEY) in statements(recording)
    assert len(recording.of("aws:iam/rolePolicy:RolePolicy")) == 1


def test_a_secret_in_the_environment_stays_secret_and_nothing_else_becomes_one():
    def program():
        secret, plain = pulumi.Output.secret("hush"), pulumi.Output.from_input("people")
        Function("worker", function_args(environment={"KEY": secret, "TABLE": plain}, timeout=plain.apply(len)))

    function = deploy(program).one(FUNCTION)

    assert function["environment"]["variables"] == {"KEY": "hush", "TABLE": "people"}
    assert function.secrets == {"environment.variables.KEY"}


def test_extensions_come_after_layers():
    recording = deployed(layers=[f"{LAYERS}:base:1"], extensions=[f"{LAYERS}:agent:2"])

    assert recording.one(FUNCTION)["layers"] == [f"{LAYERS}:base:1", f"{LAYERS}:agent:2"]


def test_capacity_is_reserved_on_the_function_and_provisioned_on_the_alias():
    recording = deployed(reserved_concurrent_executions=20, provisioned_concurrent_executions=5)

    assert recording.one(FUNCTION)["reservedConcurrentExecutions"] == 20
    assert recording.one("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig").inputs == {
        "functionName": recording.one(FUNCTION).outputs["name"],
        "qualifier": "live",
        "provisionedConcurrentExecutions": 5,
    }
    assert recording.one("aws:cloudwatch/metricAlarm:MetricAlarm", "worker-concurrency")["threshold"] == 16


def test_recursion_is_stopped_unless_it_is_meant():
    assert deployed().of("aws:lambda/functionRecursionConfig:FunctionRecursionConfig") == ()

    allowed = deployed(allow_recursion=True).one("aws:lambda/functionRecursionConfig:FunctionRecursionConfig")
    assert allowed["recursiveLoop"] == "Allow"


def test_a_runtime_can_be_held():
    version = "arn:aws:lambda:eu-west-1::runtime:0123abcd"

    recording = deployed(runtime_updates={"update_on": RuntimeUpdateOn.MANUAL, "runtime_version_arn": version})

    management = recording.one("aws:lambda/runtimeManagementConfig:RuntimeManagementConfig")
    assert (management["updateRuntimeOn"], management["runtimeVersionArn"]) == ("Manual", version)


def test_everything_else_is_passed_on():
    signing = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:code-signing-config:csc-0f1e2d3c4b5a69788"

    function = deployed(
        architecture="x86_64",
        runtime="python3.12",
        description="handles orders",
        memory_size=1024,
        timeout=60,
        ephemeral_storage=1024,
        log_level="DEBUG",
        code_signing_config_arn=signing,
    ).one(FUNCTION)

    assert (function["architectures"], function["runtime"]) == (["x86_64"], "python3.12")
    assert (function["description"], function["memorySize"], function["timeout"]) == ("handles orders", 1024, 60)
    assert (function["ephemeralStorage"], function["codeSigningConfigArn"]) == ({"size": 1024}, signing)
    assert function["loggingConfig"]["applicationLogLevel"] == "DEBUG"


def test_an_image_brings_its_own_runtime_and_handler():
    uri = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/worker@sha256:{'ab' * 32}"

    function = deployed(artifact=None, handler=None, image_uri=uri, image={"command": ["app.handle"]}).one(FUNCTION)

    assert (function["packageType"], function["imageUri"]) == ("Image", uri)
    assert function["imageConfig"] == {"commands": ["app.handle"]}
    assert not {"runtime", "handler"} & set(function.inputs)


def test_a_warmer_invokes_the_alias():
    recording = deployed(warmer={"concurrency": 2})

    targets = recording.of("aws:cloudwatch/eventTarget:EventTarget")
    assert [target["arn"] for target in targets] == [recording.one("aws:lambda/alias:Alias").outputs["arn"]] * 2


def test_a_placeholder_says_that_nothing_was_released_and_is_left_to_the_pipeline():
    recording = deployed(artifact=None, placeholder=True, alias_owner=AliasOwner.RELEASE)

    function = recording.one(FUNCTION)
    assert set(function.ignore_changes) == {
        "code",
        "imageUri",
        "s3Bucket",
        "s3Key",
        "s3ObjectVersion",
        "sourceCodeHash",
    }
    assert "raise RuntimeError" in function["code"].assets["handler.py"].text
