"""One example of every resource type: what it is made with, what it is changed to, and how an import names it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from lambdaform_sandbox.server import AwsServer

from .conftest import Create

__all__ = ["Example", "Place", "code", "examples", "policy", "trust"]

Inputs = dict[str, Any]


def code(text: str) -> pulumi.Archive:
    return pulumi.AssetArchive(
        {"handler.py": pulumi.StringAsset(f"def handle(event, context):\n    return {text!r}\n")}
    )


def policy(action: str, resource: str = "*", **more: Any) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Place:
    """What the examples need around them, made once when it is first asked for."""

    def __init__(self, create: Create, aws: AwsServer):
        self._create = create
        self._aws = aws
        self._made: dict[str, dict[str, Any]] = {}

    def made(self, logical_name: str, token: str, **inputs: Any) -> dict[str, Any]:
        if logical_name not in self._made:
            self._made[logical_name] = self._create(token, logical_name, **inputs)
        return self._made[logical_name]

    @property
    def role(self) -> str:
        role = self.made("around-role", "aws:iam/role:Role", assumeRolePolicy=trust("lambda.amazonaws.com"))
        self.made("around-rights", "aws:iam/rolePolicy:RolePolicy", role=role["name"], policy=policy("*"))
        return role["arn"]

    @property
    def function(self) -> str:
        return self.made(
            "around-function",
            "aws:lambda/function:Function",
            code=code("around"),
            handler="handler.handle",
            runtime="python3.13",
            role=self.role,
            publish=True,
        )["name"]

    def alias(self, name: str) -> str:
        inputs = {"name": name, "functionName": self.function, "functionVersion": "1"}
        return self.made(f"around-{name}", "aws:lambda/alias:Alias", **inputs)["name"]

    def queue(self, name: str = "around-queue") -> dict[str, Any]:
        return self.made(name, "aws:sqs/queue:Queue", visibilityTimeoutSeconds=60)

    @property
    def api(self) -> str:
        return self.made("around-api", "aws:apigatewayv2/api:Api", protocolType="HTTP")["id"]

    @property
    def group(self) -> str:
        return self.made("around-group", "aws:cloudwatch/logGroup:LogGroup")["name"]

    @property
    def stream(self) -> str:
        """Return a stream, which needs no row of the table to be there."""
        kinesis = self._aws.client("kinesis")
        if "around-stream" not in kinesis.list_streams()["StreamNames"]:
            kinesis.create_stream(StreamName="around-stream", ShardCount=1)
        return "arn:aws:kinesis:us-east-1:000000000000:stream/around-stream"

    @property
    def rule(self) -> str:
        return self.made("around-rule", "aws:cloudwatch/eventRule:EventRule", scheduleExpression="rate(1 hour)")["name"]

    @property
    def table(self) -> str:
        attributes = [{"name": "name", "type": "S"}]
        inputs = {"hashKey": "name", "attributes": attributes, "billingMode": "PAY_PER_REQUEST"}
        return self.made("around-table", "aws:dynamodb/table:Table", **inputs)["name"]


@dataclass(frozen=True)
class Example:
    """One resource type in use."""

    token: str
    inputs: Inputs = field(repr=False)
    changes: Mapping[str, Any] = field(repr=False)
    """New values of properties, each of which AWS can change in place."""
    gone: tuple[str, ...] = ()
    """Properties that the program may stop giving, and AWS then has as if they never had been given."""
    import_id: str = "{id}"
    """What `import` takes, from the outputs."""


def examples(place: Place) -> list[Example]:
    return [*_lambda(place), *_gateway(place), *_data(place), *_watching(place), *_identity(place)]


def _lambda(place: Place) -> list[Example]:
    mapped = {"functionName": place.function, "eventSourceArn": place.queue()["arn"]}
    return [
        Example(
            "aws:lambda/function:Function",
            {
                "code": code("one"),
                "handler": "handler.handle",
                "runtime": "python3.13",
                "role": place.role,
                "publish": True,
                "memorySize": 256,
                "architectures": ["arm64"],
                "environment": {"variables": {"A": "1", "B": "2"}},
                "loggingConfig": {"logFormat": "JSON", "logGroup": "/mine"},
                "tags": {"team": "search"},
            },
            {
                "architectures": ["x86_64"],
                "code": code("two"),
                "deadLetterConfig": {"targetArn": place.queue()["arn"]},
                "description": "searches",
                "environment": {"variables": {"A": "1", "C": "3"}},
                "ephemeralStorage": {"size": 1024},
                "handler": "handler.other",
                "kmsKeyArn": "arn:aws:kms:us-east-1:000000000000:key/1",
                "loggingConfig": {"logFormat": "JSON", "logGroup": "/mine", "applicationLogLevel": "WARN"},
                "memorySize": 512,
                "reservedConcurrentExecutions": 3,
                "runtime": "python3.12",
                "tags": {"team": "people"},
                "timeout": 20,
                "tracingConfig": {"mode": "Active"},
            },
            gone=("deadLetterConfig", "description", "environment", "kmsKeyArn", "tags", "tracingConfig"),
        ),
        Example(
            "aws:lambda/alias:Alias",
            {"name": "example", "functionName": place.function, "functionVersion": "1"},
            {"description": "live", "functionVersion": "$LATEST"},
            gone=("description",),
            import_id="{functionName}/{name}",
        ),
        Example(
            "aws:lambda/permission:Permission",
            {
                "action": "lambda:InvokeFunction",
                "function": place.function,
                "qualifier": place.alias("permitted"),
                "principal": "events.amazonaws.com",
                "sourceArn": "arn:aws:events:us-east-1:000000000000:rule/x",
                "sourceAccount": "000000000000",
            },
            {},
            import_id="{function}:{qualifier}/{statementId}",
        ),
        Example(
            "aws:lambda/eventSourceMapping:EventSourceMapping",
            mapped,
            {
                "batchSize": 5,
                "enabled": False,
                "filterCriteria": {"filters": [{"pattern": '{"body": {"kind": ["order"]}}'}]},
                "functionName": place.function + ":" + place.alias("mapped"),
                "functionResponseTypes": ["ReportBatchItemFailures"],
                "maximumBatchingWindowInSeconds": 2,
                "metricsConfig": {"metrics": ["EventCount"]},
                "scalingConfig": {"maximumConcurrency": 4},
                "tags": {"team": "people"},
            },
            gone=("batchSize", "filterCriteria", "functionResponseTypes", "metricsConfig", "scalingConfig", "tags"),
        ),
        Example(
            "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
            {"functionName": place.function, "qualifier": place.alias("retried"), "maximumRetryAttempts": 1},
            {"maximumRetryAttempts": 0, "maximumEventAgeInSeconds": 120},
            gone=("maximumEventAgeInSeconds", "maximumRetryAttempts"),
        ),
        Example(
            "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
            {
                "functionName": place.function,
                "qualifier": place.alias("provisioned"),
                "provisionedConcurrentExecutions": 1,
            },
            {"provisionedConcurrentExecutions": 2, "skipDestroy": False},
        ),
        Example(
            "aws:lambda/runtimeManagementConfig:RuntimeManagementConfig",
            {"functionName": place.function, "updateRuntimeOn": "FunctionUpdate"},
            {"updateRuntimeOn": "Auto"},
        ),
        Example(
            "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
            {"functionName": place.function, "recursiveLoop": "Allow"},
            {"recursiveLoop": "Terminate"},
        ),
    ]


def _gateway(place: Place) -> list[Example]:
    cors = {"allowOrigins": ["https://example.org"], "allowMethods": ["GET"]}
    integrated = {"apiId": place.api, "integrationType": "AWS_PROXY", "integrationUri": "arn:aws:lambda:x:1"}
    throttled = {"throttlingBurstLimit": 5, "throttlingRateLimit": 10}
    token = {"audiences": ["people"], "issuer": "https://issuer.example.org"}
    return [
        Example(
            "aws:apigatewayv2/api:Api",
            {"protocolType": "HTTP", "corsConfiguration": cors},
            {
                "corsConfiguration": {**cors, "maxAge": 60},
                "description": "people",
                "disableExecuteApiEndpoint": True,
                "name": "another",
                "tags": {"team": "people"},
                "version": "2",
            },
            gone=("corsConfiguration", "description", "disableExecuteApiEndpoint", "tags", "version"),
        ),
        Example(
            "aws:apigatewayv2/integration:Integration",
            {**integrated, "payloadFormatVersion": "2.0"},
            {
                "description": "search",
                "integrationMethod": "GET",
                "integrationUri": "arn:aws:lambda:x:2",
                "payloadFormatVersion": "1.0",
                "timeoutMilliseconds": 2000,
            },
            gone=("description", "integrationMethod"),
            import_id="{apiId}/{id}",
        ),
        Example(
            "aws:apigatewayv2/route:Route",
            {"apiId": place.api, "routeKey": "GET /", "target": "integrations/1"},
            {
                "authorizationScopes": ["read"],
                "authorizationType": "JWT",
                "authorizerId": "a1",
                "operationName": "search",
                "routeKey": "GET /people",
                "target": "integrations/2",
            },
            gone=("authorizationScopes", "authorizationType", "authorizerId", "operationName", "target"),
            import_id="{apiId}/{id}",
        ),
        Example(
            "aws:apigatewayv2/stage:Stage",
            {"apiId": place.api, "name": "$default", "autoDeploy": True, "tags": {"team": "search"}},
            {
                "accessLogSettings": {"destinationArn": "arn:aws:logs:x", "format": "{}"},
                "autoDeploy": False,
                "defaultRouteSettings": throttled,
                "description": "the only one",
                "stageVariables": {"a": "1"},
                "tags": {"team": "people", "new": "one"},
            },
            gone=("accessLogSettings", "defaultRouteSettings", "description", "stageVariables", "tags"),
            import_id="{apiId}/{name}",
        ),
        Example(
            "aws:apigatewayv2/authorizer:Authorizer",
            {
                "apiId": place.api,
                "authorizerType": "JWT",
                "identitySources": ["$request.header.Authorization"],
                "jwtConfiguration": token,
            },
            {
                "authorizerResultTtlInSeconds": 60,
                "identitySources": ["$request.querystring.token"],
                "jwtConfiguration": {**token, "audiences": ["people", "search"]},
                "name": "another",
            },
            import_id="{apiId}/{id}",
        ),
    ]


def _data(place: Place) -> list[Example]:
    item = {"name": {"S": "ada"}, "born": {"N": "1815"}}
    return [
        Example(
            "aws:dynamodb/table:Table",
            {
                "hashKey": "id",
                "attributes": [{"name": "id", "type": "S"}],
                "billingMode": "PAY_PER_REQUEST",
                "ttl": {"attributeName": "expiration", "enabled": True},
                "pointInTimeRecovery": {"enabled": True},
                "serverSideEncryption": {"enabled": True},
                "streamEnabled": True,
                "streamViewType": "NEW_IMAGE",
            },
            {
                "billingMode": "PROVISIONED",
                "readCapacity": 2,
                "writeCapacity": 3,
                "deletionProtectionEnabled": False,
                "pointInTimeRecovery": {"enabled": False},
                "serverSideEncryption": {"enabled": False},
                "streamViewType": "OLD_IMAGE",
                "tableClass": "STANDARD_INFREQUENT_ACCESS",
                "tags": {"team": "people"},
            },
            gone=("streamEnabled", "streamViewType", "tableClass", "tags", "ttl"),
        ),
        Example(
            "aws:dynamodb/tableItem:TableItem",
            {"tableName": place.table, "hashKey": "name", "item": json.dumps(item)},
            {"item": json.dumps({**item, "born": {"N": "1816"}})},
            import_id="",
        ),
        Example(
            "aws:sqs/queue:Queue",
            {"visibilityTimeoutSeconds": 60, "tags": {"team": "search", "old": "one"}},
            {
                "delaySeconds": 1,
                "kmsMasterKeyId": "alias/mine",
                "kmsDataKeyReusePeriodSeconds": 600,
                "maxMessageSize": 2048,
                "messageRetentionSeconds": 600,
                "policy": policy("sqs:SendMessage", Principal="*"),
                "receiveWaitTimeSeconds": 2,
                "redriveAllowPolicy": json.dumps({"redrivePermission": "allowAll"}),
                "redrivePolicy": json.dumps({"deadLetterTargetArn": place.queue()["arn"], "maxReceiveCount": 3}),
                "tags": {"team": "people"},
                "visibilityTimeoutSeconds": 90,
            },
            gone=("delaySeconds", "kmsMasterKeyId", "maxMessageSize", "messageRetentionSeconds", "tags"),
        ),
        Example(
            "aws:sqs/queuePolicy:QueuePolicy",
            {"queueUrl": place.queue("guarded")["url"], "policy": policy("sqs:SendMessage", Principal="*")},
            {"policy": policy("sqs:ReceiveMessage", Principal="*")},
        ),
        Example(
            "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
            {
                "queueUrl": place.queue("guarded")["url"],
                "redriveAllowPolicy": json.dumps({"redrivePermission": "denyAll"}),
            },
            {"redriveAllowPolicy": json.dumps({"redrivePermission": "allowAll"})},
        ),
        Example(
            "aws:sns/topic:Topic",
            {"displayName": "Pager"},
            {
                "deliveryPolicy": json.dumps({"http": {"defaultHealthyRetryPolicy": {"numRetries": 3}}}),
                "displayName": "Other",
                "kmsMasterKeyId": "alias/mine",
                "signatureVersion": "2",
                "tags": {"team": "people"},
                "tracingConfig": "Active",
            },
            gone=("displayName", "kmsMasterKeyId", "tags"),
        ),
    ]


def _watching(place: Place) -> list[Example]:
    pager = "arn:aws:sns:us-east-1:000000000000:pager"
    metric = {"namespace": "AWS/Lambda", "metricName": "Errors", "stat": "Sum", "period": 60}
    return [
        Example(
            "aws:cloudwatch/metricAlarm:MetricAlarm",
            {
                "namespace": "AWS/Lambda",
                "metricName": "Errors",
                "dimensions": {"FunctionName": "worker"},
                "statistic": "Sum",
                "period": 60,
                "evaluationPeriods": 5,
                "threshold": 1,
                "comparisonOperator": "GreaterThanOrEqualToThreshold",
                "tags": {"team": "search"},
            },
            {
                "actionsEnabled": False,
                "alarmActions": [pager],
                "alarmDescription": "look",
                "comparisonOperator": "GreaterThanThreshold",
                "datapointsToAlarm": 2,
                "dimensions": {"FunctionName": "search"},
                "evaluationPeriods": 3,
                "insufficientDataActions": [pager],
                "metricName": "Throttles",
                "okActions": [pager],
                "period": 300,
                "tags": {"team": "people"},
                "threshold": 2,
                "treatMissingData": "notBreaching",
                "unit": "Count",
            },
            gone=("actionsEnabled", "alarmActions", "alarmDescription", "datapointsToAlarm", "tags", "unit"),
        ),
        Example(
            "aws:cloudwatch/metricAlarm:MetricAlarm",
            {
                "evaluationPeriods": 1,
                "threshold": 5,
                "comparisonOperator": "GreaterThanOrEqualToThreshold",
                "metricQueries": [
                    {"id": "rate", "expression": "100 * errors", "label": "rate", "returnData": True},
                    {"id": "errors", "metric": {**metric, "dimensions": {"FunctionName": "worker"}}},
                ],
            },
            {
                "metricQueries": [
                    {"id": "rate", "expression": "10 * errors", "label": "rate", "returnData": True},
                    {"id": "errors", "metric": {**metric, "unit": "Count", "dimensions": {"FunctionName": "search"}}},
                ]
            },
        ),
        Example(
            "aws:cloudwatch/compositeAlarm:CompositeAlarm",
            {"alarmName": "example-unhealthy", "alarmRule": 'ALARM("a") OR ALARM("b")'},
            {"alarmActions": [pager], "alarmDescription": "look", "alarmRule": 'ALARM("a")', "tags": {"team": "a"}},
            gone=("alarmActions", "alarmDescription", "tags"),
        ),
        Example(
            "aws:cloudwatch/eventRule:EventRule",
            {"scheduleExpression": "rate(5 minutes)", "tags": {"team": "search"}},
            {"description": "warm", "scheduleExpression": "rate(1 hour)", "state": "DISABLED", "tags": {"team": "a"}},
            gone=("description", "state", "tags"),
        ),
        Example(
            "aws:cloudwatch/eventTarget:EventTarget",
            {"rule": place.rule, "arn": place.queue()["arn"], "input": '{"index": 0}'},
            {
                "arn": place.queue("other")["arn"],
                "deadLetterConfig": {"arn": place.queue()["arn"]},
                "input": '{"index": 1}',
                "retryPolicy": {"maximumRetryAttempts": 1, "maximumEventAgeInSeconds": 60},
            },
            gone=("deadLetterConfig", "input", "retryPolicy"),
            import_id="{rule}/{targetId}",
        ),
        Example(
            "aws:cloudwatch/logGroup:LogGroup",
            {"retentionInDays": 7, "tags": {"team": "search"}},
            {
                "deletionProtectionEnabled": False,
                "kmsKeyId": "arn:aws:kms:us-east-1:000000000000:key/1",
                "retentionInDays": 14,
                "tags": {"team": "people"},
            },
            gone=("kmsKeyId", "retentionInDays", "tags"),
        ),
        Example(
            "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
            {
                "logGroup": place.group,
                "destinationArn": place.stream,
                "filterPattern": "ERROR",
            },
            {"filterPattern": "WARN"},
        ),
    ]


def _identity(place: Place) -> list[Example]:
    boundary = place.made("around-boundary", "aws:iam/policy:Policy", policy=policy("*"))["arn"]
    role = place.role.rpartition("/")[2]
    return [
        Example(
            "aws:iam/role:Role",
            {"assumeRolePolicy": trust("lambda.amazonaws.com"), "description": "runs", "tags": {"team": "search"}},
            {
                "assumeRolePolicy": trust("events.amazonaws.com"),
                "description": "waits",
                "maxSessionDuration": 7200,
                "permissionsBoundary": boundary,
                "tags": {"team": "people"},
            },
            gone=("description", "maxSessionDuration", "permissionsBoundary", "tags"),
        ),
        Example(
            "aws:iam/rolePolicy:RolePolicy",
            {"role": role, "policy": policy("sqs:SendMessage")},
            {"policy": policy("sqs:ReceiveMessage")},
        ),
        Example(
            "aws:iam/policy:Policy",
            {"policy": policy("sqs:SendMessage"), "description": "sends"},
            {"policy": policy("sqs:ReceiveMessage"), "tags": {"team": "people"}},
            gone=("tags",),
        ),
    ]
