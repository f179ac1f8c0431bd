import re
from typing import Any

import pytest
from lambdaform_sandbox.authorizer.needs import Need
from lambdaform_sandbox.authorizer.requests import TABLE, needs
from lambdaform_sandbox.moto_call import Call
from moto.core.utils import get_service_model
from policy_sentry.querying.actions import get_action_data  # pyright: ignore[reportMissingTypeStubs]  # it has none

REGION, ACCOUNT = "us-east-1", "000000000000"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
PEOPLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/people"
PARAMETER = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:worker"
SAMPLE: dict[str, Any] = {
    "AlarmName": "errors",
    "AlarmNames": ["errors"],
    "Bucket": "artifacts",
    "Entries": [{}],
    "FunctionName": "worker",
    "GroupName": "default",
    "Key": "worker.zip",
    "KeyId": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1",
    "LayerName": "shared",
    "Name": "name",
    "Namespace": "people",
    "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/boundary",
    "Principal": "sns.amazonaws.com",
    "Qualifier": "live",
    "QueueUrl": f"http://127.0.0.1/{ACCOUNT}/orders",
    "RequestItems": {"people": {}},
    "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/worker",
    "RoleName": "worker",
    "Rule": "nightly",
    "SecretId": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:token-abcdef",
    "TableName": "people",
    "Targets": [],
    "TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:news",
    "TransactItems": [{"Put": {"TableName": "people"}}],
    "logGroupName": "worker",
    "logStreamName": "2026/01/01/[1]abc",
}
"""Parameters that let every rule of the table speak."""
TAGGED = {
    "cloudwatch": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:errors",
    "dynamodb": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/people",
    "lambda": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:worker",
    "logs": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:worker",
    "sns": f"arn:aws:sns:{REGION}:{ACCOUNT}:news",
}
ROWS = [(service, operation) for service, rules in TABLE.items() for operation in rules]


def call(service: str, operation: str, **parameters: Any) -> Call:
    model: Any = get_service_model(service)
    http: dict[str, str] = model.operation_model(operation).http
    path = http["requestUri"].replace("{", "").replace("}", "")
    return Call(service, operation, parameters, ACCOUNT, REGION, http["method"], path)


def asked(service: str, operation: str, **parameters: Any) -> list[tuple[str, str]]:
    found = needs(call(service, operation, **parameters))
    assert found is not None
    return [(need.action, need.resource) for need in found]


@pytest.mark.parametrize(("service", "operation"), ROWS)
def test_every_operation_of_the_table_exists(service: str, operation: str):
    model: Any = get_service_model(service)

    assert operation in model.operation_names


@pytest.mark.parametrize(("service", "operation"), ROWS)
def test_every_action_of_the_table_exists_and_takes_this_kind_of_resource(service: str, operation: str):
    tagged = dict.fromkeys(("Resource", "ResourceArn", "ResourceARN", "resourceArn"), TAGGED.get(service))

    existing = {} if operation.startswith("Create") else {"UUID": "1"}

    for need in needs(call(service, operation, **SAMPLE, **existing, **tagged)) or ():
        prefix, name = need.action.split(":")
        rows: list[dict[str, Any]] = (get_action_data(prefix, name) or {})[prefix]
        assert any(fits(row["resource_arn_format"], need.resource) for row in rows), rows


