"""The other services: each resource is in AWS as the program said, with the id and outputs of the real provider."""

import json
from typing import Any

import pytest
from lambdaform_sandbox.server import AwsServer

from .conftest import Create

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}]}


def test_a_role_with_its_inline_policy_and_boundary(create: Create, aws: AwsServer):
    boundary = create("aws:iam/policy:Policy", "boundary", policy=json.dumps(ALLOW))
    role = create(
        "aws:iam/role:Role", "worker", assumeRolePolicy=json.dumps(TRUST), permissionsBoundary=boundary["arn"]
    )
    policy = create("aws:iam/rolePolicy:RolePolicy", "worker", role=role["name"], policy=json.dumps(ALLOW))
    found = aws.client("iam").get_role(RoleName=role["name"])["Role"]
    assert found["AssumeRolePolicyDocument"] == TRUST
    assert found["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary["id"]
    assert role["id"] == role["name"]
    assert policy["id"] == f"{role['name']}:{policy['name']}"
    attached = aws.client("iam").get_role_policy(RoleName=role["name"], PolicyName=policy["name"])
    assert attached["PolicyDocument"] == ALLOW


def test_two_policies_of_one_logical_name_on_one_role_do_not_overwrite_each_other(create: Create, aws: AwsServer):
    role = create("aws:iam/role:Role", "shared", assumeRolePolicy=json.dumps(TRUST))
    for _ in range(2):
        create("aws:iam/rolePolicy:RolePolicy", "shared", role=role["name"], policy=json.dumps(ALLOW))
    assert len(aws.client("iam").list_role_policies(RoleName=role["name"])["PolicyNames"]) == 2


def test_a_log_group_with_prefix_and_retention(create: Create, aws: AwsServer):
    group = create("aws:cloudwatch/logGroup:LogGroup", "worker", namePrefix="/aws/lambda/worker-", retentionInDays=7)
    assert group["id"] == group["name"]
    assert group["arn"] == f"arn:aws:logs:us-east-1:000000000000:log-group:{group['name']}"
    (found,) = aws.client("logs").describe_log_groups(logGroupNamePrefix=group["name"])["logGroups"]
    assert found["retentionInDays"] == 7


def test_a_queue_with_dead_letters_that_accept_nobody_else(create: Create, aws: AwsServer):
    dead_letters = create("aws:sqs/queue:Queue", "dead-letters", messageRetentionSeconds=1_209_600)
    redrive = json.dumps({"deadLetterTargetArn": dead_letters["arn"], "maxReceiveCount": 5})
    queue = create(
        "aws:sqs/queue:Queue",
        "orders",
        redrivePolicy=redrive,
        sqsManagedSseEnabled=True,
        visibilityTimeoutSeconds=180,
    )
    accepted = json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [queue["arn"]]})
    allowed = create(
        "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
        "orders",
        queueUrl=dead_letters["url"],
        redriveAllowPolicy=accepted,
    )
    found = attributes(aws, queue)
    assert allowed["id"] == dead_letters["url"]
    assert queue["id"] == queue["url"]
    assert found["QueueArn"] == queue["arn"]
    assert json.loads(found["RedrivePolicy"])["maxReceiveCount"] == 5
    assert found["VisibilityTimeout"] == "180"


def test_a_queue_policy_is_put_on_its_queue(create: Create, aws: AwsServer):
    queue = create("aws:sqs/queue:Queue", "guarded")
    statement = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": queue["arn"]}
    statement["Condition"] = {"Bool": {"aws:SecureTransport": "false"}}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    create("aws:sqs/queuePolicy:QueuePolicy", "guarded", queueUrl=queue["url"], policy=json.dumps(policy))
    assert json.loads(attributes(aws, queue)["Policy"]) == policy


def test_a_fifo_queue_is_one(create: Create, aws: AwsServer):
    queue = create("aws:sqs/queue:Queue", "ordered", fifoQueue=True, contentBasedDeduplication=True)
    assert queue["url"].endswith(".fifo")
    assert attributes(aws, queue)["FifoQueue"] == "true"


def test_a_topic_has_its_arn_as_id(create: Create, aws: AwsServer):
    topic = create("aws:sns/topic:Topic", "pager", displayName="Pager")
    assert topic["id"] == topic["arn"] == f"arn:aws:sns:us-east-1:000000000000:{topic['name']}"
    found = aws.client("sns").get_topic_attributes(TopicArn=topic["arn"])["Attributes"]
    assert found["DisplayName"] == "Pager"


