"""Lambda functions as the emulated control plane keeps them: versions never change, aliases are replaced whole."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import uuid4

from ..clock import Clock, SystemClock
from ..delays import Delays
from ..moto_call import AwsError
from .states import ACTIVE, State

__all__ = ["LATEST", "PROVISIONED", "Alias", "Function", "Functions", "Version", "check_revision", "new_revision"]

LATEST = "$LATEST"
PROVISIONED = "provisioned concurrency"
"""Kind of the settings of provisioned concurrency."""

_ARN_PARTS = 7
"""`arn`, partition, `lambda`, region, account, `function`, name; a qualifier may follow."""


def new_revision() -> str:
    """Return a revision id that was never given before."""
    return str(uuid4())


@dataclass(frozen=True)
class Version:
    """Code and configuration of a function at one moment."""

    configuration: Mapping[str, Any]
    """Fields of `FunctionConfiguration` that a caller can set, complete with AWS's defaults."""
    code: bytes = field(repr=False)
    code_sha256: str
    """In base64, as the API gives it."""
    number: str = LATEST
    revision_id: str = field(default_factory=new_revision)
    last_modified: datetime = field(default_factory=lambda: datetime.now(UTC))
    state: State = ACTIVE
    updating_until: float = 0.0
    """When the update that is in progress ends, in seconds since the epoch; 0 if there is none."""
    published_from: Mapping[str, Any] | None = None
    """Configuration of `$LATEST` when this version was published; None for `$LATEST`."""

    @property
    def has_snapshots(self) -> bool:
        """Whether SnapStart applies to it: to published versions only."""
        return self.published_from is not None and self.configuration["SnapStart"]["ApplyOn"] == "PublishedVersions"

    def at(self, now: float) -> "Version":
        """Return the version as time passes; the end of an update gives it a new revision id."""
        state = self.state.at(now)
        if self.updating_until and now >= self.updating_until:
            return replace(self, state=state, updating_until=0.0, revision_id=new_revision())
        return self if state is self.state else replace(self, state=state)


@dataclass(frozen=True)
class Alias:
    """A name for one version, or for two with weights."""

    name: str
    version: str
    weights: Mapping[str, float]
    """Share of the calls, 0 to 1, that another version gets; at most one entry."""
    description: str = ""
    revision_id: str = field(default_factory=new_revision)


@dataclass(frozen=True)
class _Superseded:
    """An alias as it was, and how long it is still seen that way, in seconds since the epoch."""

    alias: Alias
    read_until: float
    routed_until: float


@dataclass
class Function:
    """Everything that Lambda keeps under one function name."""

    name: str
    arn: str
    latest: Version
    tags: dict[str, str]
    versions: dict[str, Version] = field(default_factory=dict[str, Version])
    aliases: dict[str, Alias] = field(default_factory=dict[str, Alias])
    policies: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])
    """Resource policy statements by qualifier; `$LATEST` stands for the unqualified function."""
    settings: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict[tuple[str, str], dict[str, Any]])
    """What is kept beside versions, by kind (`event invoke`, ...) and qualifier."""
    reserved_concurrency: int | None = None
    executions: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """Durable executions, as they are listed."""
    superseded: dict[str, list[_Superseded]] = field(default_factory=dict[str, list[_Superseded]])
    """What aliases were before, oldest first, as long as somebody may see it."""

    def has(self, qualifier: str) -> bool:
        """Tell whether a version or alias of this name exists."""
        return qualifier == LATEST or qualifier in self.versions or qualifier in self.aliases

    def version(self, qualifier: str | None) -> Version:
        """Return the version that a number, alias or nothing stands for; of a split alias the primary one."""
        alias = self.aliases.get(qualifier or "")
        number = alias.version if alias else qualifier or LATEST
        if number == LATEST:
            return self.latest
        if number not in self.versions:
            raise AwsError("ResourceNotFoundException", f"Function not found: {self.arn}:{number}")
        return self.versions[number]

    def qualified_arn(self, qualifier: str | None) -> str:
        """Return the ARN with the qualifier, if there is one."""
        return f"{self.arn}:{qualifier}" if qualifier else self.arn

    def revision(self, qualifier: str) -> str:
        """Return the revision id of an alias, a version or the unpublished function."""
        alias = self.aliases.get(qualifier)
        return alias.revision_id if alias else self.version(qualifier).revision_id

    def touch(self, qualifier: str) -> None:
        """Give an alias, a version or the unpublished function a new revision id: its policy has changed."""
        if qualifier in self.aliases:
            self.aliases[qualifier] = replace(self.aliases[qualifier], revision_id=new_revision())
        elif qualifier in self.versions:
            self.versions[qualifier] = replace(self.versions[qualifier], revision_id=new_revision())
        else:
            self.latest = replace(self.latest, revision_id=new_revision())


