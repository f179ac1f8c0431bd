"""What an alias is at one moment: versions, weight, description, revision."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["AliasState"]

_DIGITS = 4


@dataclass(frozen=True)
class AliasState:
    """An alias as GetAlias describes it."""

    version: str
    """Primary version, a number or `$LATEST`."""
    weights: Mapping[str, float]
    """Additional version to its share of the calls, 0 to 1; empty without a split. AWS allows one."""
    description: str
    revision_id: str
    """Changes with every update; what compare-and-swap compares."""

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> "AliasState":
        """Read an answer of GetAlias, CreateAlias, UpdateAlias or an item of ListAliases."""
        return cls(
            version=answer["FunctionVersion"],
            weights=dict(answer.get("RoutingConfig", {}).get("AdditionalVersionWeights") or {}),
            description=answer.get("Description", ""),
            revision_id=answer["RevisionId"],
        )

    @property
    def versions(self) -> tuple[str, ...]:
        """Every version that gets calls."""
        return (self.version, *self.weights)

    def is_same_as(self, other: "AliasState") -> bool:
        """Whether both say the same, whatever their revisions.

        A weight of 1 counts for nothing: AWS shows it while an alias with provisioned concurrency moves, no release
        writes it.
        """
        return (self.version, _rounded(self.weights), self.description) == (
            other.version,
            _rounded(other.weights),
            other.description,
        )

    def __str__(self) -> str:
        """Say where the calls go, such as `version 7, 25 % to version 8`."""
        shares = "".join(f", {weight:.4g} % to version {number}" for number, weight in _percent(self.weights).items())
        return f"version {self.version}{shares}"


def _rounded(weights: Mapping[str, float]) -> dict[str, float]:
    return {number: round(weight, _DIGITS) for number, weight in weights.items() if weight < 1}


def _percent(weights: Mapping[str, float]) -> dict[str, float]:
    return {number: weight * 100 for number, weight in weights.items()}
