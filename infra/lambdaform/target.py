"""What an event source or a front needs to know of a function: its alias, never a version or the function itself."""

from typing import NotRequired, TypedDict

import pulumi

from . import limits
from .inputs import Rules

__all__ = ["TARGET_RULES", "Target"]


class Target(TypedDict):
    """A function as others see it: `Function.target`. Sources inherit its keys, `{**worker.target, ...}`."""

    alias_arn: pulumi.Input[str]
    """ARN of the alias that is invoked."""
    role_name: NotRequired[pulumi.Input[str]]
    """Execution role, for sources that the role must be allowed to read."""
    timeout: NotRequired[pulumi.Input[int]]
    """Seconds the function may take."""
    placeholder: NotRequired[bool]
    """Whether the function has no code yet, so that nothing may be consumed. Default False."""


TARGET_RULES: Rules = {
    "alias_arn": limits.ALIAS_ARN,
    "role_name": limits.ROLE_NAME,
    "timeout": limits.TIMEOUT,
}
