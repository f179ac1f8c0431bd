"""What moto forgets of a resource that is changed later: attributes that it drops, or wipes with others."""

# moto carries no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false

import json
from typing import Any
from urllib.parse import unquote

import moto.apigatewayv2.urls
from moto.apigatewayv2.models import Stage
from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.core.responses import ActionResult, EmptyResult
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler
from moto.logs.models import LogGroup
from moto.logs.responses import LogsResponse
from moto.sns.responses import SNSResponse
from moto.sqs.models import Queue

from ..moto_call import AwsError
from ..patching import Patches

__all__ = ["install"]

_QUEUE_EXTRAS = {
    "redrive_allow_policy": "RedriveAllowPolicy",
    "sqs_managed_sse_enabled": "SqsManagedSseEnabled",
}
_TOPIC_EXTRAS = {"signature_version": "SignatureVersion", "tracing_config": "TracingConfig"}


def install(patches: Patches) -> None:
    """Put the missing behaviour into moto."""
    patches.replace(Queue, "_set_attributes", _set_queue_attributes(vars(Queue)["_set_attributes"]))
    patches.replace(Queue, "attributes", property(_queue_attributes(Queue.attributes.fget)))
    patches.replace(SNSResponse, "get_topic_attributes", _topic_attributes(SNSResponse.get_topic_attributes))
    patches.replace(DynamoHandler, "update_table", _update_table(DynamoHandler.update_table))
    patches.replace(Table, "describe", _describe_table(Table.describe))
    patches.replace(LogsResponse, "create_log_group", _create_log_group(LogsResponse.create_log_group))
    patches.replace(LogsResponse, "delete_log_group", _delete_log_group(LogsResponse.delete_log_group))
    patches.replace(LogsResponse, "put_log_group_deletion_protection", _protect_log_group)
    patches.replace(LogsResponse, "associate_kms_key", _associate_kms_key)
    patches.replace(LogsResponse, "disassociate_kms_key", _disassociate_kms_key)
    patches.replace(LogGroup, "to_describe_dict", _describe_log_group(LogGroup.to_describe_dict))
    patches.replace(ApiGatewayV2Response, "update_route", _update_route(ApiGatewayV2Response.update_route))
    patches.replace(moto.apigatewayv2.urls, "url_paths", _paths_with_stage_tags())
    for name in ("get_tags", "tag_resource", "untag_resource"):
        patches.replace(ApiGatewayV2Response, name, _tags_of_stages(name, getattr(ApiGatewayV2Response, name)))


def _set_queue_attributes(stock: Any) -> Any:  # noqa: ANN401  # moto's method
    def set_attributes(self: Any, attributes: dict[str, Any], now: float | None = None) -> None:  # noqa: ANN401  # moto's Queue
        """Change the given attributes and no other: moto takes the policy away with each."""
        policy = getattr(self, "policy", None)
        stock(self, attributes, now)
        if "Policy" not in attributes:
            self.policy = policy

    return set_attributes


def _queue_attributes(stock: Any) -> Any:  # noqa: ANN401  # moto's property
    def attributes(self: Any) -> dict[str, Any]:  # noqa: ANN401  # moto's Queue
        """Read back also who may redrive into the queue, and whether SQS itself encrypts it."""
        extras = {name: getattr(self, field, None) for field, name in _QUEUE_EXTRAS.items()}
        return {**stock(self), **{name: value for name, value in extras.items() if value}}

    return attributes


def _topic_attributes(stock: Any) -> Any:  # noqa: ANN401  # moto's method
    def get_topic_attributes(self: Any) -> ActionResult:  # noqa: ANN401  # moto's response class
        """Read back also how the topic signs and traces."""
        answer = stock(self)
        topic = self.backend.get_topic(self._get_param("TopicArn"))
        extras = {name: getattr(topic, field, None) for field, name in _TOPIC_EXTRAS.items()}
        answer.result["Attributes"] |= {name: value for name, value in extras.items() if value}
        return answer

    return get_topic_attributes


def _update_table(stock: Any) -> Any:  # noqa: ANN401  # moto's method
    def update_table(self: Any) -> ActionResult:  # noqa: ANN401  # moto's response class
        """Change also the encryption and the class of a table; a stream that was disabled may be enabled again."""
        table = self.dynamodb_backend.get_table(self.body["TableName"])
        encryption = self.body.get("SSESpecification")
        if encryption is not None:
            table.sse_specification = encryption if encryption.get("Enabled") else None
        if not (table.stream_specification or {}).get("StreamEnabled"):
            table.latest_stream_label = None
        table.table_class = self.body.get("TableClass", getattr(table, "table_class", None))
        return stock(self)

    return update_table


