"""The table of calls: which IAM actions on which resources an API operation needs, with which condition keys.

An operation that is not in the table is denied, so the table is the list of what a role can be tested with. Actions
and resources are those of the Service Authorization Reference. Not judged: the policies of keys, topics and tables, and
what a service does later under a role (Lambda's poller and dead letters are judged where they are configured). A key or
a secret must be named by its ARN, a role must not have a path.
"""

from collections.abc import Iterable, Mapping

from ..moto_call import Call
from .needs import Need, Rule, needing, same_names

__all__ = ["TABLE", "needs"]


def needs(call: Call) -> tuple[Need, ...] | None:
    """Return the permissions that a call needs, or None if the table does not know the operation."""
    rule = TABLE.get(call.service, {}).get(call.operation)
    return tuple(rule(call)) if rule else None


# Lambda


def _function(call: Call) -> str:
    """Return the ARN as it was called, with the qualifier if there is one: IAM compares exactly this."""
    parts = str(call.parameters.get("FunctionName", "*")).split(":")
    parts = parts[parts.index("function") + 1 :] if "function" in parts[:-1] else parts
    qualifier = [call.parameters["Qualifier"]] if "Qualifier" in call.parameters and len(parts) == 1 else []
    return ":".join(["arn:aws:lambda", call.region, call.account, "function", *parts, *qualifier])


def _deploying(action: str) -> Rule:
    """Return the rule for code and configuration: also to pass the role, and to read layers and the code's object."""

    def rule(call: Call) -> Iterable[Need]:
        given = call.parameters
        yield Need(action, _function(call))
        if "Role" in given:
            yield Need("iam:PassRole", given["Role"], {"iam:PassedToService": "lambda.amazonaws.com"})
        for layer in given.get("Layers", ()):
            yield Need("lambda:GetLayerVersion", layer)
        code = given.get("Code", given)
        if "S3Key" in code:
            versioned = "Version" if "S3ObjectVersion" in code else ""
            yield Need(f"s3:GetObject{versioned}", f"arn:aws:s3:::{code['S3Bucket']}/{code['S3Key']}")

    return rule


def _add_permission(call: Call) -> Iterable[Need]:
    keys = {"lambda:Principal": call.parameters["Principal"], **_auth_type(call, "FunctionUrlAuthType")}
    yield Need("lambda:AddPermission", _function(call), keys)


def _function_url(call: Call) -> Iterable[Need]:
    yield Need(f"lambda:{call.operation}", _function(call), _auth_type(call, "AuthType"))


def _auth_type(call: Call, parameter: str) -> dict[str, str]:
    return {"lambda:FunctionUrlAuthType": call.parameters[parameter]} if parameter in call.parameters else {}


def _mapping(call: Call) -> Iterable[Need]:
    identifier = call.parameters.get("UUID")
    resource = f"arn:aws:lambda:{call.region}:{call.account}:event-source-mapping:{identifier}" if identifier else "*"
    named = "FunctionName" in call.parameters
    yield Need(f"lambda:{call.operation}", resource, {"lambda:FunctionArn": _function(call)} if named else {})


_LAMBDA: Mapping[str, Rule] = {
    **same_names(
        "lambda",
        _function,
        """
        CreateAlias DeleteAlias DeleteFunction DeleteFunctionConcurrency DeleteFunctionEventInvokeConfig
        DeleteProvisionedConcurrencyConfig GetAlias GetFunction GetFunctionCodeSigningConfig GetFunctionConcurrency
        GetFunctionConfiguration GetFunctionEventInvokeConfig GetFunctionRecursionConfig GetPolicy
        GetProvisionedConcurrencyConfig GetRuntimeManagementConfig ListAliases ListDurableExecutionsByFunction
        ListFunctionEventInvokeConfigs ListFunctionUrlConfigs ListProvisionedConcurrencyConfigs ListVersionsByFunction
        PublishVersion PutFunctionConcurrency PutFunctionEventInvokeConfig PutFunctionRecursionConfig
        PutProvisionedConcurrencyConfig PutRuntimeManagementConfig RemovePermission UpdateAlias
        UpdateFunctionEventInvokeConfig
        """,
    ),
    **same_names(
        "lambda", "*", "GetAccountSettings ListEventSourceMappings ListFunctions ListLayerVersions ListLayers"
    ),
    **same_names("lambda", "arn:aws:lambda:{region}:{account}:layer:{LayerName}", "PublishLayerVersion"),
    **same_names("lambda", "{Resource}", "ListTags TagResource UntagResource"),
    **dict.fromkeys(
        ("CreateFunctionUrlConfig", "DeleteFunctionUrlConfig", "GetFunctionUrlConfig", "UpdateFunctionUrlConfig"),
        _function_url,
    ),
    "AddPermission": _add_permission,
    "CreateEventSourceMapping": _mapping,
    "CreateFunction": _deploying("lambda:CreateFunction"),
    "DeleteEventSourceMapping": _mapping,
    "GetEventSourceMapping": _mapping,
    "Invoke": needing("lambda:InvokeFunction", _function),
    "UpdateEventSourceMapping": _mapping,
    "UpdateFunctionCode": _deploying("lambda:UpdateFunctionCode"),
    "UpdateFunctionConfiguration": _deploying("lambda:UpdateFunctionConfiguration"),
}


