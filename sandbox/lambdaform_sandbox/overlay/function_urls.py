"""Function URLs: one for the function and one for each alias. Those of aliases listen where a front is set."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..moto_call import AwsError
from .functions import LATEST, Function, Functions
from .pages import page

__all__ = ["OPERATIONS", "set_front"]

_URL = "function url"
_QUALIFIER = re.compile(r"(?!\d+$)[0-9a-zA-Z-_]+")
_FIELDS = ("AuthType", "Cors", "InvokeMode")

Front = Callable[[str, str], str]
"""Returns the address without trailing slash on which it answers for a function, by name, and an alias."""
_front: list[Front] = []


def set_front(front: Front | None) -> None:
    """Let URLs of aliases that are created from now on have an address of this front; None: one as on AWS."""
    _front[:] = [front] if front else []


def create_function_url_config(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give the function or an alias its URL; a version cannot have one."""
    function, qualifier = _find(functions, parameters)
    arn = function.qualified_arn(qualifier)
    if (_URL, qualifier or LATEST) in function.settings:
        raise AwsError(
            "ResourceConflictException",
            f"Failed to create function url config for [functionArn = {arn}]. Error message:  FunctionUrlConfig exists "
            "for this Lambda function",
        )
    now = _now(functions)
    kept = {
        "FunctionUrl": f"{_address(functions, function, qualifier)}/",
        "FunctionArn": arn,
        "InvokeMode": "BUFFERED",
        "CreationTime": now,
        "LastModifiedTime": now,
        **_given(parameters),
    }
    function.settings[_URL, qualifier or LATEST] = kept
    return kept


def get_function_url_config(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the URL of the function or of an alias; another one's does not count."""
    return _kept(*_find(functions, parameters))


def update_function_url_config(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Change only the given fields; the address stays."""
    function, qualifier = _find(functions, parameters)
    changed = {**_kept(function, qualifier), **_given(parameters), "LastModifiedTime": _now(functions)}
    function.settings[_URL, qualifier or LATEST] = changed
    return changed


def delete_function_url_config(functions: Functions, parameters: Mapping[str, Any]) -> None:
    """Delete the URL for good: a new one gets another address."""
    function, qualifier = _find(functions, parameters)
    _kept(function, qualifier)
    del function.settings[_URL, qualifier or LATEST]


def list_function_url_configs(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List the URLs of the function and of all its aliases."""
    function, _ = functions.find({"FunctionName": parameters["FunctionName"]})
    listed = [kept for (kind, _), kept in sorted(function.settings.items()) if kind == _URL]
    return page(listed, parameters, "FunctionUrlConfigs")


OPERATIONS = {
    "CreateFunctionUrlConfig": create_function_url_config,
    "GetFunctionUrlConfig": get_function_url_config,
    "UpdateFunctionUrlConfig": update_function_url_config,
    "DeleteFunctionUrlConfig": delete_function_url_config,
    "ListFunctionUrlConfigs": list_function_url_configs,
}


def _find(functions: Functions, parameters: Mapping[str, Any]) -> tuple[Function, str | None]:
    qualifier = parameters.get("Qualifier")
    if qualifier and not _QUALIFIER.fullmatch(qualifier):
        raise AwsError(
            "ValidationException",
            f"1 validation error detected: Value '{qualifier}' at 'qualifier' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: ((?!^\d+$)^[0-9a-zA-Z-_]+$)",
        )
    return functions.find(parameters)


def _kept(function: Function, qualifier: str | None) -> dict[str, Any]:
    kept = function.settings.get((_URL, qualifier or LATEST))
    if kept is None:
        raise AwsError("ResourceNotFoundException", "The resource you requested does not exist.")
    return kept


def _address(functions: Functions, function: Function, alias: str | None) -> str:
    if _front and alias:
        return _front[0](function.name, alias)
    identifier = "".join(functions.draw.choices("abcdefghijklmnopqrstuvwxyz234567", k=32))
    return f"https://{identifier}.lambda-url.{functions.region}.on.aws"


def _given(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: parameters[name] for name in _FIELDS if name in parameters}


def _now(functions: Functions) -> str:
    return functions.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
