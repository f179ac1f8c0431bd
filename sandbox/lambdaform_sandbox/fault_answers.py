"""What a call can meet, and the answers of AWS to those that are refused."""

# moto carries no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from http import HTTPStatus
from typing import Any

from moto.core.responses import ActionResult
from moto.s3.exceptions import S3ClientError
from werkzeug.exceptions import InternalServerError

from .moto_call import AwsError

__all__ = ["ERROR_CODES", "REFUSALS", "Fault", "abort", "refusal"]


class Fault(Enum):
    """What a call can meet."""

    THROTTLED = auto()
    """429 with `Retry-After`: nothing happened."""
    PRECONDITION_FAILED = auto()
    """412: nothing happened."""
    SERVICE_ERROR = auto()
    """500: nothing happened."""
    UNAVAILABLE = auto()
    """503: nothing happened."""
    EXPIRED_TOKEN = auto()
    """403: the credentials are no longer good."""
    ACCESS_DENIED = auto()
    """403: no policy allows it."""
    RESET = auto()
    """The connection ends without an answer, and nothing happened."""
    LOST_ANSWER = auto()
    """The connection ends without an answer, and it happened."""
    PARTIAL_DATA = auto()
    """GetMetricData answers with only the older half of each result."""
    DATA_ERROR = auto()
    """GetMetricData answers with empty results and `InternalError`."""
    CRASH_BEFORE = auto()
    """The caller's process ends, and nothing happened: `CallerCrashed` in a client of the sandbox."""
    CRASH_AFTER = auto()
    """The caller's process ends, and it happened."""


@dataclass(frozen=True)
class _Refusal:
    """An error as Lambda answers it; other services have other codes for the same."""

    status: HTTPStatus
    code: str
    message: str
    others: Mapping[str, tuple[int, str]] = field(default_factory=dict[str, tuple[int, str]])
    """Status and code by service."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    fields: Mapping[str, str] = field(default_factory=dict[str, str])


_QUERY_SERVICES = ("cloudwatch", "iam", "sns", "sqs", "sts")
REFUSALS: Mapping[Fault, _Refusal] = {
    Fault.THROTTLED: _Refusal(
        HTTPStatus.TOO_MANY_REQUESTS,
        "TooManyRequestsException",
        "Rate exceeded",
        others={**dict.fromkeys(_QUERY_SERVICES, (400, "Throttling")), "s3": (503, "SlowDown")},
        headers={"Retry-After": "1"},
        fields={"Reason": "CallerRateLimitExceeded", "Type": "User"},
    ),
    Fault.PRECONDITION_FAILED: _Refusal(
        HTTPStatus.PRECONDITION_FAILED,
        "PreconditionFailedException",
        "The RevisionId provided does not match the latest RevisionId for the Lambda function or alias. "
        "Call the GetFunction or the GetAlias API to retrieve the latest RevisionId for your resource.",
        others={"s3": (412, "PreconditionFailed")},
    ),
    Fault.SERVICE_ERROR: _Refusal(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "ServiceException",
        "An error occurred and the request cannot be processed.",
        others={**dict.fromkeys(_QUERY_SERVICES, (500, "InternalFailure")), "s3": (500, "InternalError")},
    ),
    Fault.UNAVAILABLE: _Refusal(
        HTTPStatus.SERVICE_UNAVAILABLE, "ServiceUnavailable", "Service is unable to handle request."
    ),
    Fault.EXPIRED_TOKEN: _Refusal(
        HTTPStatus.FORBIDDEN,
        "ExpiredTokenException",
        "The security token included in the request is expired",
        others={**dict.fromkeys(_QUERY_SERVICES, (403, "ExpiredToken")), "s3": (400, "ExpiredToken")},
    ),
    Fault.ACCESS_DENIED: _Refusal(
        HTTPStatus.FORBIDDEN,
        "AccessDeniedException",
        "User is not authorized to perform this action",
        others=dict.fromkeys((*_QUERY_SERVICES, "s3"), (403, "AccessDenied")),
    ),
}
ERROR_CODES = {code for each in REFUSALS.values() for code in (each.code, *(code for _, code in each.others.values()))}
"""Every code above: moto warns of those that a service's own model does not have."""


def refusal(fault: Fault, response: Any) -> tuple[tuple[str, list[tuple[str, str]]], bytes]:  # noqa: ANN401  # moto's class
    """Return status, headers and body of the answer, in the protocol of the service."""
    known = REFUSALS[fault]
    status, code = known.others.get(response.boto3_service_name, (known.status, known.code))
    error = AwsError(code, known.message)
    for name, value in known.fields.items():
        setattr(error, name, value)
    _, headers, body = response.serialized(ActionResult(error))
    fields = {**headers, **known.headers}
    sent = [(name, str(value)) for name, value in fields.items() if name.lower() not in ("status", "content-length")]
    return (f"{int(status)} {HTTPStatus(status).phrase}", sent), body.encode() if isinstance(body, str) else body


def abort(response: Any) -> Exception:  # noqa: ANN401  # one of moto's response classes
    """Return what makes moto give up a call that somebody else will answer."""
    if response.boto3_service_name == "s3":
        return S3ClientError("InternalError", "refused")
    return InternalServerError()
