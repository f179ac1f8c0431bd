"""The emulated AWS as resource types see it: clients, account, region, and where HTTP APIs listen."""

from threading import Lock
from typing import Any

from ..gateway import Gateway
from ..server import AwsServer

__all__ = ["Cloud"]


class Cloud:
    """One account and region on loopback."""

    partition = "aws"

    def __init__(self, aws: AwsServer, gateway: Gateway):
        self._aws = aws
        self._gateway = gateway
        self._clients: dict[str, Any] = {}
        self._lock = Lock()

    @property
    def account(self) -> str:
        """Account id, 12 digits."""
        return self._aws.account

    @property
    def region(self) -> str:
        """Region of every resource."""
        return self._aws.region

    def client(self, service: str) -> Any:  # noqa: ANN401  # boto3 has no types
        """Return the administrator's boto3 client, made once per service: making one costs more than a call."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._aws.client(service)
            return self._clients[service]

    def api_endpoint(self, api_id: str) -> str:
        """Return the loopback URL of an HTTP API."""
        return self._gateway.endpoint(api_id)

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of something in this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"
