"""Explicit providers: `aws.Provider(...)` in a program, which here can only mean the sandbox again."""

import json
from collections.abc import Mapping
from typing import Any, cast

from ..account_guard import require_sandbox_account
from ..errors import SandboxError
from .cloud import Cloud
from .resource_type import Created, ResourceType
from .shape import Shape

__all__ = ["TYPES"]

_PROVIDER: Shape = {"allowedAccountIds": None, "region": None}


def _create_provider(cloud: Cloud, inputs: Mapping[str, Any]) -> Created:
    region = inputs.get("region", cloud.region)
    if region != cloud.region:
        raise SandboxError(
            f"an explicit provider asks for the region `{region}`: the sandbox has only `{cloud.region}`",
            hint="take the region from the stack's `aws:region`",
        )
    if "allowedAccountIds" in inputs:
        require_sandbox_account(_plain(inputs["allowedAccountIds"]), "an explicit provider's `allowed_account_ids`")
    return Created("sandbox")


def _plain(value: object) -> list[object]:
    """Return a list that a provider gets as JSON text, as all its nested settings."""
    return cast("list[object]", json.loads(value) if isinstance(value, str) else value)


TYPES = (ResourceType("pulumi:providers:aws", _PROVIDER, _create_provider),)
