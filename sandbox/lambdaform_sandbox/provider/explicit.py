"""Explicit providers: `aws.Provider(...)` in a program, which here can only mean the sandbox again."""

import json
from collections.abc import Mapping
from typing import Any, cast

from ..account_guard import require_sandbox_account
from ..errors import SandboxError
from .cloud import Cloud
from .resource_type import Resource, ResourceType
from .shape import Shape

__all__ = ["TYPES"]

_PROVIDER: Shape = {"allowedAccountIds": None, "region": None}


def _create_provider(cloud: Cloud, inputs: Mapping[str, Any]) -> str:
    region = inputs.get("region", cloud.region)
    if region != cloud.region:
        raise SandboxError(
            f"an explicit provider asks for the region `{region}`: the sandbox has only `{cloud.region}`",
            hint="take the region from the stack's `aws:region`",
        )
    if "allowedAccountIds" in inputs:
        require_sandbox_account(_plain(inputs["allowedAccountIds"]), "an explicit provider's `allowed_account_ids`")
    return "sandbox"


def _read_provider(_cloud: Cloud, identifier: str, _known: Mapping[str, Any]) -> Resource:
    return Resource(identifier, {})


def _delete_provider(_cloud: Cloud, _identifier: str, _outputs: Mapping[str, Any]) -> None:
    """Do nothing: it is only a way to reach the sandbox."""


def _plain(value: object) -> list[object]:
    """Return a list that a provider gets as JSON text, as all its nested settings."""
    return cast("list[object]", json.loads(value) if isinstance(value, str) else value)


TYPES = (ResourceType("pulumi:providers:aws", _PROVIDER, _create_provider, _read_provider, _delete_provider),)
