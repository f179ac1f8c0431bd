"""The errors of the library.

Exception
└── LambdaformError          anything this library refuses; shown as one clean message, never a stack trace
    ├── InputError           arguments of a component that break a rule: all of them at once
    └── ProjectError         the program runs in a place it cannot work in (no project, a missing file)
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

__all__ = ["InputError", "LambdaformError", "Problem", "ProjectError"]

_LONGEST_VALUE = 80


@dataclass(frozen=True)
class Problem:
    """One broken rule: where, what was given, what is allowed, what to do."""

    field: str
    """Path of the argument: `memory_size`, `permissions[0].actions[1]`, `environment.TABLE`."""
    value: object
    """What was given; `HIDDEN` where it may be a secret, `ABSENT` where nothing was given."""
    rule: str
    """What AWS or this library demands, as a phrase that follows a colon."""
    fix: str
    """What to do about it, in the imperative."""

    def __str__(self) -> str:
        given = f" is {_shown(self.value)}" if self.value is not ABSENT and self.value is not HIDDEN else ""
        return f"{self.field}{given}: {self.rule}; {self.fix}"


class _Marker:
    def __init__(self, name: str):
        self._name = name

    def __repr__(self) -> str:
        return self._name


ABSENT = _Marker("ABSENT")
HIDDEN = _Marker("HIDDEN")


class LambdaformError(pulumi.RunError):
    """Base of everything this library raises on purpose."""


class InputError(LambdaformError, pulumi.InputPropertyError):
    """Say every broken rule of one component's arguments.

    It is a `pulumi.RunError`, so that a Python program ends with this message alone, and a `pulumi.InputPropertyError`,
    so that a program in another language learns the property.
    """

    def __init__(self, component: str, name: str, problems: Sequence[Problem]):
        self.component = component
        self.name = name
        self.problems = tuple(problems)
        super().__init__(self.problems[0].field, self._text())
        self.property_path = self.problems[0].field
        self.reason = self._text()

    def _text(self) -> str:
        count = f"{len(self.problems)} problems" if len(self.problems) > 1 else "1 problem"
        return "\n".join(
            [f'{self.component} "{self.name}" has {count}:', *(f"  {problem}" for problem in self.problems)]
        )

    def __str__(self) -> str:
        return self._text()


class ProjectError(LambdaformError):
    """Say why the program cannot run where it is, and what to do."""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}... ({len(text)} characters)"
