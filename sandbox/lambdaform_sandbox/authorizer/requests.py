"""What a call to AWS needs: the table from API operation to IAM action, resource and condition keys.

An operation that is not in the table is denied, so the table is the list of what a role can be tested with. Actions and
resources are those of the Service Authorization Reference. Not in the table and therefore not judged: what a service does
later under a role of its own (Lambda's poller and dead letters are judged where they are configured). A key or a secret
must be named by its ARN; the policies of keys, topics and tables are not read.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ..moto_call import Call

__all__ = ["ABSENT_KEYS", "TABLE", "Need", "needs", "surroundings"]

Values = str | tuple[str, ...]


@dataclass(frozen=True)
class Need:
    """One permission that a call needs. A call with several needs all of them."""

    action: str
    resource: str
    context: Mapping[str, Values] = field(default_factory=dict[str, Values])


Rule = Callable[[Call], Iterable[Need]]

ABSENT_KEYS = frozenset({
    "aws:CalledVia", "aws:PrincipalOrgID", "aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceVpc",
    "aws:SourceVpce", "cloudwatch:namespace", "iam:PassedToService", "iam:PermissionsBoundary",
    "lambda:EventSourceToken", "lambda:FunctionArn", "lambda:FunctionUrlAuthType", "lambda:InvokedViaFunctionUrl",
    "lambda:Principal",
})  # fmt: skip
"""Keys that a call has only where its rule gives them. Any other key is unknown here, which is not the same as absent."""


def needs(call: Call) -> tuple[Need, ...] | None:
    """Return the permissions that a call needs, or None if the table does not know the operation."""
    rule = TABLE.get(call.service, {}).get(call.operation)
    return tuple(rule(call)) if rule else None


def surroundings(principal_arn: str, account: str, region: str) -> dict[str, Values]:
    """Return the condition keys that every call of a role has.

    `aws:SecureTransport` is true although loopback is plain HTTP: on AWS the same call would come over TLS.
    """
    return {
        "aws:PrincipalAccount": account,
        "aws:PrincipalArn": principal_arn,
        "aws:PrincipalIsAWSService": "false",
        "aws:PrincipalType": "AssumedRole",
        "aws:RequestedRegion": region,
        "aws:ResourceAccount": account,
        "aws:SecureTransport": "true",
        "aws:ViaAWSService": "false",
    }


# Rules: one operation, one action of the same name, on a resource written as a template


def _same(prefix: str, template: str, operations: str) -> dict[str, Rule]:
    return {operation: _rule(f"{prefix}:{operation}", template) for operation in operations.split()}


def _rule(action: str, template: str) -> Rule:
    def rule(call: Call) -> Iterable[Need]:
        yield Need(action, _filled(template, call))

    return rule


def _filled(template: str, call: Call) -> str:
    """Write the account, region and parameters of a call into a template; what is not given is any."""
    given = {name: value for name, value in call.parameters.items() if isinstance(value, str)}
    return template.format_map(_Parts(account=call.account, region=call.region, **given))


class _Parts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "*"


# Lambda


def _function_arn(call: Call, name: str | None = None) -> str:
    """Return the ARN as it was called: with the qualifier if there is one. IAM compares exactly this."""
    reference = name or str(call.parameters["FunctionName"])
    parts = reference.split(":")
    parts = parts[parts.index("function") + 1 :] if "function" in parts[:-1] else parts
    qualifier = [call.parameters["Qualifier"]] if "Qualifier" in call.parameters and len(parts) == 1 else []
    return ":".join(["arn:aws:lambda", call.region, call.account, "function", *parts, *qualifier])


def _on_function(action: str) -> Rule:
    def rule(call: Call) -> Iterable[Need]:
        yield Need(action, _function_arn(call))

    return rule


def _with_code(action: str) -> Rule:
    """A change of code or configuration: also the right to pass the role, to read the layers and the object."""

    def rule(call: Call) -> Iterable[Need]:
        given = call.parameters
        yield Need(action, _function_arn(call))
        if "Role" in given:
            yield Need("iam:PassRole", given["Role"], {"iam:PassedToService": "lambda.amazonaws.com"})
        for layer in given.get("Layers", ()):
            yield Need("lambda:GetLayerVersion", layer)
        code = given.get("Code", given)
        if "S3Key" in code:
            versioned = "Version" if "S3ObjectVersion" in code else ""
            yield Need(f"s3:GetObject{versioned}", f"arn:aws:s3:::{code['S3Bucket']}/{code['S3Key']}")

    return rule


def _permission(call: Call) -> Iterable[Need]:
    yield Need("lambda:AddPermission", _function_arn(call), {"lambda:Principal": call.parameters["Principal"]})


def _event_source(action: str) -> Rule:
    def rule(call: Call) -> Iterable[Need]:
        name = call.parameters.get("FunctionName")
        context: dict[str, Values] = {"lambda:FunctionArn": _function_arn(call, name)} if name else {}
        mapping = call.parameters.get("UUID")
        resource = f"arn:aws:lambda:{call.region}:{call.account}:event-source-mapping:{mapping}" if mapping else "*"
        yield Need(action, resource, context)

    return rule


_ON_FUNCTION = """
    AddPermission CreateAlias DeleteAlias DeleteFunction DeleteFunctionConcurrency DeleteFunctionEventInvokeConfig
    DeleteProvisionedConcurrencyConfig GetAlias GetFunction GetFunctionCodeSigningConfig GetFunctionConcurrency
    GetFunctionConfiguration GetFunctionEventInvokeConfig GetFunctionRecursionConfig GetPolicy
    GetProvisionedConcurrencyConfig GetRuntimeManagementConfig ListAliases ListFunctionEventInvokeConfigs
    ListProvisionedConcurrencyConfigs ListVersionsByFunction PublishVersion PutFunctionConcurrency
    PutFunctionEventInvokeConfig PutFunctionRecursionConfig PutProvisionedConcurrencyConfig PutRuntimeManagementConfig
    RemovePermission UpdateAlias UpdateFunctionEventInvokeConfig