def test_a_table_with_expiry_recovery_and_stream(create: Create, aws: AwsServer):
    table = create(
        "aws:dynamodb/table:Table",
        "processed",
        billingMode="PAY_PER_REQUEST",
        hashKey="id",
        attributes=[{"name": "id", "type": "S"}],
        ttl={"attributeName": "expiration", "enabled": True},
        pointInTimeRecovery={"enabled": True},
        serverSideEncryption={"enabled": True},
        streamEnabled=True,
        streamViewType="NEW_IMAGE",
    )
    dynamodb, name = aws.client("dynamodb"), table["name"]
    found = dynamodb.describe_table(TableName=name)["Table"]
    assert (table["id"], table["arn"]) == (name, found["TableArn"])
    assert table["streamArn"] == found["LatestStreamArn"]
    assert found["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert found["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert (expiry["TimeToLiveStatus"], expiry["AttributeName"]) == ("ENABLED", "expiration")
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_an_item_is_in_its_table(create: Create, aws: AwsServer):
    table = create(
        "aws:dynamodb/table:Table",
        "people",
        hashKey="name",
        rangeKey="born",
        attributes=[{"name": "name", "type": "S"}, {"name": "born", "type": "N"}],
    )
    item = {"name": {"S": "john doe"}, "born": {"N": "1985"}, "full_name": {"S": "John Doe"}}
    made = create(
        "aws:dynamodb/tableItem:TableItem",
        "john",
        tableName=table["name"],
        hashKey="name",
        rangeKey="born",
        item=json.dumps(item),
    )
    key = {"name": item["name"], "born": item["born"]}
    assert made["id"] == f"{table['name']}|name|john doe|born|1985"
    assert aws.client("dynamodb").get_item(TableName=table["name"], Key=key)["Item"] == item


def test_an_alarm_on_one_metric(create: Create, aws: AwsServer):
    dimensions = {"FunctionName": "worker", "Resource": "worker:live"}
    alarm = create(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "worker-errors",
        namespace="AWS/Lambda",
        metricName="Errors",
        dimensions=dimensions,
        statistic="Sum",
        period=60,
        evaluationPeriods=5,
        datapointsToAlarm=3,
        threshold=1,
        comparisonOperator="GreaterThanOrEqualToThreshold",
        treatMissingData="notBreaching",
        alarmActions=["arn:aws:sns:us-east-1:000000000000:pager"],
    )
    found = metric_alarm(aws, alarm)
    assert alarm["arn"] == found["AlarmArn"]
    assert {dimension["Name"]: dimension["Value"] for dimension in found["Dimensions"]} == dimensions
    assert (found["DatapointsToAlarm"], found["TreatMissingData"]) == (3, "notBreaching")
    assert found["AlarmActions"] == ["arn:aws:sns:us-east-1:000000000000:pager"]


def test_an_alarm_on_metric_math(create: Create, aws: AwsServer):
    metric = {"namespace": "AWS/Lambda", "metricName": "Errors", "stat": "Sum", "period": 300}
    alarm = create(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "worker-error-rate",
        evaluationPeriods=1,
        threshold=5,
        comparisonOperator="GreaterThanOrEqualToThreshold",
        metricQueries=[
            {"id": "rate", "expression": "100 * errors", "label": "rate", "returnData": True},
            {"id": "errors", "metric": {**metric, "dimensions": {"FunctionName": "worker"}}},
        ],
    )
    rate, errors = metric_alarm(aws, alarm)["Metrics"]
    assert (rate["Expression"], rate["ReturnData"]) == ("100 * errors", True)
    assert (errors["MetricStat"]["Stat"], errors["MetricStat"]["Period"]) == ("Sum", 300)
    assert errors["MetricStat"]["Metric"]["Dimensions"] == [{"Name": "FunctionName", "Value": "worker"}]


def test_a_composite_alarm_joins_alarms(create: Create, aws: AwsServer):
    rule = 'ALARM("worker-errors") OR ALARM("worker-throttles")'
    alarm = create(
        "aws:cloudwatch/compositeAlarm:CompositeAlarm", "worker", alarmName="worker-unhealthy", alarmRule=rule
    )
    found = aws.client("cloudwatch").describe_alarms(AlarmNames=["worker-unhealthy"], AlarmTypes=["CompositeAlarm"])[
        "CompositeAlarms"
    ]
    assert [composite["AlarmRule"] for composite in found] == [rule]
    assert alarm["arn"] == "arn:aws:cloudwatch:us-east-1:000000000000:alarm:worker-unhealthy"


def test_a_rule_with_a_target(create: Create, aws: AwsServer):
    rule = create("aws:cloudwatch/eventRule:EventRule", "warmer", scheduleExpression="rate(5 minutes)")
    arn = "arn:aws:lambda:us-east-1:000000000000:function:worker:live"
    create("aws:cloudwatch/eventTarget:EventTarget", "warmer", rule=rule["name"], arn=arn, input='{"index": 0}')
    (target,) = aws.client("events").list_targets_by_rule(Rule=rule["name"])["Targets"]
    assert rule["arn"] == f"arn:aws:events:us-east-1:000000000000:rule/{rule['name']}"
    assert (target["Arn"], target["Input"]) == (arn, '{"index": 0}')


@pytest.fixture(scope="module")
def api(create: Create) -> dict[str, Any]:
    cors = {"allowOrigins": ["https://example.org"], "allowMethods": ["GET"], "maxAge": 600}
    return create("aws:apigatewayv2/api:Api", "people", protocolType="HTTP", corsConfiguration=cors)


def test_an_api_listens_on_loopback(api: dict[str, Any], aws: AwsServer):
    assert api["apiEndpoint"].startswith("http://127.0.0.1:")
    assert api["executionArn"] == f"arn:aws:execute-api:us-east-1:000000000000:{api['id']}"
    found = aws.client("apigatewayv2").get_api(ApiId=api["id"])
    assert found["CorsConfiguration"]["AllowOrigins"] == ["https://example.org"]


def test_a_route_leads_to_an_integration(api: dict[str, Any], create: Create, aws: AwsServer):
    uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:x/invocations"
    integration = create(
        "aws:apigatewayv2/integration:Integration",
        "people",
        apiId=api["id"],
        integrationType="AWS_PROXY",
        integrationUri=uri,
        payloadFormatVersion="2.0",
        timeoutMilliseconds=30_000,
    )
    route = create(
        "aws:apigatewayv2/route:Route",
        "people",
        apiId=api["id"],
        routeKey="GET /",
        target=f"integrations/{integration['id']}",
    )
    gateway = aws.client("apigatewayv2")
    found = gateway.get_integration(ApiId=api["id"], IntegrationId=integration["id"])
    assert (found["IntegrationUri"], found["PayloadFormatVersion"]) == (uri, "2.0")
    assert gateway.get_route(ApiId=api["id"], RouteId=route["id"])["AuthorizationType"] == "NONE"


def test_a_stage_logs_and_throttles(api: dict[str, Any], create: Create, aws: AwsServer):
    logs = {"destinationArn": "arn:aws:logs:us-east-1:000000000000:log-group:people", "format": "{}"}
    stage = create(
        "aws:apigatewayv2/stage:Stage",
        "people",
        apiId=api["id"],
        name="$default",
        autoDeploy=True,
        accessLogSettings=logs,
        defaultRouteSettings={"throttlingRateLimit": 1_000, "throttlingBurstLimit": 500},
    )
    found = aws.client("apigatewayv2").get_stage(ApiId=api["id"], StageName="$default")
    assert stage["id"] == "$default"
    assert stage["invokeUrl"] == f"{api['apiEndpoint']}/"
    assert found["AccessLogSettings"]["DestinationArn"] == logs["destinationArn"]
    assert found["DefaultRouteSettings"]["ThrottlingBurstLimit"] == 500


def test_an_authorizer_checks_tokens(api: dict[str, Any], create: Create, aws: AwsServer):
    authorizer = create(
        "aws:apigatewayv2/authorizer:Authorizer",
        "people",
        apiId=api["id"],
        authorizerType="JWT",
        identitySources=["$request.header.Authorization"],
        jwtConfiguration={"issuer": "https://issuer.example.org", "audiences": ["people"]},
    )
    found = aws.client("apigatewayv2").get_authorizer(ApiId=api["id"], AuthorizerId=authorizer["id"])
    assert found["JwtConfiguration"] == {"Issuer": "https://issuer.example.org", "Audience": ["people"]}


def attributes(aws: AwsServer, queue: dict[str, Any]) -> dict[str, str]:
    return aws.client("sqs").get_queue_attributes(QueueUrl=queue["url"], AttributeNames=["All"])["Attributes"]


def metric_alarm(aws: AwsServer, alarm: dict[str, Any]) -> dict[str, Any]:
    (found,) = aws.client("cloudwatch").describe_alarms(AlarmNames=[alarm["name"]])["MetricAlarms"]
    return found
