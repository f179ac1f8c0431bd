"""Clients of the emulated AWS, for one principal."""

# boto3 and botocore carry no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import os
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.session import Session

from . import faults
from .authorizer.credentials import Credentials

__all__ = ["ClientSession"]

_making_a_client = threading.Lock()
"""boto3's sessions cannot be shared between threads, their clients can."""


@dataclass(frozen=True)
class ClientSession:
    """Makes clients as a `boto3.Session` does; they reach only the sandbox, and meet its faults."""

    endpoint: str
    region: str
    credentials: Credentials

    def client(self, service: str, region_name: str | None = None, config: Config | None = None) -> Any:  # noqa: ANN401  # boto3 has no types
        """Return a client for a service, which tries every call once unless `config` says otherwise."""
        own = Config(proxies={}, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        with _making_a_client:
            return _session().client(
                service,
                region_name=region_name or self.region,
                endpoint_url=self.endpoint,
                aws_access_key_id=self.credentials.access_key_id,
                aws_secret_access_key=self.credentials.secret_access_key,
                aws_session_token=self.credentials.session_token,
                config=own.merge(config) if config else own,
            )


@cache
def _session() -> boto3.Session:
    """Return a session that reads nobody's profile. There is one: it remembers the descriptions of the services."""
    nothing = (None, None, None, None)
    variables = {"profile": nothing, "config_file": (None, None, os.devnull, None)}
    session = Session(session_vars=variables)
    session.register("before-call", faults.mark)
    session.register("response-received", faults.crash)
    return boto3.Session(botocore_session=session)
