"""Tags: the stack's default tags joined with a resource's own, in the forms and calls that AWS services want."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from .cloud import Cloud
from .unknown import UNKNOWN

__all__ = ["Tagging", "all_tags", "own_tags", "tag_list", "tag_map"]


def all_tags(default_tags: Mapping[str, str], inputs: Mapping[str, Any]) -> Any:  # noqa: ANN401  # or unknown
    """Return the tags a resource ends up with: its own win over the default ones."""
    own: object = inputs.get("tags") or {}
    return {**default_tags, **cast("dict[str, str]", own)} if isinstance(own, Mapping) else UNKNOWN


def own_tags(
    found: Mapping[str, str], default_tags: Mapping[str, str], known: Mapping[str, Any]
) -> Mapping[str, str] | None:
    """Return which of the found tags are a resource's own; None if it has none and none are known."""
    own = {key: value for key, value in found.items() if key in known or default_tags.get(key) != value}
    return own or ({} if known else None)


def tag_map(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags of checked inputs as a mapping."""
    return dict(inputs.get("tagsAll") or {})


def tag_list(inputs: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the tags of checked inputs as a list of `Key` and `Value`."""
    return _listed(tag_map(inputs))


@dataclass(frozen=True)
class Tagging:
    """The calls of one AWS service that read and change tags."""

    service: str
    """As boto3 calls it."""
    argument: str = "ResourceArn"
    """Argument that says which resource."""
    named_by: str = "arn"
    """Output that this argument takes."""
    listed: bool = True
    """Whether tags are a list of `Key` and `Value`; else they are a mapping."""
    list_call: str = "list_tags_for_resource"
    tag_call: str = "tag_resource"
    untag_call: str = "untag_resource"
    tags: str = "Tags"
    keys: str = "TagKeys"

    def read(self, cloud: Cloud, properties: Mapping[str, Any]) -> dict[str, str]:
        """Return all tags of a resource."""
        found: Any = self._call(cloud, self.list_call, properties).get(self.tags) or {}
        return {tag["Key"]: tag["Value"] for tag in found} if self.listed else dict(found)

    def change(
        self, cloud: Cloud, properties: Mapping[str, Any], before: Mapping[str, str], after: Mapping[str, str]
    ) -> None:
        """Take away the tags that are gone, then set the new and changed ones."""
        gone = sorted(before.keys() - after.keys())
        if gone:
            self._call(cloud, self.untag_call, properties, **{self.keys: gone})
        new = {key: value for key, value in after.items() if before.get(key) != value}
        if new:
            self._call(cloud, self.tag_call, properties, **{self.tags: _listed(new) if self.listed else new})

    def _call(self, cloud: Cloud, operation: str, properties: Mapping[str, Any], **arguments: Any) -> Any:  # noqa: ANN401  # of boto3
        call = getattr(cloud.client(self.service), operation)
        return call(**{self.argument: properties[self.named_by]}, **arguments)


def _listed(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": name, "Value": text} for name, text in sorted(tags.items())]