def _describe_table(stock: Any) -> Any:  # noqa: ANN401  # moto's method
    def describe(self: Any, base_key: str = "TableDescription") -> dict[str, Any]:  # noqa: ANN401  # moto's Table
        """Read back also the class of a table; one that is not encrypted with a key of the account says nothing."""
        answer = stock(self, base_key)
        table_class = getattr(self, "table_class", None)
        if table_class:
            answer[base_key]["TableClassSummary"] = {"TableClass": table_class}
        return answer

    return describe


def _create_log_group(stock: Any) -> Any:  # noqa: ANN401  # moto's method
    def create_log_group(self: Any) -> str:  # noqa: ANN401  # moto's response class
        """Keep whether the group refuses to be deleted."""
        answer: str = stock(self)
        group = self.logs_backend.groups[self._get_param("logGroupName")]
        group.deletion_protected = self._get_param("deletionProtectionEnabled", False)
        return answer

    return create_log_group


def _delete_log_group(stock: Any) -> Any:  # noqa: ANN401  # moto's method
    def delete_log_group(self: Any) -> str:  # noqa: ANN401  # moto's response class
        """Refuse to delete a protected group."""
        group = self.logs_backend.groups.get(self._get_param("logGroupName"))
        if getattr(group, "deletion_protected", False):
            raise AwsError("ValidationException", "The log group is protected: disable deletion protection first")
        return stock(self)

    return delete_log_group


def _protect_log_group(self: Any) -> EmptyResult:  # noqa: ANN401  # moto's response class
    """Let a group, by name or ARN, refuse to be deleted, or no longer."""
    _group(self, self._get_param("logGroupIdentifier")).deletion_protected = self._get_param(
        "deletionProtectionEnabled"
    )
    return EmptyResult()


def _associate_kms_key(self: Any) -> EmptyResult:  # noqa: ANN401  # moto's response class
    """Encrypt a group with a key from now on."""
    _group(self, self._get_param("logGroupName")).kms_key_id = self._get_param("kmsKeyId")
    return EmptyResult()


def _disassociate_kms_key(self: Any) -> EmptyResult:  # noqa: ANN401  # moto's response class
    """Encrypt a group with AWS's own key again."""
    _group(self, self._get_param("logGroupName")).kms_key_id = None
    return EmptyResult()


def _group(self: Any, identifier: str) -> Any:  # noqa: ANN401  # moto's response class and its LogGroup
    name = identifier.rsplit(":log-group:", maxsplit=1)[-1].removesuffix(":*")
    if name not in self.logs_backend.groups:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
    return self.logs_backend.groups[name]


def _describe_log_group(stock: Any) -> Any:  # noqa: ANN401  # moto's method
    def to_describe_dict(self: Any) -> dict[str, Any]:  # noqa: ANN401  # moto's LogGroup
        """Read back whether the group refuses to be deleted."""
        return {**stock(self), "deletionProtectionEnabled": getattr(self, "deletion_protected", False)}

    return to_describe_dict


def _update_route(stock: Any) -> Any:  # noqa: ANN401  # moto's method
    def update_route(self: Any) -> tuple[int, dict[str, str], str]:  # noqa: ANN401  # moto's response class
        """Take away what is given as empty: moto ignores that."""
        status, headers, _ = stock(self)
        *_, api_id, _, route_id = self.path.split("/")
        route, given = self.apigatewayv2_backend.get_route(api_id, route_id), json.loads(self.body)
        route.authorization_scopes = given.get("authorizationScopes", route.authorization_scopes)
        route.target = given.get("target", route.target)
        return status, headers, json.dumps(route.to_json())

    return update_route


def _paths_with_stage_tags() -> dict[str, Any]:
    path = r"{0}/v2/tags/(?P<api_arn>[^/]+)/apis/(?P<api_id>[^/]+)/stages/(?P<stage_name>[^/]+)$"
    return {**moto.apigatewayv2.urls.url_paths, path: ApiGatewayV2Response.dispatch}


def _tags_of_stages(name: str, stock: Any) -> Any:  # noqa: ANN401  # moto's method
    def method(self: Any) -> tuple[int, dict[str, str], str]:  # noqa: ANN401  # moto's response class
        """Read and change the tags of a stage where they are kept."""
        stage = _stage(self)
        if stage is None:
            return stock(self)
        if name == "tag_resource":
            stage.tags = {**stage.tags, **json.loads(self.body).get("tags", {})}
        elif name == "untag_resource":
            gone = self.querystring.get("tagKeys") or []
            stage.tags = {key: value for key, value in stage.tags.items() if key not in gone}
        return 200, {}, json.dumps({"tags": stage.tags} if name == "get_tags" else {})

    return method


def _stage(self: Any) -> Stage | None:  # noqa: ANN401  # moto's response class
    arn = unquote(self.path.split("/tags/")[1])
    if "/stages/" not in arn:
        return None
    *_, api_id, _, stage_name = arn.split("/")
    return self.apigatewayv2_backend.get_stage(api_id, stage_name)
