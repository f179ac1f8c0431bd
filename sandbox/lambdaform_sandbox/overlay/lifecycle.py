"""Creating, reading, changing and deleting functions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..moto_call import AwsError
from .code import code_sha256, layer_zips, read_code
from .configuration import changed, check_role, configured, described
from .functions import LATEST, Function, Functions, Version, check_revision, new_revision
from .pages import page
from .states import pending, require_settled
from .versions import delete_version, publish

__all__ = ["OPERATIONS"]

_CREATE_ONLY = {"Code", "FunctionName", "Publish", "Tags"}


def create_function(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Create a function, and its first version with `Publish`; it is pending for a while."""
    name = parameters["FunctionName"].rsplit(":", 1)[-1]
    code = read_code(functions, parameters["Code"])
    configuration = configured(name, parameters, _layer_sizes(functions, parameters))
    _refuse_unknown(parameters, configuration.keys() | _CREATE_ONLY)
    check_role(configuration, functions.region)
    state = pending(functions.clock.now(), functions.delays.creation)
    latest = Version(configuration, code, code_sha256(code), last_modified=functions.now(), state=state)
    function = Function(name, functions.arn(name), latest, dict(parameters.get("Tags", {})))
    functions.add(function)
    return _published_or_latest(functions, function, parameters)


def get_function(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return configuration, tags and reserved concurrency (0 too); the code itself is not handed out."""
    function, qualifier = functions.find(parameters)
    answer: dict[str, Any] = {
        "Configuration": described(function, function.version(qualifier), qualifier),
        "Code": {"RepositoryType": "S3"},
    }
    if function.tags:
        answer["Tags"] = function.tags
    if function.reserved_concurrency is not None:
        answer["Concurrency"] = {"ReservedConcurrentExecutions": function.reserved_concurrency}
    return answer


def get_function_configuration(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration of the version that the qualifier stands for."""
    function, qualifier = functions.find(parameters)
    return described(function, function.version(qualifier), qualifier)


def update_function_code(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Replace the code of `$LATEST`; with `Publish` there is a new version even of identical code."""
    function, _ = functions.find(parameters)
    _require_settled(function)
    check_revision(parameters.get("RevisionId"), function.latest.revision_id)
    code = read_code(functions, parameters)
    architectures = parameters.get("Architectures", function.latest.configuration["Architectures"])
    configuration = {**function.latest.configuration, "Architectures": architectures}
    changes = {"configuration": configuration, "code": code, "code_sha256": code_sha256(code)}
    updated = _touched(functions, function.latest, **changes)
    if parameters.get("DryRun"):
        return described(function, updated, None)
    function.latest = updated
    return _published_or_latest(functions, function, parameters)


def update_function_configuration(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Change the given fields of `$LATEST` and no other; every field that can be set can be changed."""
    function, _ = functions.find(parameters)
    _require_settled(function)
    check_revision(parameters.get("RevisionId"), function.latest.revision_id)
    before = function.latest.configuration
    configuration = changed(before, parameters, _layer_sizes(functions, parameters))
    _refuse_unknown(parameters, configuration.keys() | before.keys() | {"FunctionName", "RevisionId"})
    check_role(configuration, functions.region)
    function.latest = _touched(functions, function.latest, configuration=configuration)
    return described(function, function.latest, None)


def delete_function(functions: Functions, parameters: Mapping[str, Any]) -> None:
    """Delete one version, or without a qualifier the function with everything that belongs to it."""
    unqualified, qualifier = functions.find({"FunctionName": parameters["FunctionName"]})
    qualifier = parameters.get("Qualifier", qualifier)
    if qualifier is None:
        functions.remove(unqualified.name)
    else:
        delete_version(unqualified, qualifier)


def list_functions(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List functions by name; `FunctionVersion=ALL` adds every version."""
    everything = parameters.get("FunctionVersion") == "ALL"
    listed: list[dict[str, Any]] = []
    for function in functions:
        listed.append(described(function, function.latest, LATEST if everything else None))
        published = function.versions.values() if everything else ()
        listed.extend(described(function, version, version.number) for version in published)
    return page(listed, parameters, "Functions")


def put_function_concurrency(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Reserve concurrency; 0 stops the function."""
    function, _ = functions.find(parameters)
    function.reserved_concurrency = parameters["ReservedConcurrentExecutions"]
    return get_function_concurrency(functions, parameters)


def get_function_concurrency(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is reserved, or nothing."""
    function, _ = functions.find(parameters)
    return {"ReservedConcurrentExecutions": function.reserved_concurrency}


def delete_function_concurrency(functions: Functions, parameters: Mapping[str, Any]) -> None:
    """Give the reserved concurrency back."""
    function, _ = functions.find(parameters)
    function.reserved_concurrency = None


def list_tags(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tags of a function or an event source mapping."""
    return {"Tags": _tags(functions, parameters["Resource"])}


def tag_resource(functions: Functions, parameters: Mapping[str, Any]) -> None:
    """Set tags of a function or an event source mapping."""
    _tags(functions, parameters["Resource"]).update(parameters["Tags"])


def untag_resource(functions: Functions, parameters: Mapping[str, Any]) -> None:
    """Remove tags of a function or an event source mapping."""
    tags = _tags(functions, parameters["Resource"])
    for key in parameters["TagKeys"]:
        tags.pop(key, None)


OPERATIONS = {
    "CreateFunction": create_function,
    "GetFunction": get_function,
    "GetFunctionConfiguration": get_function_configuration,
    "UpdateFunctionCode": update_function_code,
    "UpdateFunctionConfiguration": update_function_configuration,
    "DeleteFunction": delete_function,
    "ListFunctions": list_functions,
    "PutFunctionConcurrency": put_function_concurrency,
    "GetFunctionConcurrency": get_function_concurrency,
    "DeleteFunctionConcurrency": delete_function_concurrency,
    "ListTags": list_tags,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
}


def _published_or_latest(functions: Functions, function: Function, parameters: Mapping[str, Any]) -> dict[str, Any]:
    if not parameters.get("Publish"):
        return described(function, function.latest, None)
    version = publish(functions, function)
    return described(function, version, version.number)


def _touched(functions: Functions, version: Version, **changes: Any) -> Version:  # noqa: ANN401  # fields of Version
    """Return a version after an update that is in progress for a while."""
    seconds = functions.delays.update
    until = functions.clock.now() + seconds if seconds > 0 else 0.0
    return replace(version, **changes, revision_id=new_revision(), last_modified=functions.now(), updating_until=until)


def _require_settled(function: Function) -> None:
    require_settled(function.arn, function.latest.state, updating=bool(function.latest.updating_until))


def _layer_sizes(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, int]:
    return {arn: len(content) for arn, content in layer_zips(functions, parameters.get("Layers", [])).items()}


def _refuse_unknown(parameters: Mapping[str, Any], known: set[str]) -> None:
    """Refuse what the sandbox would otherwise drop without a word."""
    unknown = sorted(name for name, value in parameters.items() if name not in known and value)
    if unknown:
        raise AwsError("InvalidParameterValueException", f"the sandbox does not emulate `{unknown[0]}` of a function")


def _tags(functions: Functions, arn: str) -> dict[str, str]:
    identifier = arn.rsplit(":", 1)[-1]
    if ":event-source-mapping:" in arn and identifier in functions.event_source_mappings:
        return functions.event_source_mappings[identifier].setdefault("Tags", {})
    function, _ = functions.find({"FunctionName": arn})
    return function.tags
