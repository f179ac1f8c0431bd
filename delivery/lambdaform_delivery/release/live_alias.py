"""One alias under a release: read, and written by compare-and-swap, so that no release overwrites another."""

from collections.abc import Mapping
from dataclasses import replace

from ..errors import LockedError, PreflightError, ReleaseError, UnsafeAliasError
from .account import Account, CallError, LostAnswerError
from .alias_state import AliasState
from .description import Description

__all__ = ["LiveAlias", "TakenError"]

_MOST_LOOKS = 30
"""How often a write in doubt is looked at again: reading an alias is eventually consistent."""
_LOOK_SECONDS = 1.0
_STALE = "PreconditionFailedException"
_BUSY = "ResourceConflictException"
_ABSENT = "ResourceNotFoundException"


class TakenError(LockedError):
    """Somebody else has changed the alias since this process last wrote it."""

    def __init__(self, function: str, found: AliasState):
        self.found = found
        super().__init__(
            f"somebody else has changed `{function}`: it serves {found}",
            "look at `lambdaform status`; nothing was overwritten",
        )


class LiveAlias:
    """An alias of one function. `state` is what this process has last seen or written."""

    def __init__(self, account: Account, function_name: str, alias: str):
        self._account = account
        self._function_name = function_name
        self._alias = alias
        self._revisions: set[str] = set()
        self._attempts: list[AliasState] = []
        """Own writes of which it is not known whether AWS has carried them out."""
        self.state = self.read()

    def __repr__(self) -> str:
        return f"LiveAlias({self._function_name!r}, {self._alias!r}, {self.state})"

    @property
    def description(self) -> Description:
        """What the alias's description says."""
        return Description.parse(self.state.description)

    def read(self) -> AliasState:
        """Return the alias as AWS describes it now. Raises `CallError` if it does not exist."""
        answer = self._account.read("lambda", "GetAlias", FunctionName=self._function_name, Name=self._alias)
        return AliasState.of(answer)

    def write(self, version: str, weights: Mapping[str, float], description: Description) -> AliasState:
        """Make the alias say this if nobody has changed it since `state`; return the new state.

        All fields go in one call: AWS keeps a split that is not named. Nothing is written where it says so already.
        Raises `LockedError` if somebody else has changed it, and `UnsafeAliasError` if it is gone.
        """
        wanted = AliasState(version, dict(weights), str(description), self.state.revision_id)
        if not self.state.is_same_as(wanted):
            self._revisions.add(self.state.revision_id)
            self._attempts.append(wanted)
            self.state = self._swapped(wanted)
            self._attempts.clear()
        return self.state

    def _swapped(self, wanted: AliasState) -> AliasState:
        for _ in range(_MOST_LOOKS):
            try:
                return self._updated(wanted)
            except LostAnswerError:
                pass
            except CallError as error:
                if error.code == _ABSENT:
                    raise self._absent(wanted) from error
                if error.code not in (_STALE, _BUSY):
                    raise
            # In doubt: our own write may have been carried out although its answer was lost. What is read now may be
            # older than that: a revision that was seen before says nothing.
            found = self.read()
            if found.is_same_as(wanted):
                return found
            if found.revision_id not in self._revisions:
                if not any(found.is_same_as(own) for own in (self.state, *self._attempts)):
                    raise TakenError(f"{self._function_name}:{self._alias}", found)
                wanted = replace(wanted, revision_id=found.revision_id)
                self._revisions.add(found.revision_id)
            self._account.clock.sleep(_LOOK_SECONDS)
        raise ReleaseError(f"`{self._function_name}:{self._alias}` cannot be written: AWS does not answer")

    def _updated(self, wanted: AliasState) -> AliasState:
        return AliasState.of(
            self._account.write(
                "lambda",
                "UpdateAlias",
                FunctionName=self._function_name,
                Name=self._alias,
                FunctionVersion=wanted.version,
                RoutingConfig={"AdditionalVersionWeights": dict(wanted.weights)},
                Description=wanted.description,
                RevisionId=wanted.revision_id,
            )
        )

    def _absent(self, wanted: AliasState) -> ReleaseError:
        """Return the error for what AWS does not find: the alias, or else a version."""
        try:
            self.read()
        except CallError as error:
            return self._gone() if error.code == _ABSENT else error
        versions = " or ".join(wanted.versions)
        return PreflightError(
            f"`{self._function_name}` has no version {versions} any more: somebody has deleted it",
            "publish it anew with `pulumi up`",
        )

    def _gone(self) -> UnsafeAliasError:
        command = (
            f"aws lambda create-alias --function-name {self._function_name} --name {self._alias} "
            f"--function-version {self.state.version}"
        )
        return UnsafeAliasError(
            f"`{self._function_name}:{self._alias}` does not exist any more, with its permissions and settings",
            f"{command}, then `pulumi up`",
        )
