"""Pages of a listing."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..moto_call import AwsError

__all__ = ["page"]


def page(items: Sequence[Any], parameters: Mapping[str, Any], key: str, longest: int = 50) -> dict[str, Any]:
    """Return the items from `Marker` on, at most `MaxItems` or `longest`, and the marker of the next page.

    Lambda cuts every listing: a caller that ignores `NextMarker` sees only the start.
    """
    marker = parameters.get("Marker", "0")
    if not marker.isdigit():
        raise AwsError("InvalidParameterValueException", "Invalid pagination token")
    start = int(marker)
    end = start + min(parameters.get("MaxItems", longest), longest)
    rest = {"NextMarker": str(end)} if end < len(items) else {}
    return {key: list(items[start:end]), **rest}
