"""The overlay: Lambda as AWS has it in place of moto's, and what moto lacks of its neighbours.

Every operation is one small function under the name that the API reference gives it, with AWS's rule as its docstring.
Layers stay moto's. An operation that is neither ours nor moto's is refused by name.
"""

# moto carries no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import base64
from collections.abc import Callable, Mapping
from typing import Any

import moto.awslambda.urls
import moto.core.errors
from moto.awslambda.responses import LambdaResponse
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import camelcase_to_underscores

from ..moto_call import AwsError, Call
from ..patching import Patches
from . import (
    alarms,
    aliases,
    cloudwatch,
    durable,
    event_sources,
    function_urls,
    invocations,
    lifecycle,
    neighbours,
    policies,
    provisioned,
    settings,
    versions,
)
from .functions import Functions
from .metric_store import MetricStore

__all__ = ["install", "uninstall"]

Operation = Callable[[Functions, Mapping[str, Any]], Mapping[str, Any] | None]

OPERATIONS: Mapping[str, Operation] = {
    **lifecycle.OPERATIONS,
    **versions.OPERATIONS,
    **aliases.OPERATIONS,
    **policies.OPERATIONS,
    **settings.OPERATIONS,
    **provisioned.OPERATIONS,
    **function_urls.OPERATIONS,
    **durable.OPERATIONS,
    **event_sources.OPERATIONS,
}
_REFUSED_OPERATIONS = ("InvokeAsync",)
"""What moto would answer with its own idea of functions."""
_NOT_EMULATED = "NotImplemented"
_NOT_IMPLEMENTED = 501
"""Unlike 500, no SDK tries it again."""

_patches = Patches()


def install(functions: Functions, metrics: MetricStore) -> None:
    """Put the overlay into moto; it keeps what it is told in these two."""
    invocations.remember(functions)
    _patches.replace(BaseResponse, "get_current_account", _constant(functions.account))
    _patches.replace(BaseResponse, "call_action", _call_action(BaseResponse.call_action))
    # moto warns of codes that a service's own model does not have.
    _patches.replace(moto.core.errors, "COMMON_ERROR_CODES", [*moto.core.errors.COMMON_ERROR_CODES, _NOT_EMULATED])
    _patches.replace(LambdaResponse, "_get_action", _routed_operation)
    _patches.replace(moto.awslambda.urls, "url_paths", _all_paths())
    for name, operation in OPERATIONS.items():
        _patches.replace(LambdaResponse, camelcase_to_underscores(name), _method(functions, operation))
    for name in _REFUSED_OPERATIONS:
        _patches.replace(LambdaResponse, camelcase_to_underscores(name), _refuse)
    _patches.replace(LambdaResponse, "invoke", _invoke)
    neighbours.install(_patches)
    cloudwatch.install(_patches, metrics)
    alarms.install(_patches, metrics.clock)


def uninstall() -> None:
    """Leave moto as it was."""
    invocations.forget()
    _patches.restore()


def _constant(value: str) -> Callable[[Any], str]:
    return lambda _self: value


def _all_paths() -> dict[str, Any]:
    """Lead every path of Lambda to its operations: moto knows only those of the operations it has."""
    return {**moto.awslambda.urls.url_paths, r"{0}/(?P<rest>.+)$": LambdaResponse.dispatch}


def _routed_operation(self: Any) -> str:  # noqa: ANN401  # moto's response class
    """Find the operation by method and path alone: moto also looks for `Action=` in the body, here a payload."""
    return self._get_action_from_method_and_request_uri(self.normalized_request)


def _method(functions: Functions, operation: Operation) -> Callable[[Any], ActionResult]:
    def method(self: Any) -> ActionResult:  # noqa: ANN401  # moto's response class
        call = Call.of(self)
        if call.region != functions.region:
            raise AwsError("InvalidParameterValueException", f"the sandbox has only the region {functions.region}")
        with functions.lock:
            return ActionResult(operation(functions, call.parameters))

    return method


def _invoke(self: Any) -> tuple[int, dict[str, str], str | bytes]:  # noqa: ANN401  # moto's response class
    """Answer Lambda's Invoke: the qualifier counts, and the answer says which version ran and whether it failed."""
    given = Call.of(self).parameters
    result = invocations.invoke(
        given["FunctionName"],
        given.get("Payload", b""),
        given.get("Qualifier"),
        given.get("InvocationType", "RequestResponse"),
    )
    tail = base64.b64encode(result.log_tail.encode()).decode() if given.get("LogType") == "Tail" else None
    answer = {
        "ExecutedVersion": result.executed_version,
        "FunctionError": result.function_error,
        "LogResult": tail,
        "Payload": result.payload,
    }
    _, headers, body = self.serialized(ActionResult(answer))
    return result.status_code, {**headers, "status": str(result.status_code)}, body


def _refuse(self: Any) -> ActionResult:  # noqa: ANN401  # moto's response class
    raise NotImplementedError(self._get_action())


def _call_action(stock: Any) -> Any:  # noqa: ANN401  # moto's method
    def call_action(self: Any) -> tuple[int, dict[str, str], str | bytes]:  # noqa: ANN401  # moto's response class
        """Say in the service's own protocol that an operation is not emulated, in place of a page of HTML."""
        try:
            return stock(self)
        except NotImplementedError:
            named = f"{self.boto3_service_name}:{self._get_action()}"
            error = AwsError(_NOT_EMULATED, f"the sandbox does not emulate `{named}`")
            _, headers, body = self.serialized(ActionResult(error))
            return _NOT_IMPLEMENTED, headers, body

    return call_action
