"""How API Gateway calls functions: with the alias's permission, for as long as the integration waits."""

import json
import logging
from concurrent.futures import Future

from botocore.exceptions import ClientError

from ..deployed import InvocationResult
from ..overlay import invocations
from ..runtime.background import done_in_time, in_background
from ..runtime.notices import Notices
from ..server import AwsServer
from .http_api import LONGEST_INTEGRATION_SECONDS
from .messages import RefusedError, message_response
from .permission import missing_permission

__all__ = ["FunctionCaller", "internal_error"]

logger = logging.getLogger(__name__)


def internal_error(reason: str) -> RefusedError:
    """Return what API Gateway answers when the function, or the way to it, is broken; the reason stays inside."""
    return RefusedError(message_response(500, "Internal Server Error"), reason)


class FunctionCaller:
    """Invokes functions for all HTTP APIs. `closing` is done when the gateway closes: nothing waits longer then."""

    def __init__(self, aws: AwsServer, closing: "Future[None]"):
        self._lambda = aws.client("lambda")
        self._account = aws.account
        self._closing = closing
        self._notices = Notices(logger)

    def invoke(
        self, function_arn: str, event: bytes, source_arn: str, timeout_seconds: float = LONGEST_INTEGRATION_SECONDS
    ) -> bytes:
        """Return the answer of a function that API Gateway may call, by its ARN with the alias.

        Raises `RefusedError` when there is none.
        """
        try:
            problem = missing_permission(self._lambda, self._account, function_arn, source_arn)
        except ClientError as error:
            problem = f"`{function_arn}` cannot be called: {error}"
        if problem:
            raise self._said(internal_error(problem))
        return self.answer(function_arn, event, timeout_seconds)

    def answer(self, function_arn: str, event: bytes, timeout_seconds: float) -> bytes:
        """Return the answer of a function, whoever calls it. Raises `RefusedError` when there is none."""
        result = self._result(function_arn, event, timeout_seconds)
        if result.function_error:
            message = json.loads(result.payload).get("errorMessage")
            raise internal_error(f"the function failed: {message}")
        return result.payload

    def _result(self, function_arn: str, event: bytes, timeout_seconds: float) -> InvocationResult:
        answer = in_background(lambda: invocations.invoke(function_arn, event))
        if not done_in_time(answer, self._closing, timeout_seconds):
            reason = "the gateway is closing" if self._closing.done() else f"no answer in {timeout_seconds:g} seconds"
            raise RefusedError(message_response(503, "Service Unavailable"), reason)
        error = answer.exception()
        if error is not None:
            raise self._said(internal_error(f"`{function_arn}` was not invoked: {error}"))
        return answer.result()

    def _said(self, refused: RefusedError) -> RefusedError:
        self._notices.once(refused.reason)
        return refused
