"""How a release ended, in the form that every view shows: where the aliases stand, and the one command that is next."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import LambdaformError, LockedError, UnsafeAliasError
from ..release.outcome import FunctionOutcome, Outcome
from .history import FunctionHistory, History

__all__ = ["Commands", "Ending"]

_INTERNAL_ERROR = 1
_OUR_COMMAND = "lambdaform "
_INTERRUPTED = 130


@dataclass(frozen=True)
class Commands:
    """Commands as they can be pasted, with the names and the outputs that the user gave."""

    status: str
    restore: str
    """Brings an unfinished release back to the old version."""


@dataclass(frozen=True)
class Ending:
    """The end of a release, also of one that failed."""

    result: str
    """A `Result`, or `failed`."""
    exit_code: int
    reason: str
    """One sentence; of an error its message."""
    functions: tuple[FunctionOutcome, ...]
    """Where each alias stands; of an error as far as it is known, empty if the aliases were not touched."""
    run: str = ""
    recipe: str = ""
    """The one command that goes on or restores safety; empty if there is nothing to do."""
    hint: str = ""
    """What to do about an error."""
    error: str = ""
    """Class of the error; empty if there was none."""

    @classmethod
    def of(cls, end: Outcome | BaseException, history: History, commands: Commands) -> "Ending":
        """Return the ending of an outcome, or of an error after what the history tells."""
        if isinstance(end, Outcome):
            return cls(str(end.result), end.exit_code, end.reason, end.functions, end.run, end.recipe)
        touched = [function for function in history.functions if function.is_touched]
        return cls(
            result="failed",
            exit_code=_exit_code(end),
            reason=_message(end),
            functions=tuple(_standing(function) for function in touched),
            run=next((function.last.run for function in touched), ""),
            recipe=_recipe(end, touched, commands),
            hint=_hint(end),
            error=type(end).__name__,
        )

    @property
    def standing(self) -> tuple[str, ...]:
        """Say where each alias stands, one line each; nothing where the error itself says it."""
        if not self.functions:
            return () if self.error == UnsafeAliasError.__name__ else ("nothing was changed",)
        verb = "was last seen to serve" if self.error else "serves"
        return tuple(f"{each.name} ({each.function_name}:{each.alias}) {verb} {each.serves}" for each in self.functions)


def _exit_code(error: BaseException) -> int:
    if isinstance(error, LambdaformError):
        return error.exit_code
    return _INTERRUPTED if isinstance(error, KeyboardInterrupt) else _INTERNAL_ERROR


def _message(error: BaseException) -> str:
    if isinstance(error, LambdaformError):
        return error.message
    return f"internal error: {type(error).__name__}: {error}"


def _hint(error: BaseException) -> str:
    return (error.hint or "") if isinstance(error, LambdaformError) else ""


def _recipe(error: BaseException, touched: Sequence[FunctionHistory], commands: Commands) -> str:
    """Return what restores safety, unless the error's hint says it or the old version serves already."""
    if _OUR_COMMAND in _hint(error) or all(function.is_restored for function in touched):
        return ""
    return commands.status if isinstance(error, LockedError) else commands.restore


def _standing(function: FunctionHistory) -> FunctionOutcome:
    event = function.last
    return FunctionOutcome(
        name=event.function,
        function_name=event.function_name,
        alias=event.alias,
        from_version=event.from_version,
        to_version=event.to_version,
        serves=function.serves,
    )
