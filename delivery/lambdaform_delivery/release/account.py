"""The account a release works in: every call of AWS goes through here, with its retries, its time and its errors.

Retries are ours and not the SDK's: a write whose answer was lost must be looked at before it is tried again, and every
wait goes by the clock that was passed in.
"""

# boto3 and botocore carry no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import random
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, cast

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    HTTPClientError,
    LoginError,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    RefreshWithMFAUnsupportedError,
    SSOError,
    TokenRetrievalError,
)

from ..errors import AccessError, ReleaseError
from .clock import Clock

__all__ = ["Account", "CallError", "LostAnswerError"]

_CONNECT_TIMEOUT_SECONDS = 3
_READ_TIMEOUT_SECONDS = 10
_MOST_ATTEMPTS = 8
_LONGEST_WAIT_SECONDS = 2.0
_SERVER_ERROR = 500

_THROTTLED = {
    "RequestLimitExceeded",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
}
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"}
_UNKNOWN_CREDENTIALS = {
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_NO_CREDENTIALS = (
    CredentialRetrievalError,
    LoginError,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    RefreshWithMFAUnsupportedError,
    SSOError,
    TokenRetrievalError,
)


class CallError(ReleaseError):
    """What AWS answered to a call it refused, for code that knows what to make of it."""

    def __init__(self, operation: str, code: str, message: str):
        self.code = code
        """Error code, such as `ResourceNotFoundException`."""
        super().__init__(f"AWS refused {operation}: {code}: {message}")


class LostAnswerError(CallError):
    """A write that AWS may or may not have carried out: the answer was lost, or is a server error."""


class Account:
    """Calls AWS in one region, with the credentials that the SDK finds.

    `session` is asked again when the credentials have expired. Raises `AccessError` for missing, unknown or expired
    credentials and for missing permissions, `CallError` for what AWS refuses, `LostAnswerError` for writes in doubt.
    """

    def __init__(self, region: str, clock: Clock, session: Callable[[], Any] = boto3.Session):
        self.region = region
        self.clock = clock
        self._session = session
        self._made = self._new_session()
        self._clients: dict[tuple[str, int], Any] = {}
        self._skew_seconds = 0.0

    def __repr__(self) -> str:
        return f"Account(region={self.region!r})"

    def now(self) -> float:
        """Return the time by AWS's clock, in seconds since the epoch: metrics go by it, whatever time it is here."""
        return self.clock.now() + self._skew_seconds

    @property
    def skew_seconds(self) -> float:
        """How far AWS's clock is ahead of the one here, by the last answer; exact to a second."""
        return self._skew_seconds

    def account_id(self) -> str:
        """Return the id of the account that the credentials belong to."""
        return self.read("sts", "GetCallerIdentity")["Account"]

    def read(self, service: str, operation: str, **arguments: object) -> dict[str, Any]:
        """Call an operation that may be repeated: it is, while AWS throttles, fails or does not answer."""
        return self._called(service, operation, arguments, _READ_TIMEOUT_SECONDS, repeatable=True)

    def invoke(self, timeout_seconds: int, **arguments: object) -> dict[str, Any]:
        """Call Lambda's Invoke of a function with this timeout; repeated like a read."""
        timeout = timeout_seconds + _READ_TIMEOUT_SECONDS
        return self._called("lambda", "Invoke", arguments, timeout, repeatable=True)

    def write(self, service: str, operation: str, **arguments: object) -> dict[str, Any]:
        """Call an operation that must not be repeated blindly: only throttling is waited out."""
        return self._called(service, operation, arguments, _READ_TIMEOUT_SECONDS, repeatable=False)

    def pages(self, service: str, operation: str, key: str, **arguments: object) -> list[dict[str, Any]]:
        """Return all items of a list that comes in pages of `Marker` and `NextMarker`."""
        items: list[dict[str, Any]] = []
        marker: dict[str, object] = {}
        while True:
            page = self.read(service, operation, **arguments, **marker)
            items += page[key]
            if not page.get("NextMarker"):
                return items
            marker = {"Marker": page["NextMarker"]}

    def _called(
        self, service: str, operation: str, arguments: Mapping[str, object], timeout: int, *, repeatable: bool
    ) -> dict[str, Any]:
        renewed = False
        for attempt in range(1, _MOST_ATTEMPTS + 1):
            try:
                return self._answer(service, operation, arguments, timeout)
            except _NO_CREDENTIALS as error:
                raise _no_credentials(str(error)) from error
            except ClientError as error:
                refused = _refused(operation, arguments, error)
                if refused.code in _EXPIRED and not renewed:
                    renewed = True
                    self._renew()
                    continue
                if attempt == _MOST_ATTEMPTS or not _may_repeat(refused, repeatable=repeatable):
                    raise _final(refused) from error
                self.clock.sleep(_wait_seconds(attempt, error))
            except BotoCoreError as error:
                lost = LostAnswerError(operation, type(error).__name__, str(error))
                if attempt == _MOST_ATTEMPTS or not (repeatable and isinstance(error, HTTPClientError)):
                    raise lost from error
                self.clock.sleep(_wait_seconds(attempt))
        raise AssertionError("the last attempt returns or raises")

    def _answer(self, service: str, operation: str, arguments: Mapping[str, object], timeout: int) -> dict[str, Any]:
        client = self._client(service, timeout)
        method = client.meta.method_to_api_mapping
        name = next(name for name, api in method.items() if api == operation)
        answer: dict[str, Any] = getattr(client, name)(**arguments)
        self._set_clock(answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date"))
        return answer

    def _client(self, service: str, timeout: int) -> Any:  # noqa: ANN401  # boto3 has no types
        key = (service, timeout)
        if key not in self._clients:
            config = Config(
                connect_timeout=_CONNECT_TIMEOUT_SECONDS, read_timeout=timeout, retries={"total_max_attempts": 1}
            )
            self._clients[key] = self._made.client(service, region_name=self.region, config=config)
        return self._clients[key]

    def _new_session(self) -> Any:  # noqa: ANN401  # boto3 has no types
        try:
            return self._session()
        except _NO_CREDENTIALS as error:
            raise _no_credentials(str(error)) from error

    def _renew(self) -> None:
        self._made = self._new_session()
        self._clients.clear()

    def _set_clock(self, date: str | None) -> None:
        if date:
            self._skew_seconds = parsedate_to_datetime(date).timestamp() - self.clock.now()


def _refused(operation: str, arguments: Mapping[str, object], error: ClientError) -> CallError:
    answer = cast("dict[str, Any]", error.response)
    detail = answer.get("Error", {})
    code, status = detail.get("Code", ""), answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    subject = arguments.get("FunctionName")
    named = f"{operation} of `{subject}`" if subject else operation
    kind = LostAnswerError if status >= _SERVER_ERROR and code not in _THROTTLED else CallError
    return kind(named, code, detail.get("Message") or detail.get("message") or "no message")


def _may_repeat(error: CallError, *, repeatable: bool) -> bool:
    return error.code in _THROTTLED or (repeatable and isinstance(error, LostAnswerError))


def _final(error: CallError) -> ReleaseError:
    if error.code in _DENIED:
        return AccessError(error.message, "grant the action; docs/release.md lists what each command needs")
    if error.code in _EXPIRED or error.code in _UNKNOWN_CREDENTIALS:
        return _no_credentials(error.message)
    return error


def _no_credentials(problem: str) -> AccessError:
    return AccessError(f"the AWS credentials cannot be used: {problem}", "sign in anew, for instance `aws sso login`")


def _wait_seconds(attempt: int, error: ClientError | None = None) -> float:
    """Return how long to wait: what AWS asks for, else twice as long each time, a little different for everybody."""
    metadata = cast("dict[str, Any]", error.response).get("ResponseMetadata", {}) if error else {}
    asked = metadata.get("HTTPHeaders", {}).get("retry-after", "")
    if asked.isdigit():
        return min(float(asked), _LONGEST_WAIT_SECONDS * _MOST_ATTEMPTS)
    longest = min(_LONGEST_WAIT_SECONDS, 0.25 * 2**attempt)
    return longest * random.uniform(0.5, 1)  # noqa: S311  # spreads retries, guards nothing
