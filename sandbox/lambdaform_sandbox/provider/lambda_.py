"""What names and opens a function: aliases, and permissions to invoke."""

import json
from collections.abc import Mapping
from typing import Any, cast

from .change import Change
from .cloud import Cloud
from .function import as_known, invoke_arn
from .naming import Naming
from .resource_type import Resource, ResourceType
from .shape import Block, Shape, call_arguments, properties

__all__ = ["TYPES"]

_ALIAS: Shape = {
    "description": "Description",
    "functionName": "FunctionName",
    "functionVersion": "FunctionVersion",
    "name": "Name",
    "routingConfig": Block("RoutingConfig", {"additionalVersionWeights": "AdditionalVersionWeights"}),
}
_PERMISSION: Shape = {
    "action": "Action",
    "eventSourceToken": "EventSourceToken",
    "function": "FunctionName",
    "functionUrlAuthType": "FunctionUrlAuthType",
    "principal": "Principal",
    "principalOrgId": "PrincipalOrgID",
    "qualifier": "Qualifier",
    "sourceAccount": "SourceAccount",
    "sourceArn": "SourceArn",
    "statementId": "StatementId",
    "statementIdPrefix": None,
}


def _create_alias(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    return cloud.client("lambda").create_alias(**call_arguments(inputs, _ALIAS))["AliasArn"]


def _read_alias(cloud: Cloud, identifier: str, known: Mapping[str, Any]) -> Resource:
    function, name = _alias_names(identifier)
    alias = cloud.client("lambda").get_alias(FunctionName=function, Name=name)
    arn = alias["AliasArn"]
    said = {"arn": arn, "functionName": as_known(known, function), "invokeArn": invoke_arn(cloud, arn)}
    return Resource(arn, {**properties(alias, _ALIAS), **said})


def _update_alias(cloud: Cloud, identifier: str, change: Change) -> None:
    function, name = _alias_names(identifier)
    settings = change.arguments_of(("description", "functionVersion", "routingConfig"), _ALIAS)
    cloud.client("lambda").update_alias(FunctionName=function, Name=name, **settings)


def _delete_alias(cloud: Cloud, identifier: str, _outputs: Mapping[str, Any]) -> None:
    function, name = _alias_names(identifier)
    cloud.client("lambda").delete_alias(FunctionName=function, Name=name)


def _alias_names(identifier: str) -> tuple[str, str]:
    """Return function and alias of an ARN, or of the `function/alias` of an import."""
    if "/" in identifier:
        function, _, name = identifier.partition("/")
        return function, name
    *_, function, name = identifier.split(":")
    return function, name


def _create_permission(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    cloud.client("lambda").add_permission(**call_arguments(inputs, _PERMISSION))
    return inputs["statementId"]


def _read_permission(cloud: Cloud, identifier: str, known: Mapping[str, Any]) -> Resource | None:
    named = known if "function" in known else _permission_names(identifier)
    place = call_arguments({name: named[name] for name in ("function", "qualifier") if name in named}, _PERMISSION)
    policy = json.loads(cloud.client("lambda").get_policy(**place)["Policy"])
    sid = identifier.rpartition("/")[2]
    found = [statement for statement in policy["Statement"] if statement["Sid"] == sid]
    return Resource(sid, {**_permission(found[0], known), **named, "statementId": sid}) if found else None


def _permission_names(identifier: str) -> dict[str, str]:
    """Return function and qualifier of the `function:qualifier/statement` of an import."""
    function, _, qualifier = identifier.rpartition("/")[0].partition(":")
    return {"function": function, "qualifier": qualifier} if qualifier else {"function": function}


def _permission(statement: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    conditions: Mapping[str, Any] = statement.get("Condition", {})
    equal = {key.lower(): value for key, value in conditions.get("StringEquals", {}).items()}
    like = {key.lower(): value for key, value in conditions.get("ArnLike", {}).items()}
    return {
        "action": statement["Action"],
        "eventSourceToken": equal.get("lambda:eventsourcetoken"),
        "functionUrlAuthType": equal.get("lambda:functionurlauthtype"),
        "principal": _principal(statement["Principal"], known.get("principal")),
        "principalOrgId": equal.get("aws:principalorgid"),
        "sourceAccount": equal.get("aws:sourceaccount"),
        "sourceArn": like.get("aws:sourcearn"),
    }


def _principal(found: object, known: object) -> object:
    """Return the principal in the form it was given: AWS turns an account into the ARN of its root."""
    said = next(iter(cast("Mapping[str, object]", found).values())) if isinstance(found, Mapping) else found
    return known if f":{known}:root" in str(said) else said


def _delete_permission(cloud: Cloud, identifier: str, outputs: Mapping[str, Any]) -> None:
    place = call_arguments({name: outputs[name] for name in ("function", "qualifier") if name in outputs}, _PERMISSION)
    cloud.client("lambda").remove_permission(**place, StatementId=identifier)


TYPES = (
    ResourceType(
        "aws:lambda/alias:Alias",
        _ALIAS,
        create=_create_alias,
        read=_read_alias,
        update=_update_alias,
        delete=_delete_alias,
        replaces=frozenset({"functionName", "name"}),
        computed=frozenset({"arn", "invokeArn"}),
        absent={"description": "", "routingConfig": {"additionalVersionWeights": {}}},
        naming=Naming(longest=128, prefix_property=None),
    ),
    ResourceType(
        "aws:lambda/permission:Permission",
        _PERMISSION,
        create=_create_permission,
        read=_read_permission,
        delete=_delete_permission,
        replaces=frozenset(_PERMISSION),
        computed=frozenset({"statementId", "statementIdPrefix"}),
        settled=frozenset({"statementId", "statementIdPrefix"}),
        naming=Naming(longest=100, property="statementId", prefix_property="statementIdPrefix"),
    ),
)
