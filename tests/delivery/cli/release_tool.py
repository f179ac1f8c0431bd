"""Outputs of a stack, and what stands in for the two functions of the release tool."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from lambdaform_delivery.release.events import Event, Listener
from lambdaform_delivery.release.outcome import FunctionOutcome, Outcome, Result
from lambdaform_delivery.release.target import ReleaseTarget

RECORD = {
    "schema": 1,
    "name": "search",
    "function_name": "search-1a2b3c4",
    "alias": "live",
    "alias_owner": "release",
    "code_owner": "stack",
    "account": "000000000000",
    "region": "eu-west-1",
    "published_version": "8",
}
OUTPUTS = {"releases": [RECORD, {**RECORD, "name": "worker", "function_name": "worker-1a2b3c4"}]}
SERVED = FunctionOutcome("search", "search-1a2b3c4", "live", "7", "8", "version 7")


@dataclass
class Tool:
    """Stands in for `release` and `rollback`: remembers how it was called, tells events, ends as it is told to."""

    end: Outcome | BaseException = field(default_factory=lambda: Outcome(Result.PROMOTED, "all is well", (SERVED,)))
    events: Sequence[Event] = ()
    during: Callable[[], None] = lambda: None
    names: tuple[str, ...] = ()
    options: Any = None
    given: dict[str, Any] = field(default_factory=dict[str, Any])

    def release(self, targets: Sequence[ReleaseTarget], options: object, **given: Any) -> Outcome:
        self.options = options
        return self.rollback(targets, **given)

    def rollback(self, targets: Sequence[ReleaseTarget], *, listen: Listener, **given: Any) -> Outcome:
        self.names, self.given = tuple(target.name for target in targets), given
        for event in self.events:
            listen(event)
        self.during()
        if isinstance(self.end, BaseException):
            raise self.end
        return self.end
