"""Lambda: functions and what is kept beside them, read back from AWS."""

import base64
import hashlib
import json
from typing import Any

import pulumi
import pytest
from lambdaform_sandbox.errors import SandboxError
from lambdaform_sandbox.provider.archives import zip_bytes
from lambdaform_sandbox.server import AwsServer

from .conftest import Create

CODE = pulumi.AssetArchive({"handler.py": pulumi.StringAsset("def handle(event, context):\n    return event\n")})
PREFIX = "arn:aws:lambda:us-east-1:000000000000"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
ALLOWED = [
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
]
GRANTS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ALLOWED, "Resource": "*"}]}


@pytest.fixture(scope="module")
def role(create: Create) -> dict[str, Any]:
    made = create("aws:iam/role:Role", "worker", assumeRolePolicy=json.dumps(TRUST))
    create("aws:iam/rolePolicy:RolePolicy", "worker", role=made["name"], policy=json.dumps(GRANTS))
    return made


@pytest.fixture(scope="module")
def function(create: Create, role: dict[str, Any]) -> dict[str, Any]:
    return create(
        "aws:lambda/function:Function",
        "worker",
        code=CODE,
        handler="handler.handle",
        runtime="python3.13",
        role=role["arn"],
        publish=True,
        memorySize=256,
        timeout=30,
        architectures=["arm64"],
        environment={"variables": {"TABLE": "people"}},
        loggingConfig={"logFormat": "JSON", "logGroup": "/aws/lambda/elsewhere"},
        tracingConfig={"mode": "Active"},
        reservedConcurrentExecutions=5,
        sourceCodeHash="a trigger for the engine, nothing for AWS",
    )


@pytest.fixture(scope="module")
def alias(create: Create, function: dict[str, Any]) -> dict[str, Any]:
    return create("aws:lambda/alias:Alias", "worker", name="live", functionName=function["name"], functionVersion="1")


def test_a_function_has_the_outputs_of_the_real_provider(function: dict[str, Any]):
    name = function["name"]
    assert function["id"] == name
    assert function["arn"] == f"{PREFIX}:function:{name}"
    assert function["version"] == "1"
    assert function["qualifiedArn"] == f"{PREFIX}:function:{name}:1"
    assert function["invokeArn"].endswith(f"functions/{PREFIX}:function:{name}/invocations")
    assert function["codeSha256"] == base64.b64encode(hashlib.sha256(zip_bytes(CODE)).digest()).decode()


def test_a_function_is_configured_as_the_program_says(function: dict[str, Any], aws: AwsServer):
    found = aws.client("lambda").get_function_configuration(FunctionName=function["name"], Qualifier="1")
    assert (found["MemorySize"], found["Timeout"], found["Runtime"]) == (256, 30, "python3.13")
    assert found["Environment"]["Variables"] == {"TABLE": "people"}
    assert found["LoggingConfig"]["LogGroup"] == "/aws/lambda/elsewhere"
    assert found["TracingConfig"]["Mode"] == "Active"


def test_reserved_concurrency_is_set(function: dict[str, Any], aws: AwsServer):
    reserved = aws.client("lambda").get_function_concurrency(FunctionName=function["name"])
    assert reserved["ReservedConcurrentExecutions"] == 5


def test_without_publish_there_is_only_latest(create: Create, role: dict[str, Any]):
    made = create(
        "aws:lambda/function:Function",
        "plain",
        code=CODE,
        handler="handler.handle",
        runtime="python3.13",
        role=role["arn"],
    )
    assert made["version"] == "$LATEST"


def test_an_alias_has_its_arn_as_id(alias: dict[str, Any], function: dict[str, Any]):
    assert alias["id"] == alias["arn"] == f"{function['arn']}:live"
    assert alias["invokeArn"].endswith(f"functions/{alias['arn']}/invocations")


def test_a_permission_is_in_the_policy_of_its_qualifier(
    create: Create, alias: dict[str, Any], function: dict[str, Any], aws: AwsServer
):
    made = create(
        "aws:lambda/permission:Permission",
        "api",
        action="lambda:InvokeFunction",
        function=function["name"],
        qualifier=alias["name"],
        principal="apigateway.amazonaws.com",
        sourceArn="arn:aws:execute-api:us-east-1:000000000000:abc/$default/GET/",
        sourceAccount="000000000000",
    )
    policy = json.loads(aws.client("lambda").get_policy(FunctionName=function["name"], Qualifier="live")["Policy"])
    assert [statement["Sid"] for statement in policy["Statement"]] == [made["id"]]


def test_a_queue_is_mapped_to_the_alias(create: Create, alias: dict[str, Any], aws: AwsServer):
    queue = create("aws:sqs/queue:Queue", "orders", visibilityTimeoutSeconds=180)
    made = create(
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        "orders",
        functionName=alias["arn"],
        eventSourceArn=queue["arn"],
        batchSize=5,
        functionResponseTypes=["ReportBatchItemFailures"],
        filterCriteria={"filters": [{"pattern": '{"body": {"kind": ["order"]}}'}]},
        scalingConfig={"maximumConcurrency": 2},
    )
    found = aws.client("lambda").get_event_source_mapping(UUID=made["uuid"])
    assert made["functionArn"] == alias["arn"]
    assert found["BatchSize"] == 5
    assert found["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert found["FilterCriteria"]["Filters"] == [{"Pattern": '{"body": {"kind": ["order"]}}'}]


def test_a_source_that_the_sandbox_would_never_deliver_from_is_refused(create: Create, alias: dict[str, Any]):
    with pytest.raises(SandboxError, match="delivers from SQS queues only"):
        create(
            "aws:lambda/eventSourceMapping:EventSourceMapping",
            "stream",
            functionName=alias["arn"],
            eventSourceArn="arn:aws:kinesis:us-east-1:000000000000:stream/clicks",
        )


@pytest.mark.parametrize(
    ("token", "inputs", "identifier"),
    [
        ("functionEventInvokeConfig:FunctionEventInvokeConfig", {"maximumRetryAttempts": 1}, "{name}:live"),
        (
            "provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
            {"provisionedConcurrentExecutions": 1},
            "{name},live",
        ),
    ],
)
def test_settings_of_an_alias_have_the_ids_of_the_real_provider(
    create: Create, alias: dict[str, Any], token: str, inputs: dict[str, Any], identifier: str
):
    name = alias["functionName"]
    made = create(f"aws:lambda/{token}", "worker", functionName=name, qualifier="live", **inputs)
    assert made["id"] == identifier.format(name=name)


def test_settings_of_a_function_are_made(create: Create, alias: dict[str, Any]):
    name = alias["functionName"]
    create("aws:lambda/functionRecursionConfig:FunctionRecursionConfig", "w", functionName=name, recursiveLoop="Allow")
    create("aws:lambda/runtimeManagementConfig:RuntimeManagementConfig", "w", functionName=name, updateRuntimeOn="Auto")
