"""A world for releases: a stack in the sandbox, users who call it, versions that behave, somebody who keeps watch."""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from delivery.release.stack import Stack
from lambdaform_delivery.release import (
    Event,
    EventKind,
    JudgeSettings,
    Listener,
    Outcome,
    ReleaseOptions,
    ReleaseTarget,
    release,
    rollback,
)
from lambdaform_delivery.release.alias_state import AliasState
from lambdaform_delivery.release.description import Description
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.deployed import DeployedFunction, InvocationResult
from lambdaform_sandbox.faults import CallerCrashed
from lambdaform_sandbox.overlay import invocations
from lambdaform_sandbox.overlay.functions import Alias, Function, Functions
from lambdaform_sandbox.server import Credentials
from lambdaform_sandbox.traffic import Behaviour, Traffic

PROBE = "events/probe.json"
QUICK: Mapping[str, Any] = {
    "ramp": "10,50",
    "probes": 2,
    "poll_seconds": 240,
    "watch_seconds": 240,
    "judge": JudgeSettings(minimum_calls=50),
}
"""Options with which a release looks once at every step: it takes 20 calls, of which 5 write."""
LATENCY = {20.0: 0.5, 40.0: 0.4, 90.0: 0.1}
BROKEN = Behaviour(0.5, LATENCY)
_USUAL = {str(number): Behaviour(0.001, LATENCY) for number in range(1, 10)}


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


@dataclass(frozen=True)
class _AheadClock:
    """A clock of a machine that is set wrongly."""

    clock: ManualClock
    seconds: float

    def now(self) -> float:
        return self.clock.now() + self.seconds

    def monotonic(self) -> float:
        return self.clock.monotonic()

    def sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds)


class World:
    """Everything around a release. `served` is every state that any alias was ever in, by function name."""

    def __init__(self, stack: Stack, folder: Path):
        self.stack, self.clock, self.faults = stack, stack.clock, stack.aws.faults
        self.folder = folder
        self.handlers = Handlers()
        self.events: list[Event] = []
        self.served: list[tuple[str, AliasState]] = []
        self.traffic: dict[str, Traffic] = {}
        """What users do, by the name of the function."""
        self.credentials: Credentials | None = None
        invocations.set_runtime(self.handlers)
        (folder / "events").mkdir()
        (folder / PROBE).write_text("{}")
        self._watch(stack.aws.functions)

    def function(self, name: str = "search", *, versions: int = 1, **given: Any) -> ReleaseTarget:
        """Create a function that is probed and ramped; its newest version is live."""
        target = self.stack.function(name, versions=versions, description=f"live traffic of {name}", **given)
        self.served.append((target.function_name, self.alias(target)))
        return replace(target, probe=PROBE, ramp="5,25,50")

    def ready(self, name: str = "search", calls_per_second: float = 50, **given: Any) -> ReleaseTarget:
        """Create a function that users call, with a version to release."""
        target = self.published(self.function(name, **given))
        self.users(target, calls_per_second)
        return target

    def group(self, *names: str) -> tuple[ReleaseTarget, ...]:
        """Create functions that users call, each with a version to release."""
        return tuple(self.ready(name) for name in names)

    def published(self, target: ReleaseTarget, text: str = "new") -> ReleaseTarget:
        """Publish a version, and return the function as the stack's outputs then describe it."""
        return replace(target, published_version=self.stack.publish(target, text))

    def alarm(self, name: str, state: str = "INSUFFICIENT_DATA") -> None:
        """Create an alarm, or put one into another state."""
        client = self.stack.aws.client("cloudwatch")
        client.put_metric_alarm(
            AlarmName=name,
            MetricName="Errors",
            Namespace="AWS/Lambda",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )
        client.set_alarm_state(AlarmName=name, StateValue=state, StateReason="as a test wants it")

    def users(
        self,
        target: ReleaseTarget,
        calls_per_second: float = 50,
        behaviours: Mapping[str, Behaviour] | None = None,
        seed: int = 1,
    ) -> Traffic:
        """Let users call the alias; ten minutes have passed when this returns."""
        known = {**_USUAL, **(behaviours or {})}
        traffic = Traffic(self.stack.aws, target.function_name, target.alias, calls_per_second, known, seed)
        self.traffic[target.name] = traffic
        self.clock.advance(600)
        traffic.calls.clear()
        traffic.failed.clear()
        return traffic

    def release(
        self,
        *targets: ReleaseTarget,
        cancelled: Callable[[], bool] = lambda: False,
        listen: Listener | None = None,
        ahead_seconds: float = 0.0,
        **options: Any,
    ) -> Outcome:
        """Release functions as the command does, on a machine whose clock may be ahead of AWS's."""
        return release(
            targets,
            ReleaseOptions(**options),
            clock=_AheadClock(self.clock, ahead_seconds),
            session=lambda: self.stack.aws.session(self.credentials),
            listen=listen or self.events.append,
            cancelled=cancelled,
            folder=self.folder,
        )

    def quick(self, *targets: ReleaseTarget, **options: Any) -> Outcome:
        """Release functions with few looks, for tests of what happens in between."""
        given: dict[str, Any] = {**QUICK, **options}
        return self.release(*targets, **given)

    def resumed(self, *targets: ReleaseTarget, **options: Any) -> Outcome:
        """Go on with a quick release."""
        return self.quick(*targets, **{"ramp": None, "resume": True, **options})

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

    def calls(self, *operations: str) -> list[str]:
        """Return the operations that were called since the last `forget`, of these or of all."""
        return [call.operation for call in self.faults.calls if not operations or call.operation in operations]

    def forget(self) -> None:
        """Forget calls, faults and events so far."""
        self.faults.clear()
        self.events.clear()

    def unsafe(self) -> list[str]:
        """Return the states so far that break the safety rule: a primary that neither served before nor was proven."""
        proven: dict[str, set[str]] = {}
        broken: list[str] = []
        for name, state in self.served:
            known = proven.setdefault(name, {state.version})
            if not all(version in known or self._is_proven(name, version) for version in state.versions):
                broken.append(f"{name}: {state}")
            known.update(state.versions)
        return broken

    def _is_proven(self, function_name: str, version: str) -> bool:
        key = function_name, version
        return self.handlers.calls[key] > 0 and key not in self.handlers.broken

    def _watch(self, functions: Functions) -> None:
        """Note every state of every alias at the moment it begins, whoever makes it."""
        change = functions.change_alias

        def noted(function: Function, alias: Alias) -> None:
            change(function, alias)
            state = AliasState(alias.version, alias.weights, alias.description, alias.revision_id)
            self.served.append((function.name, state))

        functions.change_alias = noted
