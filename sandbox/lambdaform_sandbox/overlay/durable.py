"""Durable executions: listed for whoever must not delete the version that they run on. Nothing executes them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from ..moto_call import AwsError
from .functions import Functions
from .pages import page

__all__ = ["OPERATIONS", "start_execution"]

_LISTED, _MOST_LISTED = 100, 1_000
_ENDED = frozenset({"SUCCEEDED", "FAILED", "TIMED_OUT", "STOPPED"})


def start_execution(
    functions: Functions, function_name: str, version: str, name: str, status: str = "RUNNING"
) -> dict[str, Any]:
    """Keep a durable execution of a version, as if it had been invoked; return it as it is listed."""
    function, _ = functions.find({"FunctionName": function_name, "Qualifier": version})
    arn = function.qualified_arn(version)
    execution = {
        "DurableExecutionArn": f"{arn}/durable-execution/{name}/{uuid4()}",
        "DurableExecutionName": name,
        "FunctionArn": arn,
        "Status": status,
        "StartTimestamp": functions.now(),
        **({"EndTimestamp": functions.now()} if status in _ENDED else {}),
    }
    function.executions.append(execution)
    return execution


def list_durable_executions_by_function(functions: Functions, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List the executions of one version, or of all, newest first unless `ReverseOrder` is set; 100 at a time."""
    function, qualifier = functions.find(parameters)
    if not any("DurableConfig" in each.configuration for each in (function.latest, *function.versions.values())):
        raise AwsError("InvalidParameterValueException", f"The function {function.arn} is not a durable function")
    arn = function.qualified_arn(qualifier) if qualifier else None
    fitting = [each for each in function.executions if arn in (None, each["FunctionArn"]) and _fits(each, parameters)]
    fitting.sort(key=lambda each: each["StartTimestamp"], reverse=not parameters.get("ReverseOrder"))
    return page(fitting, {"MaxItems": _LISTED, **parameters}, "DurableExecutions", _MOST_LISTED)


OPERATIONS = {"ListDurableExecutionsByFunction": list_durable_executions_by_function}


def _fits(execution: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    started = execution["StartTimestamp"]
    return (
        execution["Status"] in (wanted.get("Statuses") or [execution["Status"]])
        and wanted.get("DurableExecutionName") in (None, execution["DurableExecutionName"])
        and ("StartedAfter" not in wanted or started > _aware(wanted["StartedAfter"]))
        and ("StartedBefore" not in wanted or started < _aware(wanted["StartedBefore"]))
    )


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