class Functions:
    """The functions and event source mappings of one account in one region."""

    def __init__(
        self, account: str, region: str, clock: Clock | None = None, delays: Delays | None = None, seed: int = 0
    ):
        self.account = account
        self.region = region
        self.clock = clock or SystemClock()
        self.delays = delays or Delays()
        self.draw = Random(seed)  # noqa: S311  # which version gets a call is no secret
        self.lock = threading.RLock()
        """Held during every call but the running of a handler: what is compared and then changed must not move."""
        self.event_source_mappings: dict[str, dict[str, Any]] = {}
        self.last_published: dict[str, int] = {}
        """Highest number given so far, by function name. Outlives the function: AWS never gives a number twice."""
        self._functions: dict[str, Function] = {}

    def __iter__(self) -> Iterator[Function]:
        for function in sorted(self._functions.values(), key=lambda function: function.name):
            yield self._settled(function)

    @property
    def arn_prefix(self) -> str:
        """What every ARN of Lambda here begins with."""
        return f"arn:aws:lambda:{self.region}:{self.account}"

    def arn(self, name: str) -> str:
        """Return the unqualified ARN that a function of this name has."""
        return f"{self.arn_prefix}:function:{name}"

    def add(self, function: Function) -> None:
        """Keep a new function; a name is taken once."""
        if function.name in self._functions:
            raise AwsError("ResourceConflictException", f"Function already exist: {function.name}")
        self._functions[function.name] = function

    def now(self) -> datetime:
        """Return the time."""
        return datetime.fromtimestamp(self.clock.now(), UTC)

    def change_alias(self, function: Function, alias: Alias) -> None:
        """Put an alias in the place of the one that it was; for a while that one is still seen."""
        now, draw, before = self.clock.now(), self.draw.uniform, function.aliases[alias.name]
        kept = [
            *function.superseded.get(alias.name, []),
            _Superseded(before, now + draw(*self.delays.alias_reads), now + draw(*self.delays.routing)),
        ]
        if before.version != alias.version and (PROVISIONED, alias.name) in function.settings:
            ready = now + self.delays.provisioning
            function.settings[PROVISIONED, alias.name]["ReadyAt"] = ready
            between = replace(alias, weights=alias.weights or {before.version: 1.0})
            kept.append(_Superseded(between, ready, ready))
        function.superseded[alias.name] = [each for each in kept if max(each.read_until, each.routed_until) > now]
        function.aliases[alias.name] = alias

    def alias_as_read(self, function: Function, name: str) -> Alias | None:
        """Return the alias as a read shows it: for a while after a change as it was."""
        now = self.clock.now()
        earlier = (each.alias for each in function.superseded.get(name, []) if each.read_until > now)
        return next(earlier, function.aliases.get(name))

    def alias_as_routed(self, function: Function, name: str) -> Alias | None:
        """Return the alias as calls follow it: for a while after a change as it was."""
        now = self.clock.now()
        earlier = (each.alias for each in function.superseded.get(name, []) if each.routed_until > now)
        return next(earlier, function.aliases.get(name))

    def shares(self, name: str, alias_name: str) -> dict[str, float]:
        """Return the share of an alias's calls that each version gets now, the primary last; nothing if it is gone."""
        with self.lock:
            function = self._functions.get(name)
            alias = self.alias_as_routed(function, alias_name) if function else None
            if alias is None:
                return {}
            return {**alias.weights, alias.version: 1.0 - sum(alias.weights.values())}

    def answers(self, name: str, number: str) -> bool:
        """Tell whether a version of a function takes calls now."""
        with self.lock:
            function = self._settled(self._functions[name]) if name in self._functions else None
            return function is not None and number in function.versions and function.version(number).state is ACTIVE

    def set_state(self, name: str, number: str, state: State) -> None:
        """Put a version into a state, such as `INACTIVE` after two weeks without calls."""
        with self.lock:
            function = self._functions[name]
            function.versions[number] = replace(function.versions[number], state=state)

    def remove(self, name: str) -> None:
        """Forget a function with all its versions and aliases."""
        del self._functions[name]

    def find(self, parameters: Mapping[str, Any]) -> tuple[Function, str | None]:
        """Return the function that `FunctionName` means, and the qualifier from it or from `Qualifier`.

        A name, `name:qualifier`, a partial or a full ARN are the same to AWS. A qualifier that does not exist is
        refused.
        """
        reference = str(parameters["FunctionName"])
        name, in_name = self._split(reference)
        qualifier = parameters.get("Qualifier")
        if in_name and qualifier and in_name != qualifier:
            raise AwsError(
                "InvalidParameterValueException",
                "The derived qualifier from the function name does not match the specified qualifier.",
            )
        function, qualifier = self._functions.get(name), qualifier or in_name
        if function is None or not function.has(qualifier or LATEST):
            arn = f"{self.arn(name)}:{qualifier}" if qualifier else self.arn(name)
            raise AwsError("ResourceNotFoundException", f"Function not found: {arn}")
        return self._settled(function), qualifier

    def _settled(self, function: Function) -> Function:
        """Return the function after letting end what has taken its time."""
        now = self.clock.now()
        function.latest = function.latest.at(now)
        for number, version in function.versions.items():
            function.versions[number] = version.at(now)
        return function

    def _split(self, reference: str) -> tuple[str, str | None]:
        parts = reference.split(":")
        if "function" in parts[:-1] and len(parts) > 2:  # noqa: PLR2004  # account:function:name
            self._require_ours(reference, parts)
            parts = parts[parts.index("function") + 1 :]
        return parts[0], parts[1] if len(parts) > 1 else None

    def _require_ours(self, reference: str, parts: list[str]) -> None:
        ours = [self.region, self.account] if len(parts) >= _ARN_PARTS else [self.account]
        at = parts.index("function")
        if parts[at - len(ours) : at] != ours:
            raise AwsError("ResourceNotFoundException", f"Function not found: {reference}")


def check_revision(given: str | None, current: str) -> None:
    """Refuse a change that was decided on an older state: 412, and nothing is changed."""
    if given and given != current:
        raise AwsError(
            "PreconditionFailedException",
            "The RevisionId provided does not match the latest RevisionId for the Lambda function or alias. "
            "Call the GetFunction or the GetAlias API to retrieve the latest RevisionId for your resource.",
        )
