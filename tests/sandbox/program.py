"""Small Pulumi projects on disk, for tests that run a program."""

from pathlib import Path
from textwrap import dedent

__all__ = ["FUNCTION_PROGRAM", "write_project"]

STACK = 'config: {aws:allowedAccountIds: ["000000000000"], aws:defaultTags: {tags: {stack: sandbox}}}'

FUNCTION_PROGRAM = '''
import json
import platform
import sys

import pulumi
import pulumi_aws as aws

CODE = """
import json, os, boto3

def handle(event, context):
    if "Records" in event:
        failed = [record["messageId"] for record in event["Records"] if record["body"] == "poison"]
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}
    print("asked", event["rawPath"])
    item = boto3.client("dynamodb").get_item(TableName=os.environ["TABLE"], Key={"id": {"S": "1"}})["Item"]
    return {"statusCode": 200, "body": json.dumps({"value": item["value"]["S"]})}
"""


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(actions, resource):
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
table = aws.dynamodb.Table(
    "values", hash_key="id", billing_mode="PAY_PER_REQUEST", attributes=[{"name": "id", "type": "S"}]
)
aws.dynamodb.TableItem(
    "one", table_name=table.name, hash_key="id", item=json.dumps({"id": {"S": "1"}, "value": {"S": "first"}})
)
aws.sqs.Queue("unread")
dead_letters = aws.sqs.Queue("orders-dead-letters")
redrive = pulumi.Output.json_dumps({"deadLetterTargetArn": dead_letters.arn, "maxReceiveCount": 2})
orders = aws.sqs.Queue("orders", visibility_timeout_seconds=60, redrive_policy=redrive)
group = aws.cloudwatch.LogGroup("worker", name_prefix="/aws/lambda/worker-")
role = aws.iam.Role("worker", assume_role_policy=document(trust))
grants = aws.iam.RolePolicy(
    "worker",
    role=role.name,
    policy=pulumi.Output.all(table.arn, orders.arn, group.arn).apply(
        lambda arns: document(
            allow(["dynamodb:GetItem"], arns[0]),
            allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], arns[1]),
            allow(["logs:CreateLogStream", "logs:PutLogEvents"], arns[2] + ":*"),
        )
    ),
)
function = aws.lambda_.Function(
    "worker",
    code=pulumi.AssetArchive({"handler.py": pulumi.StringAsset(CODE)}),
    handler="handler.handle",
    runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
    architectures=["arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"],
    role=role.arn,
    publish=True,
    timeout=10,
    environment={"variables": {"TABLE": table.name}},
    logging_config={"log_format": "JSON", "log_group": group.name},
    opts=pulumi.ResourceOptions(depends_on=[grants]),
)
alias = aws.lambda_.Alias("worker", name="live", function_name=function.name, function_version=function.version)
aws.lambda_.EventSourceMapping(
    "orders",
    function_name=alias.arn,
    event_source_arn=orders.arn,
    function_response_types=["ReportBatchItemFailures"],
)
api = aws.apigatewayv2.Api("values", protocol_type="HTTP")
caller = aws.get_caller_identity()
aws.lambda_.Permission(
    "values",
    action="lambda:InvokeFunction",
    function=function.name,
    qualifier=alias.name,
    principal="apigateway.amazonaws.com",
    source_arn=pulumi.Output.concat(api.execution_arn, "/$default/GET/"),
    source_account=caller.account_id,
)
integration = aws.apigatewayv2.Integration(
    "values",
    api_id=api.id,
    integration_type="AWS_PROXY",
    integration_uri=alias.invoke_arn,
    payload_format_version="2.0",
)
aws.apigatewayv2.Route(
    "values", api_id=api.id, route_key="GET /", target=pulumi.Output.concat("integrations/", integration.id)
)
aws.apigatewayv2.Stage("values", api_id=api.id, name="$default", auto_deploy=True)
pulumi.export("endpoint", api.api_endpoint)
'''
"""A function without dependencies behind an HTTP API and a queue, with exactly the rights it needs."""


def write_project(folder: Path, program: str, smoke: str | None = None, stack: str = STACK) -> Path:
    """Write a project whose program is `program` and return its folder."""
    (folder / "infra").mkdir()
    (folder / "Pulumi.yaml").write_text("{name: shop, runtime: python, main: infra/}")
    (folder / "Pulumi.sandbox.yaml").write_text(stack)
    (folder / "infra" / "__main__.py").write_text(dedent(program))
    if smoke is not None:
        (folder / "infra" / "smoke.json").write_text(smoke)
    return folder
