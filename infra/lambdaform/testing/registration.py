"""One registration while the run lasts: what the SDK asked for, what the back end answered."""

# The SDK's type stubs name some messages by a module that does not exist.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import alias_pb2
from pulumi.runtime.proto.resource_pb2 import ReadResourceRequest, RegisterResourceRequest

from .recording import Resource
from .urns import STACK_TYPE, alias_urn
from .wire import Decoded, encode, secret

__all__ = ["Registration"]


@dataclass
class Registration:
    """A resource that was registered or looked up, and what is known about it so far."""

    urn: str
    request: RegisterResourceRequest | ReadResourceRequest
    inputs: Decoded
    id: str = ""
    """Empty as long as it is not known, as on the wire."""
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the back end answered."""
    registered_outputs: Decoded | None = None

    def __str__(self) -> str:
        return f"{self.request.type} {self.request.name}"

    @property
    def is_component(self) -> bool:
        """Whether no provider makes it."""
        return isinstance(self.request, RegisterResourceRequest) and not self.request.custom

    @property
    def place(self) -> str:
        """Where in the program it stands: `file:line`."""
        position: Any = self.request.sourcePosition
        return f"{position.uri.removeprefix('file://')}:{position.line}"

    def answer(self, sent: Struct) -> Struct:
        """Return the outputs for the SDK.

        Where the back end repeats an input, it goes back as it was sent, with its secrets and assets. Other values are
        secret when the input of their name was, or when the program asked for it.
        """
        answer = Struct()
        answer.CopyFrom(sent)
        inputs = self.inputs.values
        for key, value in self.outputs.items():
            if key not in inputs or inputs[key] != value:
                answer.fields[key].CopyFrom(encode(value))
        secrets = {*_properties(self.inputs.secrets), *self.request.additionalSecretOutputs}
        for key in secrets & set(answer.fields):
            answer.fields[key].CopyFrom(secret(answer.fields[key]))
        return answer

    def resource(self) -> Resource:
        """Return it as it is in the recording."""
        if isinstance(self.request, ReadResourceRequest):
            return self._read(self.request)
        return self._registered(self.request)

    def _read(self, request: ReadResourceRequest) -> Resource:
        return Resource(
            type=request.type,
            name=request.name,
            urn=self.urn,
            parent=_parent(request.parent),
            external=True,
            inputs=self.inputs.values,
            secrets=self.inputs.secrets,
            id=self.id or None,
            outputs={**self.inputs.values, **self.outputs},
            dependencies=tuple(sorted(request.dependencies)),
            provider=_provider(request.provider),
            additional_secret_outputs=tuple(request.additionalSecretOutputs),
        )

    def _registered(self, request: RegisterResourceRequest) -> Resource:
        aliases = cast(Iterable[alias_pb2.Alias], request.aliases)
        mentioned = {urn for used in request.propertyDependencies.values() for urn in used.urns}
        return Resource(
            type=request.type,
            name=request.name,
            urn=self.urn,
            parent=_parent(request.parent),
            custom=request.custom,
            inputs=self.inputs.values,
            secrets=self.inputs.secrets,
            id=self.id or None,
            outputs={**self.inputs.values, **self.outputs},
            registered_outputs=self.registered_outputs.values if self.registered_outputs else {},
            aliases=tuple(alias_urn(alias, self.urn, request.parent) for alias in aliases),
            protect=request.protect,
            ignore_changes=tuple(request.ignoreChanges),
            depends_on=tuple(sorted(set(request.dependencies) - mentioned)),
            dependencies=tuple(sorted(request.dependencies)),
            provider=_provider(request.provider),
            import_id=request.importId or None,
            retain_on_delete=request.retainOnDelete,
            delete_before_replace=request.deleteBeforeReplace,
            additional_secret_outputs=tuple(request.additionalSecretOutputs),
            replace_on_changes=tuple(request.replaceOnChanges),
            custom_timeouts=_custom_timeouts(request),
        )


def _properties(paths: Iterable[str]) -> set[str]:
    """Return the outermost property of each path."""
    return {path.partition(".")[0].partition("[")[0] for path in paths}


def _parent(urn: str) -> str | None:
    return None if not urn or urn.split("::")[2] == STACK_TYPE else urn


def _provider(reference: str) -> str | None:
    """Return the URN in a reference, which is `urn::id`."""
    return reference.rpartition("::")[0] or None


def _custom_timeouts(request: RegisterResourceRequest) -> dict[str, str]:
    timeouts = request.customTimeouts
    named = {"create": timeouts.create, "update": timeouts.update, "delete": timeouts.delete, "read": timeouts.read}
    return {operation: limit for operation, limit in named.items() if limit}
