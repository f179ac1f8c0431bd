"""Invocations: from a reference to the version that runs, by the alias's weights, and to the runtime.

Lambda's Invoke API, the gateway and the event sources all come through `invoke`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..deployed import DeployedFunction, InvocationResult, Runtime
from ..moto_call import AwsError
from .code import layer_zips
from .functions import LATEST, Function, Functions, Version
from .settings import EVENT_INVOKE
from .states import pending, require_invokable

__all__ = ["forget", "invoke", "remember", "set_runtime"]

_SYNCHRONOUS_BYTES = 6 * 1024 * 1024
_ASYNCHRONOUS_BYTES = 1024 * 1024
_RETRY_ATTEMPTS = 2


@dataclass
class _Dispatcher:
    """What the installed overlay dispatches with."""

    functions: Functions | None = None
    runtime: Runtime | None = None


_dispatcher = _Dispatcher()


def set_runtime(runtime: Runtime | None) -> None:
    """Say what runs handlers from now on; None for nothing."""
    _dispatcher.runtime = runtime


def remember(functions: Functions) -> None:
    """Dispatch to these functions."""
    _dispatcher.functions = functions


def forget() -> None:
    """Dispatch to nothing."""
    _dispatcher.functions = None
    _dispatcher.runtime = None


def invoke(
    reference: str, payload: bytes, qualifier: str | None = None, invocation_type: str = "RequestResponse"
) -> InvocationResult:
    """Invoke a function by name, partial or full ARN, as Lambda's Invoke API does.

    `invocation_type` is `RequestResponse` (runs and waits), `Event` (queues, status 202) or `DryRun` (status 204).
    Raises `AwsError` for what Lambda refuses; an error of the handler is part of the result.
    """
    functions, runtime = _dispatcher.functions, _dispatcher.runtime
    if functions is None:
        raise AwsError("ResourceConflictException", "the sandbox is not running")
    _check_payload(payload, invocation_type)
    with functions.lock:
        deployed = _deployed(functions, {"FunctionName": reference, "Qualifier": qualifier})
    if invocation_type == "DryRun":
        return InvocationResult(b"", deployed.version, status_code=204)
    if runtime is None:
        raise AwsError("ResourceConflictException", "the sandbox runs no handlers: no runtime is set")
    if invocation_type == "Event":
        runtime.invoke_later(deployed, payload)
        return InvocationResult(b"", deployed.version, status_code=202)
    return runtime.invoke(deployed, payload)


def _check_payload(payload: bytes, invocation_type: str) -> None:
    """Refuse what is too long (6 MB, 1 MB when asynchronous) or no JSON."""
    longest = _ASYNCHRONOUS_BYTES if invocation_type == "Event" else _SYNCHRONOUS_BYTES
    if len(payload) > longest:
        raise AwsError(
            "RequestTooLargeException",
            f"{len(payload)} byte payload is too large for the {invocation_type} invocation type "
            f"(limit {longest} bytes)",
        )
    try:
        json.loads(payload or b"{}")
    except ValueError as error:
        message = f"Could not parse request body into json: {error}"
        raise AwsError("InvalidRequestContentException", message) from error


def _deployed(functions: Functions, parameters: Mapping[str, Any]) -> DeployedFunction:
    function, qualifier = functions.find(parameters)
    if function.reserved_concurrency == 0:
        raise AwsError("TooManyRequestsException", "Rate Exceeded.")
    version = _drawn(functions, function, qualifier)
    _wake(functions, function, version)
    configuration = version.configuration
    layers = [layer["Arn"] for layer in configuration.get("Layers", [])]
    return DeployedFunction(
        name=function.name,
        version=version.number,
        alias=qualifier if qualifier in function.aliases else None,
        invoked_arn=function.qualified_arn(qualifier),
        handler=configuration["Handler"],
        runtime=configuration["Runtime"],
        architecture=configuration["Architectures"][0],
        role_arn=configuration["Role"],
        timeout_seconds=configuration["Timeout"],
        memory_mb=configuration["MemorySize"],
        environment=configuration.get("Environment", {}).get("Variables", {}),
        code=version.code,
        code_sha256=version.code_sha256,
        layers=tuple(layer_zips(functions, layers).values()),
        log_group=configuration["LoggingConfig"]["LogGroup"],
        log_format=configuration["LoggingConfig"]["LogFormat"],
        dead_letter_arn=configuration.get("DeadLetterConfig", {}).get("TargetArn"),
        maximum_retry_attempts=_retry_attempts(function, qualifier),
        account=functions.account,
        region=functions.region,
    )


def _drawn(functions: Functions, function: Function, qualifier: str | None) -> Version:
    """Return the version that gets this call: each call is an independent draw, there are no sticky callers."""
    alias = functions.alias_as_routed(function, qualifier or "")
    for number, weight in alias.weights.items() if alias else ():
        if functions.draw.random() < weight:
            return function.version(number)
    return function.version(alias.version if alias else qualifier)


def _wake(functions: Functions, function: Function, version: Version) -> None:
    """Refuse a version that is not active, and let its snapshot be restored if that is what it lacks."""
    if version.state.name == "Inactive":
        seconds = functions.delays.snapshot if version.has_snapshots else 0.0
        functions.set_state(function.name, version.number, pending(functions.clock.now(), seconds, restoring=True))
    require_invokable(function.qualified_arn(version.number), version.state, has_snapshots=version.has_snapshots)


def _retry_attempts(function: Function, qualifier: str | None) -> int:
    settings = function.settings.get((EVENT_INVOKE, qualifier or LATEST), {})
    return settings.get("MaximumRetryAttempts", _RETRY_ATTEMPTS)