"""
_LAMBDA: dict[str, Rule] = {
    **{operation: _on_function(f"lambda:{operation}") for operation in _ON_FUNCTION.split()},
    "Invoke": _on_function("lambda:InvokeFunction"),
    "AddPermission": _permission,
    "CreateFunction": _with_code("lambda:CreateFunction"),
    "UpdateFunctionCode": _with_code("lambda:UpdateFunctionCode"),
    "UpdateFunctionConfiguration": _with_code("lambda:UpdateFunctionConfiguration"),
    "CreateEventSourceMapping": _event_source("lambda:CreateEventSourceMapping"),
    "UpdateEventSourceMapping": _event_source("lambda:UpdateEventSourceMapping"),
    "DeleteEventSourceMapping": _event_source("lambda:DeleteEventSourceMapping"),
    "GetEventSourceMapping": _event_source("lambda:GetEventSourceMapping"),
    **_same("lambda", "{Resource}", "ListTags TagResource UntagResource"),
    **_same("lambda", "*", "GetAccountSettings ListEventSourceMappings ListFunctions ListLayers"),
    **_same("lambda", "arn:aws:lambda:{region}:{account}:layer:{LayerName}", "PublishLayerVersion ListLayerVersions"),
}


# Tables, queues, objects


def _on_table(action: str) -> Rule:
    def rule(call: Call) -> Iterable[Need]:
        yield Need(action, _table_arn(call, call.parameters["TableName"], call.parameters.get("IndexName")))

    return rule


def _table_arn(call: Call, name: str, index: str | None = None) -> str:
    arn = name if name.startswith("arn:") else f"arn:aws:dynamodb:{call.region}:{call.account}:table/{name}"
    return f"{arn}/index/{index}" if index else arn


def _on_each_table(action: str) -> Rule:
    def rule(call: Call) -> Iterable[Need]:
        for name in call.parameters["RequestItems"]:
            yield Need(action, _table_arn(call, name))

    return rule


def _transaction(call: Call) -> Iterable[Need]:
    """Each item of a transaction needs the action of its kind."""
    actions = {"Get": "GetItem", "Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}
    for item in call.parameters["TransactItems"]:
        for kind, details in item.items():
            yield Need(f"dynamodb:{actions.get(kind, 'ConditionCheckItem')}", _table_arn(call, details["TableName"]))


_ON_TABLE = """
    CreateTable DeleteItem DeleteTable DescribeContinuousBackups DescribeTable DescribeTimeToLive GetItem PutItem Query
    Scan UpdateContinuousBackups UpdateItem UpdateTable UpdateTimeToLive
