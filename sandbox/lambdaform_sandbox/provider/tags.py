"""Tags: the stack's default tags joined with a resource's own, in the forms that AWS services want."""

from collections.abc import Mapping
from typing import Any

__all__ = ["all_tags", "tag_list", "tag_map"]


def all_tags(default_tags: Mapping[str, str], inputs: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags a resource ends up with: its own win over the default ones."""
    return {**default_tags, **(inputs.get("tags") or {})}


def tag_map(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags of prepared inputs as a mapping."""
    return dict(inputs.get("tagsAll") or {})


def tag_list(inputs: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the tags of prepared inputs as a list of `Key` and `Value`."""
    return [{"Key": key, "Value": value} for key, value in sorted(tag_map(inputs).items())]
