"""Resource policies: who may call a function, an alias or a version. Each of them has its own."""

import json
import re
from collections.abc import Mapping
from typing import Any

from ..moto_call import AwsError
from .functions import LATEST, Function, Functions, check_revision

__all__ = ["OPERATIONS", "policy_at", "policy_of"]

_ACTION = re.compile(r"lambda:(\*|[a-zA-Z]+)|\*")
_POLICY_BYTES = 20_480
_EQUAL_KEYS = {
    "SourceAccount": "AWS:SourceAccount",
    "EventSourceToken": "lambda:EventSourceToken",
    "PrincipalOrgID": "aws:PrincipalOrgID",
    "FunctionUrlAuthType": "lambda:FunctionUrlAuthType",
}


def add_permission(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Add one statement to the policy of the qualifier; the revision of what it belongs to changes."""
    function, qualifier = functions.find(parameters)
    if qualifier == LATEST:
        raise AwsError("InvalidParameterValueException", "We currently do not support adding policies for $LATEST.")
    if not _ACTION.fullmatch(parameters["Action"]):
        raise AwsError("ValidationException", f"Value '{parameters['Action']}' at 'action' is not an action of Lambda")
    if "FunctionUrlAuthType" in parameters and parameters["Action"] != "lambda:InvokeFunctionUrl":
        message = "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action"
        raise AwsError("InvalidParameterValueException", message)
    key = qualifier or LATEST
    statements = function.policies.get(key, [])
    check_revision(parameters.get("RevisionId"), function.revision(key))
    _check_new(parameters["StatementId"], statements)
    statement = _statement(parameters, function.qualified_arn(qualifier))
    _keep(function, key, [*statements, statement])
    return {"Statement": json.dumps(statement)}


def get_policy(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the policy of the qualifier, with the revision of what it belongs to."""
    function, qualifier = functions.find(parameters)
    policy = policy_of(function, qualifier)
    if policy is None:
        raise AwsError("ResourceNotFoundException", "The resource you requested does not exist.")
    return {"Policy": json.dumps(policy), "RevisionId": function.revision(qualifier or LATEST)}


def remove_permission(functions: Functions, parameters: Mapping[str, Any]) -> None:
    """Remove one statement from the policy of the qualifier, and from no other."""
    function, qualifier = functions.find(parameters)
    key, sid = qualifier or LATEST, parameters["StatementId"]
    statements = function.policies.get(key, [])
    check_revision(parameters.get("RevisionId"), function.revision(key))
    rest = [statement for statement in statements if statement["Sid"] != sid]
    if len(rest) == len(statements):
        raise AwsError("ResourceNotFoundException", f"Statement {sid} is not found in resource policy.")
    _keep(function, key, rest)


OPERATIONS = {"AddPermission": add_permission, "GetPolicy": get_policy, "RemovePermission": remove_permission}


def policy_of(function: Function, qualifier: str | None) -> dict[str, Any] | None:
    """Return the policy document of a function, alias or version, or None if it has no statement."""
    statements = function.policies.get(qualifier or LATEST)
    return {"Version": "2012-10-17", "Id": "default", "Statement": statements} if statements else None


def policy_at(functions: Functions, arn: str) -> dict[str, Any] | None:
    """Return the policy of what an ARN names, or None if that has none or does not exist."""
    try:
        return policy_of(*functions.find({"FunctionName": arn}))
    except AwsError:
        return None


def _check_new(sid: str, statements: list[dict[str, Any]]) -> None:
    if any(statement["Sid"] == sid for statement in statements):
        raise AwsError(
            "ResourceConflictException",
            f"The statement id ({sid}) provided already exists. Please provide a new statement id, or remove the "
            "existing statement.",
        )


def _statement(parameters: Mapping[str, Any], arn: str) -> dict[str, Any]:
    statement = {
        "Sid": parameters["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(parameters["Principal"]),
        "Action": parameters["Action"],
        "Resource": arn,
    }
    conditions = _conditions(parameters)
    return {**statement, "Condition": conditions} if conditions else statement


def _principal(principal: str) -> str | dict[str, str]:
    if principal.isdigit():
        return {"AWS": f"arn:aws:iam::{principal}:root"}
    if principal == "*":
        return "*"
    return {"AWS": principal} if principal.startswith("arn:") else {"Service": principal}


def _conditions(parameters: Mapping[str, Any]) -> dict[str, Any]:
    equal = {key: parameters[name] for name, key in _EQUAL_KEYS.items() if name in parameters}
    like = {"AWS:SourceArn": parameters["SourceArn"]} if "SourceArn" in parameters else {}
    through_url = parameters.get("InvokedViaFunctionUrl")
    is_true = {} if through_url is None else {"lambda:InvokedViaFunctionUrl": str(through_url).lower()}
    return {name: part for name, part in (("StringEquals", equal), ("ArnLike", like), ("Bool", is_true)) if part}


def _keep(function: Function, key: str, statements: list[dict[str, Any]]) -> None:
    if len(json.dumps(statements)) > _POLICY_BYTES:
        raise AwsError(
            "PolicyLengthExceededException", f"The final policy size is bigger than the limit ({_POLICY_BYTES})."
        )
    function.policies[key] = statements
    function.touch(key)