"""
_DYNAMODB: dict[str, Rule] = {
    **{operation: _on_table(f"dynamodb:{operation}") for operation in _ON_TABLE.split()},
    "BatchGetItem": _on_each_table("dynamodb:BatchGetItem"),
    "BatchWriteItem": _on_each_table("dynamodb:BatchWriteItem"),
    "TransactGetItems": _transaction,
    "TransactWriteItems": _transaction,
    **_same("dynamodb", "{ResourceArn}", "ListTagsOfResource TagResource UntagResource"),
}


def _on_queue(action: str) -> Rule:
    def rule(call: Call) -> Iterable[Need]:
        name = call.parameters.get("QueueName") or call.parameters["QueueUrl"].rsplit("/", 1)[-1]
        yield Need(action, f"arn:aws:sqs:{call.region}:{call.account}:{name}")

    return rule


_SQS: dict[str, Rule] = {
    **{
        operation: _on_queue(f"sqs:{operation}")
        for operation in (
            "ChangeMessageVisibility CreateQueue DeleteMessage DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags "
            "PurgeQueue ReceiveMessage SendMessage SetQueueAttributes TagQueue UntagQueue"
        ).split()
    },
    "SendMessageBatch": _on_queue("sqs:SendMessage"),
    "DeleteMessageBatch": _on_queue("sqs:DeleteMessage"),
    "ChangeMessageVisibilityBatch": _on_queue("sqs:ChangeMessageVisibility"),
}

_OBJECT, _BUCKET = "arn:aws:s3:::{Bucket}/{Key}", "arn:aws:s3:::{Bucket}"


def _object(plain: str, versioned: str) -> Rule:
    def rule(call: Call) -> Iterable[Need]:
        yield Need(versioned if "VersionId" in call.parameters else plain, _filled(_OBJECT, call))

    return rule


_S3: dict[str, Rule] = {
    "GetObject": _object("s3:GetObject", "s3:GetObjectVersion"),
    "HeadObject": _object("s3:GetObject", "s3:GetObjectVersion"),
    "DeleteObject": _object("s3:DeleteObject", "s3:DeleteObjectVersion"),
    "PutObject": _rule("s3:PutObject", _OBJECT),
    "HeadBucket": _rule("s3:ListBucket", _BUCKET),
    "ListObjects": _rule("s3:ListBucket", _BUCKET),
    "ListObjectsV2": _rule("s3:ListBucket", _BUCKET),
    "ListObjectVersions": _rule("s3:ListBucketVersions", _BUCKET),
    **_same("s3", _BUCKET, "CreateBucket DeleteBucket GetBucketLocation GetBucketPolicy GetBucketVersioning"),
}


# Logs, metrics, topics, rules, schedules, secrets


_GROUP = "arn:aws:logs:{region}:{account}:log-group:{logGroupName}"
_ALARM = "arn:aws:cloudwatch:{region}:{account}:alarm:{AlarmName}"
_RULE_ARN = "arn:aws:events:{region}:{account}:rule/{Name}"
_SCHEDULE = "arn:aws:scheduler:{region}:{account}:schedule/{GroupName}/{Name}"

_LOGS: dict[str, Rule] = {
    **_same(
        "logs", f"{_GROUP}:log-stream:{{logStreamName}}", "CreateLogStream DeleteLogStream GetLogEvents PutLogEvents"
    ),
    **_same(
        "logs",
        f"{_GROUP}:log-stream:",
        "CreateLogGroup DeleteLogGroup DeleteRetentionPolicy DescribeLogStreams DescribeSubscriptionFilters "
        "FilterLogEvents PutRetentionPolicy PutSubscriptionFilter",
    ),
    **_same("logs", "*", "DescribeLogGroups"),
    **_same("logs", "{resourceArn}", "ListTagsForResource TagResource UntagResource"),
}


def _put_metric_data(call: Call) -> Iterable[Need]:
    yield Need("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": call.parameters["Namespace"]})


def _delete_alarms(call: Call) -> Iterable[Need]:
    for name in call.parameters["AlarmNames"]:
        yield Need("cloudwatch:DeleteAlarms", f"arn:aws:cloudwatch:{call.region}:{call.account}:alarm:{name}")


_CLOUDWATCH: dict[str, Rule] = {
    "PutMetricData": _put_metric_data,
    "DeleteAlarms": _delete_alarms,
    **_same("cloudwatch", _ALARM, "DescribeAlarms PutCompositeAlarm PutMetricAlarm SetAlarmState"),
    **_same("cloudwatch", "*", "GetMetricData GetMetricStatistics ListMetrics"),
    **_same("cloudwatch", "{ResourceARN}", "ListTagsForResource TagResource UntagResource"),
}


def _publish(call: Call) -> Iterable[Need]:
    yield Need("sns:Publish", call.parameters.get("TopicArn") or call.parameters.get("TargetArn") or "*")


_SNS: dict[str, Rule] = {
    "Publish": _publish,
    "PublishBatch": _publish,
    **_same("sns", "{TopicArn}", "DeleteTopic GetTopicAttributes SetTopicAttributes Subscribe"),
    **_same("sns", "arn:aws:sns:{region}:{account}:{Name}", "CreateTopic"),
    **_same("sns", "{ResourceArn}", "ListTagsForResource TagResource UntagResource"),
}


def _put_targets(call: Call) -> Iterable[Need]:
    yield Need("events:PutTargets", f"arn:aws:events:{call.region}:{call.account}:rule/{call.parameters['Rule']}")
    for target in call.parameters["Targets"]:
        if "RoleArn" in target:
            yield Need("iam:PassRole", target["RoleArn"], {"iam:PassedToService": "events.amazonaws.com"})


def _put_events(call: Call) -> Iterable[Need]:
    for bus in {entry.get("EventBusName", "default") for entry in call.parameters["Entries"]}:
        arn = bus if bus.startswith("arn:") else f"arn:aws:events:{call.region}:{call.account}:event-bus/{bus}"
        yield Need("events:PutEvents", arn)


_EVENTS: dict[str, Rule] = {
    "PutTargets": _put_targets,
    "PutEvents": _put_events,
    **_same("events", _RULE_ARN, "DeleteRule DescribeRule PutRule"),
    **_same("events", _RULE_ARN.replace("{Name}", "{Rule}"), "ListTargetsByRule RemoveTargets"),
}


def _schedule(action: str) -> Rule:
    def rule(call: Call) -> Iterable[Need]:
        grouped = {"GroupName": "default", **call.parameters}
        arn = _SCHEDULE.format(
            region=call.region, account=call.account, **{key: grouped[key] for key in ("GroupName", "Name")}
        )
        yield Need(action, arn)
        role = grouped.get("Target", {}).get("RoleArn")
        if role:
            yield Need("iam:PassRole", role, {"iam:PassedToService": "scheduler.amazonaws.com"})

    return rule


_SCHEDULES = "CreateSchedule DeleteSchedule GetSchedule UpdateSchedule"


def _parameters(action: str) -> Rule:
    def rule(call: Call) -> Iterable[Need]:
        for name in call.parameters.get("Names") or [call.parameters["Name"]]:
            plain = name.split(":")[0] if not name.startswith("arn:") else name
            arn = f"arn:aws:ssm:{call.region}:{call.account}:parameter/{plain.lstrip('/')}"
            yield Need(action, name if name.startswith("arn:") else arn)

    return rule


_PARAMETERS = "DeleteParameter GetParameter GetParameters PutParameter"


# IAM and STS


_ROLE = "arn:aws:iam::{account}:role/{RoleName}"


def _create_role(call: Call) -> Iterable[Need]:
    path, boundary = call.parameters.get("Path", "/"), call.parameters.get("PermissionsBoundary")
    arn = f"arn:aws:iam::{call.account}:role{path}{call.parameters['RoleName']}"
    yield Need("iam:CreateRole", arn, {"iam:PermissionsBoundary": boundary} if boundary else {})


_IAM: dict[str, Rule] = {
    "CreateRole": _create_role,
    **_same(
        "iam",
        _ROLE,
        "AttachRolePolicy DeleteRole DeleteRolePolicy DetachRolePolicy GetRole GetRolePolicy ListAttachedRolePolicies "
        "ListInstanceProfilesForRole ListRolePolicies PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole",
    ),
    **_same("iam", "{PolicyArn}", "DeletePolicy GetPolicy GetPolicyVersion ListPolicyVersions"),
}


# HTTP APIs: the action is the HTTP method, the resource is the path


def _api_path(call: Call) -> Iterable[Need]:
    yield Need(f"apigateway:{call.method}", f"arn:aws:apigateway:{call.region}::{call.path.removeprefix('/v2')}")


_API_OPERATIONS = """
    CreateApi CreateAuthorizer CreateIntegration CreateRoute CreateStage DeleteApi DeleteAuthorizer DeleteIntegration
    DeleteRoute DeleteStage GetApi GetApis GetAuthorizer GetIntegration GetIntegrations GetRoute GetRoutes GetStage
    GetStages UpdateApi UpdateAuthorizer UpdateIntegration UpdateRoute UpdateStage
