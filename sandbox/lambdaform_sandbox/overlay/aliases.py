"""Aliases: the one thing that moves when code goes live, so every rule of AWS about them holds here."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..moto_call import AwsError
from .functions import LATEST, Alias, Function, Functions, check_revision, new_revision
from .pages import page
from .provisioned import check_move

__all__ = ["OPERATIONS"]

_NAME = re.compile(r"(?![0-9]+$)[a-zA-Z0-9-_]{1,128}")


def create_alias(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Create an alias for a version that exists; a name is taken once, and is not a number."""
    function, _ = functions.find({"FunctionName": parameters["FunctionName"]})
    name = parameters["Name"]
    if not _NAME.fullmatch(name):
        raise _invalid(name, "name", r"Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)")
    if name in function.aliases:
        raise AwsError("ResourceConflictException", f"Alias already exists: {function.qualified_arn(name)}")
    alias = Alias(name, parameters["FunctionVersion"], _weights(parameters), parameters.get("Description", ""))
    _check(function, alias)
    function.aliases[name] = alias
    return _described(function, alias)


def update_alias(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Change only the given fields, under a new revision id; an old `RevisionId` changes nothing and gets 412.

    Without `RoutingConfig` the weights stay; an empty one clears them. An alias with provisioned concurrency keeps
    sending all calls to its former version, with a weight of 1, until the new one is provisioned.
    """
    function, alias = _find(functions, parameters)
    check_revision(parameters.get("RevisionId"), alias.revision_id)
    changed = replace(
        alias,
        version=parameters.get("FunctionVersion", alias.version),
        weights=_weights(parameters) if "RoutingConfig" in parameters else alias.weights,
        description=parameters.get("Description", alias.description),
        revision_id=new_revision(),
    )
    _check(function, changed)
    check_move(function, changed)
    functions.change_alias(function, changed)
    return _described(function, changed)


def get_alias(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return one alias."""
    function, alias = _find(functions, parameters)
    return _described(function, functions.alias_as_read(function, alias.name) or alias)


def list_aliases(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List aliases by name, with `FunctionVersion` those that use the version."""
    function, _ = functions.find({"FunctionName": parameters["FunctionName"]})
    number = parameters.get("FunctionVersion")
    aliases = [functions.alias_as_read(function, name) or alias for name, alias in sorted(function.aliases.items())]
    listed = [_described(function, alias) for alias in aliases if number in (None, alias.version, *alias.weights)]
    return page(listed, parameters, "Aliases")


def delete_alias(functions: Functions, parameters: Mapping[str, Any]) -> None:
    """Delete an alias with its policy and settings; one that is gone is no error."""
    function, _ = functions.find({"FunctionName": parameters["FunctionName"]})
    name = parameters["Name"]
    function.aliases.pop(name, None)
    function.superseded.pop(name, None)
    function.policies.pop(name, None)
    function.settings = {key: value for key, value in function.settings.items() if key[1] != name}


OPERATIONS = {
    "CreateAlias": create_alias,
    "UpdateAlias": update_alias,
    "GetAlias": get_alias,
    "ListAliases": list_aliases,
    "DeleteAlias": delete_alias,
}


def _find(functions: Functions, parameters: Mapping[str, Any]) -> tuple[Function, Alias]:
    function, _ = functions.find({"FunctionName": parameters["FunctionName"]})
    alias = function.aliases.get(parameters["Name"])
    if alias is None:
        arn = function.qualified_arn(parameters["Name"])
        raise AwsError("ResourceNotFoundException", f"Cannot find alias arn: {arn}")
    return function, alias


def _weights(parameters: Mapping[str, Any]) -> dict[str, float]:
    return dict(parameters.get("RoutingConfig", {}).get("AdditionalVersionWeights") or {})


def _check(function: Function, alias: Alias) -> None:
    """Refuse an alias whose versions do not exist or cannot share its calls."""
    if len(alias.weights) > 1:
        raise AwsError(
            "InvalidParameterValueException", "Number of items in AdditionalVersionWeights cannot be greater than 1"
        )
    for number, weight in alias.weights.items():
        _check_weight(number, weight)
        if number == alias.version:
            raise AwsError(
                "InvalidParameterValueException",
                f"Invalid function version {number}. Function version {number} is already included in routing "
                "configuration.",
            )
    if alias.weights and alias.version == LATEST:
        raise AwsError(
            "InvalidParameterValueException", "$LATEST is not supported for an alias pointing to more than 1 version"
        )
    _check_versions(function, [alias.version, *alias.weights])


def _check_weight(number: str, weight: float) -> None:
    field = "routingConfig.additionalVersionWeights"
    if not number.isdigit():
        raise _invalid(number, field, "Map keys must satisfy regular expression pattern: [0-9]+")
    if not 0 <= weight <= 1:
        raise _invalid(str(weight), field, "Map value must have value between 0.0 and 1.0")


def _check_versions(function: Function, numbers: list[str]) -> None:
    """Refuse versions that do not exist, and a split between versions of another role or dead-letter queue."""
    if numbers[0] in function.aliases:
        raise AwsError("ResourceNotFoundException", f"Function not found: {function.qualified_arn(numbers[0])}")
    configurations = [function.version(number).configuration for number in numbers]
    for field in ("Role", "DeadLetterConfig"):
        if any(each.get(field) != configurations[0].get(field) for each in configurations):
            raise AwsError(
                "InvalidParameterValueException",
                f"The versions {' and '.join(numbers)} of an alias must have the same {field}",
            )


def _described(function: Function, alias: Alias) -> dict[str, Any]:
    routing = {"RoutingConfig": {"AdditionalVersionWeights": alias.weights}} if alias.weights else {}
    return {
        "AliasArn": function.qualified_arn(alias.name),
        "Name": alias.name,
        "FunctionVersion": alias.version,
        "Description": alias.description,
        "RevisionId": alias.revision_id,
        **routing,
    }


def _invalid(value: str, field: str, rule: str) -> Exception:
    return AwsError(
        "ValidationException",
        f"1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: {rule}",
    )