# DynamoDB


def _table_arn(call: Call, name: str) -> str:
    return name if name.startswith("arn:") else f"arn:aws:dynamodb:{call.region}:{call.account}:table/{name}"


def _table(call: Call) -> str:
    arn, index = _table_arn(call, call.parameters["TableName"]), call.parameters.get("IndexName")
    return f"{arn}/index/{index}" if index else arn


def _batch(call: Call) -> Iterable[Need]:
    for name in call.parameters["RequestItems"]:
        yield Need(f"dynamodb:{call.operation}", _table_arn(call, name))


_ITEM_ACTIONS = {"Get": "GetItem", "Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}


def _transaction(call: Call) -> Iterable[Need]:
    for item in call.parameters["TransactItems"]:
        for kind, details in item.items():
            action = _ITEM_ACTIONS.get(kind, "ConditionCheckItem")
            yield Need(f"dynamodb:{action}", _table_arn(call, details["TableName"]))


_DYNAMODB: Mapping[str, Rule] = {
    **same_names(
        "dynamodb",
        _table,
        """
        CreateTable DeleteItem DeleteTable DescribeContinuousBackups DescribeTable DescribeTimeToLive GetItem PutItem
        Query Scan UpdateContinuousBackups UpdateItem UpdateTable UpdateTimeToLive
        """,
    ),
    **same_names("dynamodb", "{ResourceArn}", "ListTagsOfResource TagResource UntagResource"),
    "BatchGetItem": _batch,
    "BatchWriteItem": _batch,
    "TransactGetItems": _transaction,
    "TransactWriteItems": _transaction,
}


# SQS and SNS


def _queue(call: Call) -> str:
    name = call.parameters.get("QueueName") or call.parameters["QueueUrl"].rsplit("/", 1)[-1]
    return f"arn:aws:sqs:{call.region}:{call.account}:{name}"


_SQS: Mapping[str, Rule] = {
    **same_names(
        "sqs",
        _queue,
        """
        ChangeMessageVisibility CreateQueue DeleteMessage DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags
        PurgeQueue ReceiveMessage SendMessage SetQueueAttributes TagQueue UntagQueue
        """,
    ),
    "ChangeMessageVisibilityBatch": needing("sqs:ChangeMessageVisibility", _queue),
    "DeleteMessageBatch": needing("sqs:DeleteMessage", _queue),
    "SendMessageBatch": needing("sqs:SendMessage", _queue),
}


def _published_to(call: Call) -> str:
    return call.parameters.get("TopicArn") or call.parameters.get("TargetArn") or "*"


_SNS: Mapping[str, Rule] = {
    **same_names("sns", "{TopicArn}", "DeleteTopic GetTopicAttributes SetTopicAttributes Subscribe"),
    **same_names("sns", "arn:aws:sns:{region}:{account}:{Name}", "CreateTopic"),
    **same_names("sns", "{ResourceArn}", "ListTagsForResource TagResource UntagResource"),
    "Publish": needing("sns:Publish", _published_to),
    "PublishBatch": needing("sns:Publish", _published_to),
}


# S3


_BUCKET = "arn:aws:s3:::{Bucket}"


def _on_object(action: str) -> Rule:
    """Return the rule of an operation on an object, whose action has another name for an old version of it."""

    def rule(call: Call) -> Iterable[Need]:
        versioned = "Version" if "VersionId" in call.parameters else ""
        yield Need(f"{action}{versioned}", f"arn:aws:s3:::{call.parameters['Bucket']}/{call.parameters['Key']}")

    return rule


_S3: Mapping[str, Rule] = {
    **same_names("s3", _BUCKET, "CreateBucket DeleteBucket GetBucketLocation GetBucketPolicy GetBucketVersioning"),
    "DeleteObject": _on_object("s3:DeleteObject"),
    "GetObject": _on_object("s3:GetObject"),
    "HeadBucket": needing("s3:ListBucket", _BUCKET),
    "HeadObject": _on_object("s3:GetObject"),
    "ListObjects": needing("s3:ListBucket", _BUCKET),
    "ListObjectsV2": needing("s3:ListBucket", _BUCKET),
    "ListObjectVersions": needing("s3:ListBucketVersions", _BUCKET),
    "PutObject": needing("s3:PutObject", f"{_BUCKET}/{{Key}}"),
}


# CloudWatch and its logs


def _put_metric_data(call: Call) -> Iterable[Need]:
    yield Need("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": call.parameters["Namespace"]})


