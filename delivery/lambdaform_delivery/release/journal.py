"""The journal of a running release, kept in the alias itself: lock, progress and decision in one write."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from .ramp import Ramp
from .record import CodeVersion

__all__ = ["Journal", "Phase"]

_BASE = 36
_YEAR = 366 * 86_400
"""In seconds."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Phase(StrEnum):
    """Where a release is. The alias serves the old version alone, a split, or the new one alone."""

    PROBE = "probe"
    """Locked; the new version answers probes, and gets no calls yet."""
    RAMP = "ramp"
    """Split, at a step of the ramp."""
    PAUSE = "pause"
    """Split, waiting for somebody to resume."""
    WATCH = "watch"
    """The new version has all calls, and can still be taken back."""
    COMMIT = "commit"
    """Decided: the new version stays. Only the journal is left to be cleared."""
    BACK = "back"
    """Decided: the old version serves again. Only the journal is left to be cleared."""


@dataclass(frozen=True)
class Journal:
    """One release of one function, as far as it has come."""

    run: str
    """Id of the release, the same for every function in it."""
    owner: str
    """Drawn by each process that works on it: two processes never mistake the other's write for their own."""
    to: CodeVersion
    """Version that is released."""
    ramp: Ramp
    """Steps as they were when the release began; a resumed release keeps them."""
    member: int
    """Place of this function in the release, from 1. The first one carries the decision for all."""
    members: int
    started: int
    """Seconds since the epoch at which the release began."""
    phase: Phase = Phase.PROBE
    step: int = 0
    """Index into the steps of the ramp."""
    since: int = 0
    """Seconds since the epoch at which the present weight took effect; 0 before there is one."""
    beat: int = 0
    """Seconds since the epoch of the last sign of life."""
    alarms: int = 0
    """Bit n is set if the function's alarm n was OK when the release began, so that it may veto."""

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> "Journal":
        """Read the fields that `str` writes; raise ValueError or KeyError for others."""
        run, _, owner = fields["run"].partition(".")
        member, _, members = fields["of"].partition("/")
        started, since, beat = (int(text, _BASE) for text in fields["at"].split("+"))
        return cls(
            run=run,
            owner=owner,
            to=CodeVersion.parse(fields["to"]),
            ramp=Ramp.parse(fields["ramp"]),
            member=int(member),
            members=int(members),
            started=started,
            phase=Phase(fields["phase"]),
            step=int(fields["step"]),
            since=started + since if since else 0,
            beat=started + beat,
            alarms=int(fields["ok"], 16),
        )

    @property
    def percentage(self) -> float:
        """Share of the calls that the new version has at the present step."""
        return self.ramp.percentage_at(self.step)

    def at_its_longest(self) -> "Journal":
        """Return it as it might be described at the greatest length, after a year."""
        last = max(len(self.ramp.steps) - 1, 0)
        return replace(
            self, phase=max(Phase, key=len), step=last, since=self.started + _YEAR, beat=self.started + _YEAR
        )

    def fields(self) -> dict[str, str]:
        """Return it as short texts, times after the start as differences to it."""
        since = max(self.since - self.started, 1) if self.since else 0
        times = (self.started, since, max(self.beat - self.started, 0))
        values: dict[str, Any] = {
            "run": f"{self.run}.{self.owner}",
            "to": self.to,
            "ramp": self.ramp,
            "step": self.step,
            "phase": self.phase,
            "at": "+".join(map(_base36, times)),
            "ok": f"{self.alarms:x}",
            "of": f"{self.member}/{self.members}",
        }
        return {key: str(value) for key, value in values.items()}

    def __str__(self) -> str:
        return " ".join(f"{key}={value}" for key, value in self.fields().items())


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, _BASE)
        digits = _DIGITS[digit] + digits
    return digits or "0"
