"""The accounts that a command works in: one for each region of its functions, with the credentials of the SDK."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..release.account import Account
    from ..release.target import ReleaseTarget

__all__ = ["by_region"]


def by_region(targets: "Sequence[ReleaseTarget]") -> "Iterator[tuple[Account, list[ReleaseTarget]]]":
    """Yield the account of each region with the functions there, in their order."""
    from ..release.account import Account  # noqa: PLC0415  # loads boto3
    from ..release.clock import SystemClock  # noqa: PLC0415  # the same

    for region in dict.fromkeys(target.region for target in targets):
        yield Account(region, SystemClock()), [target for target in targets if target.region == region]
