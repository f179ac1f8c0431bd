"""One request to an emulated AWS service, as its API describes it."""

# moto carries no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.utils import get_service_model

__all__ = ["AwsError", "Call"]

_UNKNOWN = "Unknown"


@dataclass(frozen=True)
class Call:
    """Service, operation and parameters, with the names of the API reference."""

    service: str
    """As boto3 calls it: `lambda`, `cloudwatch`, `apigatewayv2`."""
    operation: str
    """As the API reference calls it: `CreateFunction`."""
    parameters: Mapping[str, Any]
    account: str
    region: str
    method: str = "POST"
    """HTTP method."""
    path: str = "/"
    """Path of the URL."""
    access_key_id: str = ""
    """Of who signed it."""

    @classmethod
    def of(cls, response: Any) -> "Call":  # noqa: ANN401  # one of moto's response classes
        """Read the request that one of moto's response objects is about to answer.

        Of S3, whose bodies are objects, only what path and query say.
        """
        service: Any = get_service_model(response.boto3_service_name)
        operation = _operation(response, service)
        return cls(
            service=service.service_name,
            operation=operation,
            parameters=_parameters(response, service, operation) if operation in service.operation_names else {},
            account=response.current_account,
            region=response.region,
            method=response.method,
            path=response.path,
            access_key_id=response.get_access_key(),
        )


class AwsError(ServiceException):
    """What AWS answers to a call it refuses: a code and a message, written in the protocol of the service."""

    def __init__(self, code: str, message: str):
        super().__init__(code, message)


def _operation(response: Any, service: Any) -> str:  # noqa: ANN401  # moto's response class, botocore's model
    """Return the operation; where method and path say it, moto's own guess also looks into the body."""
    if service.protocol.startswith("rest"):
        return response._get_action_from_method_and_request_uri(response.normalized_request) or _UNKNOWN
    return response._get_action() or _UNKNOWN


def _parameters(response: Any, service: Any, operation: str) -> dict[str, Any]:  # noqa: ANN401  # as above
    request = response.normalized_request
    if service.service_name == "s3":
        version = {"VersionId": request.args["versionId"]} if "versionId" in request.args else {}
        return {**response.uri_match, **version}
    parser = PROTOCOL_PARSERS[determine_request_protocol(service, request.content_type)]
    parsed: dict[str, Any] = parser(service.operation_model(operation)).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": response.uri_match,
        }
    )
    return {name: value for name, value in parsed.items() if value is not None}