def _delete_alarms(call: Call) -> Iterable[Need]:
    for name in call.parameters["AlarmNames"]:
        yield Need("cloudwatch:DeleteAlarms", f"arn:aws:cloudwatch:{call.region}:{call.account}:alarm:{name}")


def _describe_alarms(call: Call) -> Iterable[Need]:
    """Need the alarms by name, or all of them; composite alarms are shown only to who may describe everything."""
    if "CompositeAlarm" in call.parameters.get("AlarmTypes", ()):
        yield Need("cloudwatch:DescribeAlarms", "*")
        return
    for name in call.parameters.get("AlarmNames", ("*",)):
        yield Need("cloudwatch:DescribeAlarms", f"arn:aws:cloudwatch:{call.region}:{call.account}:alarm:{name}")


_CLOUDWATCH: Mapping[str, Rule] = {
    **same_names(
        "cloudwatch",
        "arn:aws:cloudwatch:{region}:{account}:alarm:{AlarmName}",
        "PutCompositeAlarm PutMetricAlarm SetAlarmState",
    ),
    **same_names("cloudwatch", "*", "GetMetricData GetMetricStatistics ListMetrics"),
    **same_names("cloudwatch", "{ResourceARN}", "ListTagsForResource TagResource UntagResource"),
    "DeleteAlarms": _delete_alarms,
    "DescribeAlarms": _describe_alarms,
    "PutMetricData": _put_metric_data,
}

_LOG_STREAM = "arn:aws:logs:{region}:{account}:log-group:{logGroupName}:log-stream:"
_LOGS: Mapping[str, Rule] = {
    **same_names(
        "logs", f"{_LOG_STREAM}{{logStreamName}}", "CreateLogStream DeleteLogStream GetLogEvents PutLogEvents"
    ),
    **same_names(
        "logs",
        _LOG_STREAM,  # AWS asks for `log-group:NAME:*` also where the group as such is meant
        """
        CreateLogGroup DeleteLogGroup DeleteRetentionPolicy DescribeLogStreams DescribeSubscriptionFilters
        FilterLogEvents PutRetentionPolicy PutSubscriptionFilter
        """,
    ),
    **same_names("logs", "*", "DescribeLogGroups"),
    **same_names("logs", "{resourceArn}", "ListTagsForResource TagResource UntagResource"),
}


# EventBridge


def _put_targets(call: Call) -> Iterable[Need]:
    yield Need("events:PutTargets", f"arn:aws:events:{call.region}:{call.account}:rule/{call.parameters['Rule']}")
    for target in call.parameters["Targets"]:
        if "RoleArn" in target:
            yield Need("iam:PassRole", target["RoleArn"], {"iam:PassedToService": "events.amazonaws.com"})


def _put_events(call: Call) -> Iterable[Need]:
    for bus in {entry.get("EventBusName", "default") for entry in call.parameters["Entries"]}:
        arn = bus if bus.startswith("arn:") else f"arn:aws:events:{call.region}:{call.account}:event-bus/{bus}"
        yield Need("events:PutEvents", arn)


_EVENTS: Mapping[str, Rule] = {
    **same_names("events", "arn:aws:events:{region}:{account}:rule/{Name}", "DeleteRule DescribeRule PutRule"),
    **same_names("events", "arn:aws:events:{region}:{account}:rule/{Rule}", "ListTargetsByRule RemoveTargets"),
    "PutEvents": _put_events,
    "PutTargets": _put_targets,
}


