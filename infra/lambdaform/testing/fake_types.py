"""What AWS would answer for each type of resource: templates over the inputs and a few made-up identifiers.

A template may use every input by its name on the wire, the outputs above it, and what `FakeAws` adds:

account, region, partition    where the resource is
name                          its physical name, given or made up
key, hex, uuid, code_sha256   identifiers that are made up: ten letters, 17 digits, a UUID, a digest
function, function_arn        of the input `functionName`, which may be a name or an ARN
path, bus, group, stage_path  inputs with the default AWS gives them
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["FAKE_TYPES", "FakeType"]


@dataclass(frozen=True)
class FakeType:
    """How resources of one type look once they exist."""

    id: str
    outputs: Mapping[str, str]
    """In order. One that is an input too is what AWS makes up when it is not given."""
    name_property: str | None = None
    """The input that holds the physical name. Not given, it is made up: from its `...Prefix`, or the program's name."""
    when: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """More outputs, by the input that brings them when it is true."""


_INVOKE = "arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions"
_LATER = "2026-01-01T00:00:00.000"


def _named(id_: str, arn: str, **outputs: str) -> FakeType:
    return FakeType(id_, {"arn": f"arn:{{partition}}:{arn}", **outputs}, "name")


def _unnamed(id_: str, **outputs: str) -> FakeType:
    return FakeType(id_, outputs)


