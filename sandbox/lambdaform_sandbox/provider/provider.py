"""A Pulumi provider named `aws` whose cloud is the sandbox: type token and inputs in, id and outputs out."""

from collections.abc import Mapping
from typing import Any, NoReturn, cast

from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]  # botocore has none
    BotoCoreError,
    ClientError,
)

from ..errors import SandboxError
from ..gateway import Gateway
from ..server import AwsServer
from . import invokes
from .cloud import Cloud
from .naming import Suffixes
from .resource_type import ResourceType
from .shape import unknown_properties
from .table import resource_type
from .tags import all_tags

__all__ = ["Provider"]


class Provider:
    """Creates what a program registers, in the sandbox's AWS. Property names are those of Pulumi's wire."""

    def __init__(self, aws: AwsServer, gateway: Gateway, default_tags: Mapping[str, str] | None = None):
        self._cloud = Cloud(aws, gateway)
        self._default_tags = dict(default_tags or {})
        self._suffixes = Suffixes()

    def create(self, token: str, name: str, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """Create a resource and return its id and all its outputs.

        Raise SandboxError for a type or property the sandbox does not emulate, and for what AWS refuses.
        """
        kind = resource_type(token)
        prepared = self._prepared(kind, name, inputs)
        try:
            created = kind.create(self._cloud, prepared)
        except SandboxError as error:
            raise SandboxError(f"`{token}` `{name}`: {error.message}", hint=error.hint) from error
        except (ClientError, BotoCoreError) as error:
            _refused(token, name, error)
        return created.id, {**prepared, **created.outputs}

    def invoke(self, token: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a provider function such as `aws:index/getRegion:getRegion`."""
        return invokes.invoke(self._cloud, token, args)

    def read(self, token: str, resource_id: str, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:  # noqa: ARG002  # of every back end
        """Refuse: a program starts in an empty account, in which nothing can be looked up by id."""
        raise SandboxError(
            f"`{token}` `{resource_id}` cannot be read: the sandbox's account is empty before the program runs",
            hint="create the resource in the program, or pass what is needed of it as configuration",
        )

    def _prepared(self, kind: ResourceType, name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        given = dict(inputs)
        region = given.pop("region", self._cloud.region) if kind.token.startswith("aws:") else self._cloud.region
        if region != self._cloud.region:
            raise SandboxError(
                f"`{kind.token}` `{name}` asks for the region `{region}`: the sandbox has only `{self._cloud.region}`"
            )
        for path in unknown_properties(given, kind.shape):
            raise SandboxError(
                f"`{kind.token}` `{name}`: the sandbox does not emulate the property `{path}`",
                hint="leave it out of the sandbox stack",
            )
        prepared = {**kind.defaults, **given}
        if kind.naming:
            prepared = kind.naming.named(kind.token, name, prepared, self._suffixes)
        if kind.taggable:
            prepared["tagsAll"] = all_tags(self._default_tags, given)
        return prepared


def _refused(token: str, name: str, error: ClientError | BotoCoreError) -> NoReturn:
    if isinstance(error, ClientError):
        detail: Mapping[str, str] = cast(Any, error).response.get("Error", {})
        reason = f"{detail.get('Code', 'unknown error')}: {detail.get('Message', '')}"
    else:
        reason = str(error)
    raise SandboxError(f"AWS refused to create `{token}` `{name}`: {reason}") from error
