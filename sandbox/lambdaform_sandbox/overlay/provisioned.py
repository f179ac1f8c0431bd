"""Provisioned concurrency: environments kept ready for a version or for whatever an alias points to."""

from collections.abc import Mapping
from typing import Any

from ..moto_call import AwsError
from .functions import LATEST, PROVISIONED, Alias, Function, Functions
from .pages import page

__all__ = ["OPERATIONS", "check_move"]


def put_provisioned_concurrency_config(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Provision a published version or an alias; it is `IN_PROGRESS` for a while, then `READY`.

    Refused for `$LATEST`, for a split alias, and for a version that has a configuration already, its own or an alias's.
    """
    function, qualifier = functions.find(parameters)
    version, alias = function.version(qualifier), functions.alias_as_routed(function, qualifier or "")
    if version is function.latest:
        raise AwsError(
            "InvalidParameterValueException",
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
        )
    if alias and alias.weights:
        raise AwsError(
            "InvalidParameterValueException", "Alias with weights can not be used with Provisioned Concurrency"
        )
    if alias:
        _check_own(function, [version.number])
    else:
        _check_aliases(function, version.number)
    function.settings[PROVISIONED, qualifier or LATEST] = {
        "FunctionArn": function.qualified_arn(qualifier),
        "RequestedProvisionedConcurrentExecutions": parameters["ProvisionedConcurrentExecutions"],
        "LastModified": functions.now().strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "ReadyAt": functions.clock.now() + functions.delays.provisioning,
    }
    return get_provisioned_concurrency_config(functions, parameters)


def get_provisioned_concurrency_config(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is provisioned for the qualifier, and whether it is ready."""
    function, qualifier = functions.find(parameters)
    kept = function.settings.get((PROVISIONED, qualifier or LATEST))
    if kept is None:
        raise AwsError(
            "ProvisionedConcurrencyConfigNotFoundException", "No Provisioned Concurrency Config found for this function"
        )
    return _described(functions, kept)


def delete_provisioned_concurrency_config(functions: Functions, parameters: Mapping[str, Any]) -> None:
    """Take back what is provisioned for the qualifier."""
    function, qualifier = functions.find(parameters)
    function.settings.pop((PROVISIONED, qualifier or LATEST), None)


def list_provisioned_concurrency_configs(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List what is provisioned for all qualifiers."""
    function, _ = functions.find(parameters)
    listed = [
        _described(functions, kept) for (kind, _), kept in sorted(function.settings.items()) if kind == PROVISIONED
    ]
    return page(listed, parameters, "ProvisionedConcurrencyConfigs")


OPERATIONS = {
    "PutProvisionedConcurrencyConfig": put_provisioned_concurrency_config,
    "GetProvisionedConcurrencyConfig": get_provisioned_concurrency_config,
    "DeleteProvisionedConcurrencyConfig": delete_provisioned_concurrency_config,
    "ListProvisionedConcurrencyConfigs": list_provisioned_concurrency_configs,
}


def check_move(function: Function, alias: Alias) -> None:
    """Refuse to move an alias with provisioned concurrency onto a version that has its own."""
    if (PROVISIONED, alias.name) in function.settings:
        _check_own(function, [alias.version, *alias.weights])


def _check_own(function: Function, numbers: list[str]) -> None:
    if any((PROVISIONED, number) in function.settings for number in numbers):
        raise AwsError(
            "ResourceConflictException",
            "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
        )


def _check_aliases(function: Function, number: str) -> None:
    pointing = [alias.name for alias in function.aliases.values() if number in (alias.version, *alias.weights)]
    if any((PROVISIONED, name) in function.settings for name in pointing):
        raise AwsError("ResourceConflictException", "Version is pointed by a Provisioned Concurrency alias")


def _described(functions: Functions, kept: Mapping[str, Any]) -> dict[str, Any]:
    requested, ready = kept["RequestedProvisionedConcurrentExecutions"], functions.clock.now() >= kept["ReadyAt"]
    amount = requested if ready else 0
    return {
        **{name: value for name, value in kept.items() if name != "ReadyAt"},
        "AvailableProvisionedConcurrentExecutions": amount,
        "AllocatedProvisionedConcurrentExecutions": amount,
        "Status": "READY" if ready else "IN_PROGRESS",
    }
