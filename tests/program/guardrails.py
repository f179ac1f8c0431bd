"""What must hold for everything that is deployed, as pure functions: a recording in, what breaks the rule out.

`violations` asks all of them. A rule looks at what was registered, not at who registered it, so a resource that is
made beside the components is judged like one of theirs.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from lambdaform.testing import Recording, Resource

__all__ = [
    "aliases_without_one_owner",
    "managed_policies",
    "open_permissions",
    "open_trust",
    "unbound_references",
    "unlogged_functions",
    "unpublished_functions",
    "violations",
    "wildcards",
]

ALIAS = "aws:lambda/alias:Alias"
FUNCTION = "aws:lambda/function:Function"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
PERMISSION = "aws:lambda/permission:Permission"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"

WITHOUT_RESOURCES = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")
OF_THE_FUNCTION_ITSELF = (
    "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
    "aws:lambda/runtimeManagementConfig:RuntimeManagementConfig",
)
"""What AWS keeps for a function as a whole and does not know for an alias."""
RELEASE_OWNED = {"description", "functionVersion", "routingConfig"}


def violations(recording: Recording) -> list[str]:
    """Return everything in the recording that breaks a rule, each as `type name: what`."""
    rules = (
        managed_policies,
        wildcards,
        open_trust,
        open_permissions,
        unbound_references,
        unpublished_functions,
        unlogged_functions,
        aliases_without_one_owner,
    )
    return [violation for rule in rules for violation in rule(recording)]


def managed_policies(recording: Recording) -> Iterator[str]:
    """Yield roles that get rights from a policy somebody else may change."""
    for resource in recording.resources:
        attached = [*_listed(resource, "managedPolicyArns"), *_listed(resource, "policyArn")]
        yield from (_says(resource, f"attaches {arn}") for arn in attached)


def wildcards(recording: Recording) -> Iterator[str]:
    """Yield what allows more than named actions on named resources, and rights to make log groups."""
    for policy, statement in _allowed(recording):
        actions, resources = _texts(statement.get("Action")), _texts(statement.get("Resource"))
        if {"NotAction", "NotResource"} & statement.keys():
            yield _says(policy, "allows everything except something")
        yield from (_says(policy, f"allows {action}") for action in actions if "*" in action or "?" in action)
        if "*" in resources:
            too_wide = [action for action in actions if action not in WITHOUT_RESOURCES]
            yield from (_says(policy, f"allows {action} on everything") for action in too_wide)
        if "logs:CreateLogGroup" in actions:
            yield _says(policy, "may make log groups")


def open_trust(recording: Recording) -> Iterator[str]:
    """Yield roles that a service could take on behalf of another account."""
    for role in recording.of(ROLE):
        for statement in _statements(role["assumeRolePolicy"]):
            account = statement.get("Condition", {}).get("StringEquals", {}).get("aws:SourceAccount", "")
            if not _is_account(account):
                yield _says(role, "can be taken for any account")


def open_permissions(recording: Recording) -> Iterator[str]:
    """Yield permissions to invoke that do not name one source in one account, or not the alias."""
    for permission in recording.of(PERMISSION):
        if not str(permission.inputs.get("sourceArn", "")).startswith("arn:"):
            yield _says(permission, "names no source")
        if not _is_account(permission.inputs.get("sourceAccount", "")):
            yield _says(permission, "names no account")
        if permission.inputs.get("qualifier") != "live":
            yield _says(permission, "is not for the alias")


def unbound_references(recording: Recording) -> Iterator[str]:
    """Yield what points at a function, or a version of it, instead of its alias."""
    names = [re.escape(function.outputs["name"]) for function in recording.of(FUNCTION)]
    unqualified = re.compile(rf"function:(?:{'|'.join(names)})(?!:live\b)")
    for resource in recording.resources:
        for text in _texts_in(_judged(resource)):
            if unqualified.search(text):
                yield _says(resource, f"points at {text}")
            elif re.fullmatch("|".join(names), text) and not _names_the_alias(resource):
                yield _says(resource, f"is for {text} without an alias")


def unpublished_functions(recording: Recording) -> Iterator[str]:
    """Yield functions without published versions, and aliases of `$LATEST`."""
    for function in recording.of(FUNCTION):
        if function.inputs.get("publish") is not True:
            yield _says(function, "publishes no version")
    for alias in recording.of(ALIAS):
        if not str(alias["functionVersion"]).isdecimal():
            yield _says(alias, f"is made with {alias['functionVersion']}")


def unlogged_functions(recording: Recording) -> Iterator[str]:
    """Yield functions whose log group is not made before them, or keeps lines for ever."""
    groups = {group.outputs["name"]: group for group in recording.of(LOG_GROUP)}
    for function in recording.of(FUNCTION):
        group = groups.get(function.inputs.get("loggingConfig", {}).get("logGroup", ""))
        if group is None or group.urn not in function.dependencies:
            yield _says(function, "does not wait for a log group of its own")
    for group in groups.values():
        if not group.inputs.get("retentionInDays"):
            yield _says(group, "keeps lines for ever")


def aliases_without_one_owner(recording: Recording) -> Iterator[str]:
    """Yield aliases that stack and release tool would both move, by the release records that are exported."""
    owners = {record["function_name"]: record["alias_owner"] for record in recording.exports["releases"]}
    for alias in recording.of(ALIAS):
        left_alone = RELEASE_OWNED if owners.get(alias["functionName"]) == "release" else set[str]()
        if set(alias.ignore_changes) != left_alone:
            yield _says(alias, f"is moved by {owners.get(alias['functionName'])} but ignores {alias.ignore_changes}")


def _allowed(recording: Recording) -> Iterator[tuple[Resource, Mapping[str, Any]]]:
    for resource in recording.resources:
        for statement in _statements(resource.inputs.get("policy", "{}")):
            if statement.get("Effect") == "Allow":
                yield resource, statement


def _statements(document: str) -> Sequence[Mapping[str, Any]]:
    return json.loads(document).get("Statement", [])


def _judged(resource: Resource) -> object:
    """Return the part of the inputs in which a function must not be named without its alias."""
    if resource.type == ROLE_POLICY:  # a condition may name the function: it narrows
        return [statement.get("Resource") for statement in _statements(resource["policy"])]
    return {} if resource.type in OF_THE_FUNCTION_ITSELF else resource.inputs


def _names_the_alias(resource: Resource) -> bool:
    if resource.type == ALIAS:
        return True
    dimensions = resource.inputs.get("dimensions") or _dimensions_of_queries(resource)
    return resource.inputs.get("qualifier") == "live" or str(dimensions.get("Resource", "")).endswith(":live")


def _dimensions_of_queries(resource: Resource) -> Mapping[str, Any]:
    metrics = [query["metric"]["dimensions"] for query in resource.inputs.get("metricQueries", []) if "metric" in query]
    return metrics[0] if metrics and all(metric == metrics[0] for metric in metrics) else {}


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts_in(list(cast(Mapping[str, object], value).values()))
    elif isinstance(value, list):
        for item in cast(Iterable[object], value):
            yield from _texts_in(item)


def _listed(resource: Resource, key: str) -> list[str]:
    return _texts(resource.inputs.get(key))


def _texts(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(cast(Iterable[str], value or []))


def _is_account(value: object) -> bool:
    return re.fullmatch(r"\d{12}", str(value)) is not None


def _says(resource: Resource, what: str) -> str:
    return f"{resource.type} {resource.name}: {what}"