"""

TABLE: Mapping[str, Mapping[str, Rule]] = {
    "apigatewayv2": dict.fromkeys(_API_OPERATIONS.split(), _api_path),
    "cloudwatch": _CLOUDWATCH,
    "dynamodb": _DYNAMODB,
    "ec2": _same("ec2", "*", "DescribeNetworkInterfaces DescribeSecurityGroups DescribeSubnets DescribeVpcs"),
    "events": _EVENTS,
    "iam": _IAM,
    "kms": _same("kms", "{KeyId}", "Decrypt DescribeKey Encrypt GenerateDataKey"),
    "lambda": _LAMBDA,
    "logs": _LOGS,
    "s3": _S3,
    "scheduler": {operation: _schedule(f"scheduler:{operation}") for operation in _SCHEDULES.split()},
    "secretsmanager": _same("secretsmanager", "{SecretId}", "DescribeSecret GetSecretValue PutSecretValue"),
    "sns": _SNS,
    "sqs": _SQS,
    "ssm": {operation: _parameters(f"ssm:{operation}") for operation in _PARAMETERS.split()},
    "sts": {"AssumeRole": _rule("sts:AssumeRole", "{RoleArn}"), "GetCallerIdentity": lambda _call: ()},
    "xray": _same("xray", "*", "PutTelemetryRecords PutTraceSegments"),
}
