"""The execution environments of all versions: warm ones are used again, busy ones are joined by new ones."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from threading import Condition

from ..deployed import DeployedFunction
from ..errors import SandboxError
from .execution_environment import ExecutionEnvironment

__all__ = ["EnvironmentPool"]

MAXIMUM_BUSY = 32
"""Environments at work at the same time; further events wait for one of them."""
MAXIMUM_IDLE = 16
"""Warm environments that are kept; beyond that the one unused for longest is ended."""


class EnvironmentPool:
    """Hands out environments to one event at a time each. `start` makes a new one."""

    def __init__(self, start: Callable[[DeployedFunction], ExecutionEnvironment]):
        self._start = start
        self._changed = Condition()
        self._idle: list[ExecutionEnvironment] = []
        self._working: set[ExecutionEnvironment] = set()
        self._busy = 0
        self._closed = False

    @contextmanager
    def borrowed(self, function: DeployedFunction) -> Generator[ExecutionEnvironment]:
        """Lend an environment of this very version and configuration. Raises `SandboxError` after `close`."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._busy < MAXIMUM_BUSY)
            if self._closed:
                raise SandboxError("the sandbox is stopping")
            self._busy += 1
        environment = None
        try:
            environment = self._warm(function) or self._start(function)
            self._lend(environment)
            yield environment
        finally:
            self._take_back(environment)

    def close(self) -> None:
        """End every environment, the busy ones too, and wait until all are gone."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            for environment in self._working:
                environment.kill()
            self._changed.wait_for(lambda: self._busy == 0)
            idle, self._idle = self._idle, []
        for environment in idle:
            environment.close()

    def _warm(self, function: DeployedFunction) -> ExecutionEnvironment | None:
        """Take a warm environment; end those of an earlier configuration of the same version, and dead ones."""
        with self._changed:
            same_version = [environment for environment in self._idle if _is_of(environment, function)]
            fitting = [environment for environment in same_version if _fits(environment, function)]
            ended = [environment for environment in same_version if environment not in fitting]
            taken = fitting[-1] if fitting else None
            self._idle = [environment for environment in self._idle if environment not in (*ended, taken)]
        for environment in ended:
            environment.close()
        return taken

    def _lend(self, environment: ExecutionEnvironment) -> None:
        with self._changed:
            self._working.add(environment)
            if self._closed:
                environment.kill()

    def _take_back(self, environment: ExecutionEnvironment | None) -> None:
        """Keep an environment for the next event if it can take one, and let the next event in."""
        with self._changed:
            ended: list[ExecutionEnvironment] = []
            if environment is not None:
                self._working.discard(environment)
                keep = environment.usable and not self._closed
                (self._idle if keep else ended).append(environment)
            if len(self._idle) > MAXIMUM_IDLE:
                ended.append(self._idle.pop(0))
        for superfluous in ended:
            superfluous.close()
        with self._changed:
            self._busy -= 1
            self._changed.notify_all()


def _is_of(environment: ExecutionEnvironment, function: DeployedFunction) -> bool:
    return (environment.function.name, environment.function.version) == (function.name, function.version)


def _fits(environment: ExecutionEnvironment, function: DeployedFunction) -> bool:
    """Tell whether an environment can take the event: the alias it comes through makes no difference."""
    as_started = environment.function
    same = replace(function, alias=as_started.alias, invoked_arn=as_started.invoked_arn)
    return same == as_started and environment.usable
