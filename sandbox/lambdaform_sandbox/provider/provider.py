"""A Pulumi provider named `aws` whose cloud is the sandbox: what an engine asks of one, in plain values.

Property names are those of Pulumi's wire, secrets are unwrapped, and what is not known yet is `UNKNOWN`. The rehearsal
calls it directly, the engine over gRPC.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from functools import partial
from typing import Any, NoReturn, cast

from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]  # botocore has none
    BotoCoreError,
    ClientError,
)

from ..errors import SandboxError, UnfinishedError
from ..gateway import Gateway
from ..server import AwsServer
from . import invokes, preview
from .change import Change
from .check import Checked, check
from .cloud import Cloud
from .diff import TAGS, Diff, agree, diff
from .known import known_inputs, known_outputs, with_tags
from .naming import Draw, Suffixes
from .resource_type import Resource, ResourceType
from .table import resource_type
from .tags import tag_map

__all__ = ["Provider"]

_ABSENT = {
    "AWS.SimpleQueueService.NonExistentQueue",
    "NoSuchEntity",
    "NotFound",
    "NotFoundException",
    "ProvisionedConcurrencyConfigNotFoundException",
    "QueueDoesNotExist",
    "ResourceNotFoundException",
}
"""Codes by which services say that something is not there."""


class Provider:
    """Makes, reads, changes and deletes what a program registers, in the sandbox's AWS.

    `default_tags` are put on everything that has tags. Safe to use from several threads.
    """

    def __init__(self, aws: AwsServer, gateway: Gateway, default_tags: Mapping[str, str] | None = None):
        self._cloud = Cloud(aws, gateway)
        self._default_tags = dict(default_tags or {})
        self._suffixes = Suffixes()

    @property
    def region(self) -> str:
        """The only region there is."""
        return self._cloud.region

    def with_default_tags(self, default_tags: Mapping[str, str]) -> "Provider":
        """Return a provider for the same AWS that puts other tags on everything."""
        other = copy(self)
        other._default_tags = dict(default_tags)
        return other

    def create(self, token: str, name: str, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Check the inputs, create the resource, and return its id and all its outputs.

        Raise SandboxError for a type or property the sandbox does not emulate, and for what AWS refuses;
        `UnfinishedError` if AWS made the resource but refused a part of it.
        """
        checked = self.check(token, name, inputs, {})
        for failure in checked.failures:
            raise SandboxError(f"`{token}` `{name}`: {failure.reason}", hint=failure.hint)
        return self.make(token, name, checked.inputs)

    def check(
        self, token: str, name: str, news: Mapping[str, Any], olds: Mapping[str, Any], draw: Draw | None = None
    ) -> Checked:
        """Complete inputs, or say what is wrong. `draw` makes new names, else they are the same in every run."""
        kind = resource_type(token)
        drawn = draw or partial(self._suffixes.draw, token, name)
        return check(kind, name, news, olds, self.region, self._default_tags, drawn)

    def diff(self, token: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Diff:
        """Say what changes between two sets of checked inputs."""
        return diff(resource_type(token), olds, news)

    def make(self, token: str, name: str, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Create a resource from checked inputs; otherwise like `create`."""
        kind = resource_type(token)
        with _named(token, name, "create"):
            identifier = kind.create(self._cloud, inputs)
        later = {each for each in kind.afterwards & inputs.keys() if inputs[each] != kind.defaults.get(each)}
        at_once = {each: value for each, value in inputs.items() if each not in kind.afterwards}
        with self._finishing(kind, name, identifier, at_once, "create"):
            if later and kind.update:
                kind.update(self._cloud, identifier, Change(frozenset(later), inputs, at_once, kind.absent))
        return identifier, self._outputs(kind, name, identifier, inputs)

    def previewed(self, token: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Return the outputs that a resource will have, as far as they are known before it is created."""
        return preview.created(resource_type(token), inputs)

    def read(self, token: str, resource_id: str, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Look up what exists already and return its id and outputs; raise SandboxError if it does not."""
        found = self.refresh(token, resource_id, resource_id, {}, {})
        if found is None:
            raise SandboxError(
                f"`{token}` `{resource_id}` does not exist in the sandbox", hint="create it in the program"
            )
        return found[0], {**inputs, **found[2]}

    def refresh(
        self, token: str, name: str, resource_id: str, inputs: Mapping[str, Any], outputs: Mapping[str, Any]
    ) -> tuple[str, dict[str, Any], dict[str, Any]] | None:
        """Return id, inputs and outputs as AWS has them now, or None if it has no such thing.

        An import knows neither inputs nor outputs.
        """
        kind = resource_type(token)
        found = self._found(kind, name, resource_id, {**inputs, **outputs})
        if found is None:
            return None
        known = {**outputs, **inputs}
        return found.id, known_inputs(kind, inputs, found.properties), known_outputs(kind, known, found.properties)

    def update(
        self,
        token: str,
        name: str,
        resource_id: str,
        old_inputs: Mapping[str, Any],
        outputs: Mapping[str, Any],
        news: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Change a resource in place and return its outputs.

        What the outputs show to be unfinished is made good too. Raise `UnfinishedError` if AWS refuses a part.
        """
        kind = resource_type(token)
        change = Change(self._changed(kind, old_inputs, outputs, news), news, outputs, kind.absent)
        with self._finishing(kind, name, resource_id, outputs, "update"):
            if kind.tagging and TAGS in change.names:
                kind.tagging.change(self._cloud, outputs, tag_map(outputs), tag_map(news))
            properties = change.names - {TAGS, "tags"}
            if kind.update and properties:
                kind.update(self._cloud, resource_id, replace(change, names=properties))
        return self._outputs(kind, name, resource_id, news)

    def previewed_update(
        self, token: str, old_inputs: Mapping[str, Any], outputs: Mapping[str, Any], news: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the outputs after an update, as far as they are known before it."""
        kind = resource_type(token)
        return preview.updated(kind, old_inputs, outputs, news, diff(kind, old_inputs, news).names)

    def delete(self, token: str, name: str, resource_id: str, outputs: Mapping[str, Any]) -> None:
        """Delete a resource; one that is gone is no error, one that AWS protects is."""
        with _named(token, name, "delete"):
            _unless_absent(lambda: resource_type(token).delete(self._cloud, resource_id, outputs))

    def invoke(self, token: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a provider function such as `aws:index/getRegion:getRegion`."""
        return invokes.invoke(self._cloud, token, args)

    def _changed(
        self, kind: ResourceType, old_inputs: Mapping[str, Any], outputs: Mapping[str, Any], news: Mapping[str, Any]
    ) -> frozenset[str]:
        unfinished = {
            name
            for name in news.keys() & (kind.shape.keys() | {TAGS})
            if not agree(kind, name, news[name], outputs.get(name))
        }
        return diff(kind, old_inputs, news).names | unfinished

    def _outputs(self, kind: ResourceType, name: str, identifier: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        found = self._found(kind, name, identifier, inputs)
        if found is None:
            raise SandboxError(f"`{kind.token}` `{name}` was made and is gone: something else deleted it")
        return known_outputs(kind, inputs, found.properties)

    def _found(self, kind: ResourceType, name: str, resource_id: str, known: Mapping[str, Any]) -> Resource | None:
        with _named(kind.token, name, "read"):
            return _unless_absent(lambda: self._read(kind, resource_id, known))

    def _read(self, kind: ResourceType, resource_id: str, known: Mapping[str, Any]) -> Resource | None:
        found = kind.read(self._cloud, resource_id, known)
        if found is None:
            return None
        properties = found.properties
        if kind.tagging:
            tags = kind.tagging.read(self._cloud, properties)
            properties = with_tags(properties, tags, self._default_tags, known)
        return Resource(found.id, {**properties, "region": self.region})

    @contextmanager
    def _finishing(
        self, kind: ResourceType, name: str, identifier: str, made: Mapping[str, Any], verb: str
    ) -> Generator[None]:
        """Turn what goes wrong meanwhile into an error that knows what is there all the same."""
        try:
            with _named(kind.token, name, verb):
                yield
        except SandboxError as error:
            found = self._found(kind, name, identifier, made)
            if found is None:
                raise
            raise UnfinishedError(error, identifier, known_outputs(kind, made, found.properties)) from error


def _unless_absent(call: Callable[[], Resource | None]) -> Resource | None:
    try:
        return call()
    except ClientError as error:
        if _detail(error).get("Code") in _ABSENT:
            return None
        raise


@contextmanager
def _named(token: str, name: str, verb: str) -> Generator[None]:
    """Say of which resource an error is."""
    try:
        yield
    except SandboxError as error:
        raise SandboxError(f"`{token}` `{name}`: {error.message}", hint=error.hint) from error
    except (ClientError, BotoCoreError) as error:
        _refused(token, name, verb, error)


def _refused(token: str, name: str, verb: str, error: ClientError | BotoCoreError) -> NoReturn:
    if isinstance(error, ClientError):
        detail = _detail(error)
        reason = f"{detail.get('Code', 'unknown error')}: {detail.get('Message', '')}"
    else:
        reason = str(error)
    raise SandboxError(f"AWS refused to {verb} `{token}` `{name}`: {reason}") from error


def _detail(error: ClientError) -> Mapping[str, str]:
    return cast(Any, error).response.get("Error", {})
