"""What stands behind a recorded run in place of AWS: makes resources, reads them, answers functions."""

from collections.abc import Mapping
from typing import Any, Protocol

__all__ = ["Backend", "Properties"]

Properties = Mapping[str, Any]
"""Properties under their names on Pulumi's wire (`memorySize`). Secrets are unwrapped, assets are `pulumi.Asset`."""


class Backend(Protocol):
    """What a provider does for the engine, in plain values.

    Called from threads of the run, at most `parallel` at a time. What it raises ends the run and reaches the caller of
    `run_program` as it is. In previews only `invoke` and `read` are called.
    """

    def create(self, token: str, name: str, inputs: Properties) -> tuple[str, dict[str, Any]]:
        """Make a resource of type `token`, called `name` in the program; return its id and its outputs.

        An input that is no output of its own is an output with the same value.
        """
        ...

    def read(self, token: str, resource_id: str, inputs: Properties) -> tuple[str, dict[str, Any]]:
        """Look up what exists already, for `.get()`, `import_` and stack references; return its id and outputs."""
        ...

    def invoke(self, token: str, args: Properties) -> dict[str, Any]:
        """Answer a function of the provider, such as `aws:index/getRegion:getRegion`."""
        ...