FAKE_TYPES: Mapping[str, FakeType] = {
    "aws:apigatewayv2/api:Api": _named(
        "{key}",
        "apigateway:{region}::/apis/{key}",
        executionArn="arn:{partition}:execute-api:{region}:{account}:{key}",
        apiEndpoint="https://{key}.execute-api.{region}.amazonaws.com",
    ),
    "aws:apigatewayv2/authorizer:Authorizer": _unnamed("{key}"),
    "aws:apigatewayv2/integration:Integration": _unnamed("{key}"),
    "aws:apigatewayv2/route:Route": _unnamed("{key}"),
    "aws:apigatewayv2/stage:Stage": _named(
        "{name}",
        "apigateway:{region}::/apis/{apiId}/stages/{name}",
        executionArn="arn:{partition}:execute-api:{region}:{account}:{apiId}/{name}",
        invokeUrl="https://{apiId}.execute-api.{region}.amazonaws.com/{stage_path}",
    ),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": _unnamed(
        "{alarmName}", arn="arn:{partition}:cloudwatch:{region}:{account}:alarm:{alarmName}"
    ),
    "aws:cloudwatch/eventBus:EventBus": _named("{name}", "events:{region}:{account}:event-bus/{name}"),
    "aws:cloudwatch/eventRule:EventRule": _named("{bus}{name}", "events:{region}:{account}:rule/{bus}{name}"),
    "aws:cloudwatch/eventTarget:EventTarget": _unnamed("{rule}-{hex}", targetId="{hex}"),
    "aws:cloudwatch/logGroup:LogGroup": _named("{name}", "logs:{region}:{account}:log-group:{name}"),
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": FakeType("cwlsf-{hex}", {}, "name"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": _named("{name}", "cloudwatch:{region}:{account}:alarm:{name}"),
    "aws:dynamodb/table:Table": FakeType(
        "{name}",
        {"arn": "arn:{partition}:dynamodb:{region}:{account}:table/{name}"},
        "name",
        {"streamEnabled": {"streamArn": f"{{arn}}/stream/{_LATER}", "streamLabel": _LATER}},
    ),
    "aws:dynamodb/tableItem:TableItem": _unnamed("{tableName}|{hashKey}"),
    "aws:iam/policy:Policy": _named("{arn}", "iam::{account}:policy{path}{name}", path="{path}", policyId="ANPA{hex}"),
    "aws:iam/role:Role": _named("{name}", "iam::{account}:role{path}{name}", path="{path}", uniqueId="AROA{hex}"),
    "aws:iam/rolePolicy:RolePolicy": FakeType("{role}:{name}", {}, "name"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _unnamed("{role}-{hex}"),
    "aws:kinesis/stream:Stream": _named("{arn}", "kinesis:{region}:{account}:stream/{name}"),
    "aws:kms/alias:Alias": FakeType("{name}", {"arn": "arn:{partition}:kms:{region}:{account}:{name}"}, "name"),
    "aws:kms/key:Key": _unnamed("{uuid}", keyId="{uuid}", arn="arn:{partition}:kms:{region}:{account}:key/{uuid}"),
    "aws:lambda/alias:Alias": _named(
        "{arn}", "lambda:{region}:{account}:function:{function}:{name}", invokeArn=f"{_INVOKE}/{{arn}}/invocations"
    ),
    "aws:lambda/codeSigningConfig:CodeSigningConfig": _unnamed(
        "{arn}", configId="csc-{hex}", arn="arn:{partition}:lambda:{region}:{account}:code-signing-config:{configId}"
    ),
    "aws:lambda/eventSourceMapping:EventSourceMapping": _unnamed(
        "{uuid}",
        uuid="{uuid}",
        arn="arn:{partition}:lambda:{region}:{account}:event-source-mapping:{uuid}",
        functionArn="{function_arn}",
        state="Enabled",
    ),
    "aws:lambda/function:Function": FakeType(
        "{name}",
        {
            "arn": "arn:{partition}:lambda:{region}:{account}:function:{name}",
            "invokeArn": f"{_INVOKE}/{{arn}}/invocations",
            "version": "$LATEST",
            "qualifiedArn": "{arn}:$LATEST",
            "qualifiedInvokeArn": f"{_INVOKE}/{{arn}}:$LATEST/invocations",
            "codeSha256": "{code_sha256}",
            "lastModified": f"{_LATER}+0000",
        },
        "name",
        {
            "publish": {
                "version": "1",
                "qualifiedArn": "{arn}:1",
                "qualifiedInvokeArn": f"{_INVOKE}/{{arn}}:1/invocations",
            }
        },
    ),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": _unnamed("{functionName}:{qualifier}"),
    "aws:lambda/functionRecursionConfig:FunctionRecursionConfig": _unnamed("{functionName}"),
    "aws:lambda/functionUrl:FunctionUrl": _unnamed(
        "{function}/{qualifier}",
        functionArn="{function_arn}:{qualifier}",
        urlId="{key}",
        functionUrl="https://{key}.lambda-url.{region}.on.aws/",
    ),
    "aws:lambda/layerVersion:LayerVersion": _unnamed(
        "{arn}",
        layerArn="arn:{partition}:lambda:{region}:{account}:layer:{layerName}",
        arn="{layerArn}:1",
        version="1",
    ),
    "aws:lambda/permission:Permission": _unnamed("{statementId}", statementId="terraform-{hex}"),
    "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": _unnamed("{functionName},{qualifier}"),
    "aws:lambda/runtimeManagementConfig:RuntimeManagementConfig": _unnamed(
        "{functionName}", functionArn="{function_arn}"
    ),
    "aws:s3/bucket:Bucket": FakeType(
        "{name}",
        {
            "arn": "arn:{partition}:s3:::{name}",
            "bucketDomainName": "{name}.s3.amazonaws.com",
            "bucketRegionalDomainName": "{name}.s3.{region}.amazonaws.com",
        },
        "bucket",
    ),
    "aws:scheduler/schedule:Schedule": _named("{group}/{name}", "scheduler:{region}:{account}:schedule/{group}/{name}"),
    "aws:scheduler/scheduleGroup:ScheduleGroup": _named("{name}", "scheduler:{region}:{account}:schedule-group/{name}"),
    "aws:secretsmanager/secret:Secret": _named("{arn}", "secretsmanager:{region}:{account}:secret:{name}-{key}"),
    "aws:sns/topic:Topic": _named("{arn}", "sns:{region}:{account}:{name}"),
    "aws:sns/topicSubscription:TopicSubscription": _unnamed("{arn}", arn="{topic}:{uuid}"),
    "aws:sqs/queue:Queue": _named(
        "{url}", "sqs:{region}:{account}:{name}", url="https://sqs.{region}.amazonaws.com/{account}/{name}"
    ),
    "aws:sqs/queuePolicy:QueuePolicy": _unnamed("{queueUrl}"),
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": _unnamed("{queueUrl}"),
    "aws:ssm/parameter:Parameter": _named("{name}", "ssm:{region}:{account}:parameter/{name}"),
}