def fits(arn_format: str, resource: str) -> bool:
    """Compare with a format of the Service Authorization Reference, in which `${...}` is any text."""
    pattern = re.sub(r"\\\$\\\{\w+\\\}", ".*", re.escape(arn_format))
    return re.fullmatch(pattern, resource) is not None


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("dynamodb", "GetItem", {"TableName": "people"}, [("dynamodb:GetItem", PEOPLE)]),
        ("dynamodb", "GetItem", {"TableName": PEOPLE}, [("dynamodb:GetItem", PEOPLE)]),
        ("dynamodb", "Query", {"TableName": "people", "IndexName": "x"}, [("dynamodb:Query", f"{PEOPLE}/index/x")]),
        ("dynamodb", "BatchGetItem", {"RequestItems": {"people": {}}}, [("dynamodb:BatchGetItem", PEOPLE)]),
        (
            "dynamodb",
            "TransactWriteItems",
            {"TransactItems": [{"Put": {"TableName": "people"}}, {"ConditionCheck": {"TableName": "people"}}]},
            [("dynamodb:PutItem", PEOPLE), ("dynamodb:ConditionCheckItem", PEOPLE)],
        ),
        ("sqs", "SendMessageBatch", {"QueueUrl": "http://x/0/orders"}, [("sqs:SendMessage", QUEUE)]),
        ("sqs", "GetQueueUrl", {"QueueName": "orders"}, [("sqs:GetQueueUrl", QUEUE)]),
        (
            "logs",
            "PutLogEvents",
            {"logGroupName": "/a/b", "logStreamName": "s"},
            [("logs:PutLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/a/b:log-stream:s")],
        ),
        ("lambda", "Invoke", {"FunctionName": "worker"}, [("lambda:InvokeFunction", FUNCTION)]),
        (
            "lambda",
            "Invoke",
            {"FunctionName": "worker", "Qualifier": "live"},
            [("lambda:InvokeFunction", f"{FUNCTION}:live")],
        ),
        ("lambda", "Invoke", {"FunctionName": f"{FUNCTION}:1"}, [("lambda:InvokeFunction", f"{FUNCTION}:1")]),
        ("lambda", "UpdateAlias", {"FunctionName": "worker", "Name": "live"}, [("lambda:UpdateAlias", FUNCTION)]),
        ("s3", "HeadObject", {"Bucket": "b", "Key": "k"}, [("s3:GetObject", "arn:aws:s3:::b/k")]),
        (
            "s3",
            "GetObject",
            {"Bucket": "b", "Key": "k", "VersionId": "1"},
            [("s3:GetObjectVersion", "arn:aws:s3:::b/k")],
        ),
        (
            "ssm",
            "GetParameters",
            {"Names": ["/a/b", "c:3"]},
            [("ssm:GetParameters", f"{PARAMETER}/a/b"), ("ssm:GetParameters", f"{PARAMETER}/c")],
        ),
        ("sns", "Publish", {"PhoneNumber": "+1"}, [("sns:Publish", "*")]),
        ("xray", "PutTraceSegments", {}, [("xray:PutTraceSegments", "*")]),
        ("sts", "GetCallerIdentity", {}, []),
    ],
)
def test_a_call_needs_these_actions_on_these_resources(
    service: str, operation: str, parameters: dict[str, Any], expected: list[tuple[str, str]]
):
    assert asked(service, operation, **parameters) == expected


def test_creating_a_function_needs_to_pass_its_role_and_to_read_its_code_and_layers():
    code = {"S3Bucket": "artifacts", "S3Key": "worker.zip", "S3ObjectVersion": "1"}

    found = needs(call("lambda", "CreateFunction", FunctionName="worker", Role=ROLE, Layers=["arn:layer:1"], Code=code))

    assert found == (
        Need("lambda:CreateFunction", FUNCTION),
        Need("iam:PassRole", ROLE, {"iam:PassedToService": "lambda.amazonaws.com"}),
        Need("lambda:GetLayerVersion", "arn:layer:1"),
        Need("s3:GetObjectVersion", "arn:aws:s3:::artifacts/worker.zip"),
    )


def test_a_target_or_schedule_with_a_role_needs_to_pass_it():
    targets = asked("events", "PutTargets", Rule="nightly", Targets=[{"RoleArn": ROLE}])
    schedule = asked("scheduler", "CreateSchedule", Name="nightly", Target={"RoleArn": ROLE})

    assert ("iam:PassRole", ROLE) in targets
    assert ("iam:PassRole", ROLE) in schedule


def test_a_mapping_is_judged_by_the_function_that_it_names():
    found = needs(call("lambda", "CreateEventSourceMapping", FunctionName=f"{FUNCTION}:live"))

    assert found == (Need("lambda:CreateEventSourceMapping", "*", {"lambda:FunctionArn": f"{FUNCTION}:live"}),)


def test_a_metric_is_judged_by_its_namespace():
    found = needs(call("cloudwatch", "PutMetricData", Namespace="people"))

    assert found == (Need("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": "people"}),)


def test_an_http_api_is_judged_by_method_and_path():
    created = Call("apigatewayv2", "CreateRoute", {}, ACCOUNT, REGION, "POST", "/v2/apis/a1/routes")

    assert needs(created) == (Need("apigateway:POST", f"arn:aws:apigateway:{REGION}::/apis/a1/routes"),)


def test_an_operation_that_is_not_in_the_table_has_no_answer():
    assert needs(call("lambda", "CreateCodeSigningConfig")) is None
    assert needs(call("rds", "CreateDBInstance")) is None
