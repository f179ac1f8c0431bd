"""Telling: events go to whoever listens, and nothing that a listener does can stop a release."""

from .clock import Clock
from .events import Event, EventKind, Listener
from .judge import Judgement
from .member import Member

__all__ = ["Teller"]


class Teller:
    """Makes events of what happens to a member, and passes them on."""

    def __init__(self, listen: Listener, clock: Clock):
        self._listen = listen
        self._clock = clock

    def tell(
        self,
        member: Member,
        kind: EventKind,
        message: str,
        judgement: Judgement | None = None,
        seconds_left: float | None = None,
    ) -> None:
        """Tell one thing that happened to a member."""
        journal = member.journal
        self.pass_on(
            Event(
                kind=kind,
                time=self._clock.now(),
                run=journal.run,
                function=member.target.name,
                function_name=member.target.function_name,
                alias=member.target.alias,
                from_version=member.from_version,
                to_version=member.to_version,
                message=message,
                phase=journal.phase,
                step=journal.step,
                steps=len(journal.ramp.steps),
                ramp=journal.ramp,
                percentage=member.percentage,
                revision_id=member.alias.state.revision_id,
                judgement=judgement,
                minutes=member.reading.minutes if judgement else (),
                seconds_left=seconds_left,
            )
        )

    def pass_on(self, event: Event) -> None:
        """Pass an event on. A listener that fails is not asked again: its terminal or its file is gone."""
        try:
            self._listen(event)
        except Exception:  # noqa: BLE001  # whatever a listener raises: the release outlives its log
            self._listen = _nobody


def _nobody(_event: Event) -> None: ...
