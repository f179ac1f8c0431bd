"""A world for releases: a stack in the sandbox, users who call it, versions that behave, somebody who keeps watch."""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from delivery.release.stack import Stack
from lambdaform_delivery.release import (
    Event,
    EventKind,
    Outcome,
    ReleaseOptions,
    ReleaseTarget,
    release,
    rollback,
)
from lambdaform_delivery.release.alias_state import AliasState
from lambdaform_delivery.release.description import Description
from lambdaform_sandbox.deployed import DeployedFunction, InvocationResult
from lambdaform_sandbox.faults import CallerCrashed
from lambdaform_sandbox.overlay import invocations
from lambdaform_sandbox.server import Credentials
from lambdaform_sandbox.traffic import Behaviour, Traffic

PROBE = "events/probe.json"


class Handlers:
    """What answers direct calls: versions in `broken` raise, the others return."""

    def __init__(self) -> None:
        self.broken: set[tuple[str, str]] = set()
        self.calls: Counter[tuple[str, str]] = Counter()

    def invoke(self, function: DeployedFunction, payload: bytes) -> InvocationResult:  # noqa: ARG002  # the event
        self.calls[function.name, function.version] += 1
        if (function.name, function.version) in self.broken:
            raised = b'{"errorType": "ImportError", "errorMessage": "no module named names"}'
            return InvocationResult(raised, function.version, function_error="Unhandled")
        return InvocationResult(b"1", function.version)

    def invoke_later(self, function: DeployedFunction, payload: bytes) -> None: ...


class World:
    """Everything around a release. `served` is every state that any alias was ever in."""

    def __init__(self, stack: Stack, folder: Path):
        self.stack, self.clock, self.faults = stack, stack.clock, stack.aws.faults
        self.folder = folder
        self.handlers = Handlers()
        self.events: list[Event] = []
        self.served: list[tuple[str, AliasState]] = []
        self.credentials: Credentials | None = None
        invocations.set_runtime(self.handlers)
        (folder / "events").mkdir()
        (folder / PROBE).write_text("{}")
        self.watch()

    def watch(self) -> None:
        """Note every state of every alias, at the moment it begins."""
        self.faults.after(self._note, "UpdateAlias", times=None)
        self.faults.after(self._note, "CreateAlias", times=None)

    def function(self, name: str = "search", *, versions: int = 1, **given: Any) -> ReleaseTarget:
        """Create a function that is probed and ramped; its newest version is live."""
        target = self.stack.function(name, versions=versions, description=f"live traffic of {name}", **given)
        return replace(target, probe=PROBE, ramp="5,25,50")

    def published(self, target: ReleaseTarget, text: str = "new") -> ReleaseTarget:
        """Publish a version, and return the function as the stack's outputs then describe it."""
        return replace(target, published_version=self.stack.publish(target, text))

    def users(
        self,
        target: ReleaseTarget,
        calls_per_second: float = 50,
        behaviours: Mapping[str, Behaviour] | None = None,
        seed: int = 1,
    ) -> Traffic:
        """Let users call the alias; an hour has passed when this returns."""
        traffic = Traffic(self.stack.aws, target.function_name, target.alias, calls_per_second, behaviours, seed)
        self.clock.advance(3600)
        traffic.calls.clear()
        traffic.failed.clear()
        return traffic

    def release(
        self, *targets: ReleaseTarget, cancelled: Callable[[], bool] = lambda: False, **options: Any
    ) -> Outcome:
        """Release functions as the command does."""
        return release(
            targets,
            ReleaseOptions(**options),
            clock=self.clock,
            session=lambda: self.stack.aws.session(self.credentials),
            listen=self.events.append,
            cancelled=cancelled,
            folder=self.folder,
        )

    def rollback(self, *targets: ReleaseTarget, **choices: Any) -> Outcome:
        """Roll functions back as the command does."""
        return rollback(
            targets,
            **choices,
            clock=self.clock,
            session=lambda: self.stack.aws.session(self.credentials),
            listen=self.events.append,
        )

    def crashes(self, call: Callable[[], object]) -> bool:
        """Make a call, and tell whether the process died in it."""
        with suppress(CallerCrashed):
            call()
            return False
        return True

    def alias(self, target: ReleaseTarget) -> AliasState:
        """Return the alias as it is now."""
        with self.faults.unseen():
            return AliasState.of(self.stack.lambda_.get_alias(FunctionName=target.function_name, Name=target.alias))

    def said(self, target: ReleaseTarget) -> Description:
        """Return what the alias's description says."""
        return Description.parse(self.alias(target).description)

    def kinds(self) -> list[EventKind]:
        """Return what was told, without the looks at metrics."""
        return [event.kind for event in self.events if event.kind is not EventKind.JUDGED]

    def _note(self, call: Any) -> None:
        given = call.parameters
        with suppress(Exception):
            state = self.stack.lambda_.get_alias(FunctionName=given["FunctionName"], Name=given["Name"])
            self.served.append((given["FunctionName"], AliasState.of(state)))
