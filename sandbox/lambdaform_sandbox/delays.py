"""How long AWS takes for what the sandbox would otherwise do at once."""

from dataclasses import dataclass

__all__ = ["Delays"]


@dataclass(frozen=True)
class Delays:
    """Seconds by the sandbox's clock; a pair is a range from which the seed draws. All but metrics take no time."""

    metrics: tuple[float, float] = (20.0, 80.0)
    """From the end of a minute until its points in `AWS/...` can be read. Other namespaces can be read at once."""
    late_reports: float = 0.0
    """Share of the reports to `AWS/...`, 0 to 1, that come one to three minutes late, so that old points grow."""
    alias_reads: tuple[float, float] = (0.0, 0.0)
    """From a change of an alias until GetAlias and ListAliases show it."""
    creation: float = 0.0
    """From the creation of a function or version until it is active."""
    update: float = 0.0
    """From an update of code or configuration until the next one, or publishing, is accepted."""
    snapshot: float = 0.0
    """From the publishing of a version with SnapStart, or its first call after a long rest, until it is active."""
    provisioning: float = 0.0
    """From a change of provisioned concurrency, or of the alias that has it, until it is ready."""
    routing: tuple[float, float] = (0.0, 0.0)
    """From a change of an alias until calls follow it; a version deleted meanwhile is not found by them."""
