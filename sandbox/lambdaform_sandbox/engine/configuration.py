"""What a stack, or an explicit provider, sets for the whole provider: region, default tags, and the guard's account."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from ..account_guard import require_sandbox_account
from ..errors import SandboxError

__all__ = ["Configuration", "configuration_failures", "read_configuration"]

_KNOWN = {"allowedAccountIds", "defaultTags", "region", "version"}
_IGNORED = {"skipCredentialsValidation", "skipMetadataApiCheck", "skipRegionValidation"}
"""What Pulumi sets by itself, and what says nothing here."""


@dataclass(frozen=True)
class Configuration:
    """Settings of one provider of the program."""

    default_tags: Mapping[str, str] = field(default_factory=dict[str, str])


def read_configuration(given: Mapping[str, Any], region: str) -> Configuration:
    """Read the settings; raise SandboxError unless they are for the sandbox's account and region alone."""
    require_sandbox_account(_account_ids(given), "`aws:allowedAccountIds`")
    for _, reason in configuration_failures(given, region):
        raise SandboxError(reason)
    return Configuration(_tags(_plain(given.get("defaultTags"))))


def configuration_failures(given: Mapping[str, Any], region: str) -> Iterable[tuple[str, str]]:
    """Yield each setting that cannot be as it is, with the reason."""
    if given.get("region", region) != region:
        yield "region", f"the sandbox has only the region `{region}`: set `aws:region` to it"
    for name in sorted(given.keys() - _KNOWN - _IGNORED):
        if not name.startswith("__"):
            yield name, f"the sandbox does not emulate the setting `aws:{name}`: leave it out of the sandbox stack"


def _tags(setting: object) -> dict[str, str]:
    tags: object = cast("dict[str, Any]", setting).get("tags") if isinstance(setting, dict) else None
    return {key: str(value) for key, value in cast("dict[str, object]", tags or {}).items()}


def _account_ids(given: Mapping[str, Any]) -> list[object]:
    ids = _plain(given.get("allowedAccountIds"))
    return cast("list[object]", ids) if isinstance(ids, list) else []


def _plain(value: object) -> Any:  # noqa: ANN401  # whatever JSON holds
    """Return a setting: Pulumi hands nested ones over as JSON."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value