def _schedule(call: Call) -> Iterable[Need]:
    group, name = call.parameters.get("GroupName", "default"), call.parameters["Name"]
    arn = f"arn:aws:scheduler:{call.region}:{call.account}:schedule/{group}/{name}"
    yield Need(f"scheduler:{call.operation}", arn)
    if "Target" in call.parameters:
        role = call.parameters["Target"]["RoleArn"]
        yield Need("iam:PassRole", role, {"iam:PassedToService": "scheduler.amazonaws.com"})


# Parameters, roles, HTTP APIs


def _parameters(call: Call) -> Iterable[Need]:
    prefix = f"arn:aws:ssm:{call.region}:{call.account}:parameter/"
    for name in call.parameters.get("Names") or [call.parameters["Name"]]:
        arn = name if name.startswith("arn:") else prefix + name.split(":", 1)[0].lstrip("/")
        yield Need(f"ssm:{call.operation}", arn)


def _create_role(call: Call) -> Iterable[Need]:
    path, boundary = call.parameters.get("Path", "/"), call.parameters.get("PermissionsBoundary")
    arn = f"arn:aws:iam::{call.account}:role{path}{call.parameters['RoleName']}"
    yield Need("iam:CreateRole", arn, {"iam:PermissionsBoundary": boundary} if boundary else {})


_IAM: Mapping[str, Rule] = {
    **same_names(
        "iam",
        "arn:aws:iam::{account}:role/{RoleName}",
        """
        AttachRolePolicy DeleteRole DeleteRolePolicy DetachRolePolicy GetRole GetRolePolicy ListAttachedRolePolicies
        ListInstanceProfilesForRole ListRolePolicies PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole
        """,
    ),
    **same_names("iam", "{PolicyArn}", "DeletePolicy GetPolicy GetPolicyVersion ListPolicyVersions"),
    "CreateRole": _create_role,
}


def _api(call: Call) -> Iterable[Need]:
    """Need the HTTP method on the path: API Gateway has no other actions."""
    yield Need(f"apigateway:{call.method}", f"arn:aws:apigateway:{call.region}::{call.path.removeprefix('/v2')}")


_API_OPERATIONS = """
    CreateApi CreateAuthorizer CreateIntegration CreateRoute CreateStage DeleteApi DeleteAuthorizer DeleteIntegration
    DeleteRoute DeleteStage GetApi GetApis GetAuthorizer GetIntegration GetIntegrations GetRoute GetRoutes GetStage
    GetStages UpdateApi UpdateAuthorizer UpdateIntegration UpdateRoute UpdateStage
"""


def _nothing(_call: Call) -> Iterable[Need]:
    """Need nothing: everybody may ask who he is."""
    return ()


TABLE: Mapping[str, Mapping[str, Rule]] = {
    "apigatewayv2": dict.fromkeys(_API_OPERATIONS.split(), _api),
    "cloudwatch": _CLOUDWATCH,
    "dynamodb": _DYNAMODB,
    "ec2": same_names("ec2", "*", "DescribeNetworkInterfaces DescribeSecurityGroups DescribeSubnets DescribeVpcs"),
    "events": _EVENTS,
    "iam": _IAM,
    "kms": same_names("kms", "{KeyId}", "Decrypt DescribeKey Encrypt GenerateDataKey"),
    "lambda": _LAMBDA,
    "logs": _LOGS,
    "s3": _S3,
    "scheduler": dict.fromkeys(("CreateSchedule", "DeleteSchedule", "GetSchedule", "UpdateSchedule"), _schedule),
    "secretsmanager": same_names("secretsmanager", "{SecretId}", "DescribeSecret GetSecretValue PutSecretValue"),
    "sns": _SNS,
    "sqs": _SQS,
    "ssm": dict.fromkeys(("DeleteParameter", "GetParameter", "GetParameters", "PutParameter"), _parameters),
    "sts": {"AssumeRole": needing("sts:AssumeRole", "{RoleArn}"), "GetCallerIdentity": _nothing},
    "xray": same_names("xray", "*", "PutTelemetryRecords PutTraceSegments"),
}
"""Service and operation as boto3 and the API reference call them, to the rule."""
