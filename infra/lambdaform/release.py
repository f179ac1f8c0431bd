"""What a stack tells the release tool about one function: a small record, versioned and never reinterpreted.

The live version is not in it: it changes without the stack, so a copy here would go stale.
"""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi

__all__ = ["RELEASE_RECORD_SCHEMA", "ReleaseRecord"]

RELEASE_RECORD_SCHEMA = 1


class ReleaseRecord(TypedDict):
    """One function as the release tool needs it; exported under `releases`."""

    schema: int
    """Version of this record: `RELEASE_RECORD_SCHEMA`."""
    name: str
    """Logical name in the program."""
    function_name: pulumi.Input[str]
    """Physical name."""
    alias: str
    """Alias that takes the traffic."""
    alias_owner: str
    """`stack` or `release`."""
    code_owner: str
    """`stack` or `pipeline`."""
    account: pulumi.Input[str]
    """Account id."""
    region: pulumi.Input[str]
    """Region."""
    published_version: pulumi.Input[str]
    """Version that this `pulumi up` published or found."""
    code_sha256: pulumi.Input[str]
    """CodeSha256 of that version, as AWS writes it."""
    log_group_name: pulumi.Input[str]
    """Log group."""
    alarm_names: pulumi.Input[Sequence[str]]
    """Alarms that may veto a release."""
    ramp: NotRequired[str]
    """Steps of a release, such as `5,25,50`; without it, all at once."""
    probe: NotRequired[str]
    """File with the event that every new version must answer before it gets traffic."""
