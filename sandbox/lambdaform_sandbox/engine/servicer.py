"""Pulumi's provider protocol: each method reads a message, asks the provider, and writes the answer."""

# ruff: noqa: ANN401, ARG002, N802  # the protocol's own names; grpc has no types; every method gets what all get
# grpc and Pulumi's messages carry no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false, reportUnknownParameterType=false, reportMissingParameterType=false

import logging
from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from ..errors import SandboxError, UnfinishedError
from ..provider import Provider
from ..provider.check import Failure
from ..provider.diff import Diff, Difference, Kind
from ..provider.naming import seeded
from .configuration import configuration_failures, read_configuration
from .secrets import blinded, marks
from .wire import Properties, decode, encode

__all__ = ["Servicer"]

logger = logging.getLogger(__name__)

_PROVIDER_VERSION = "7.51.1"
"""Of the SDK that the program's lock names: the engine warns of an older provider."""
_NOTHING = Properties({})
_KINDS = {
    Kind.ADD: provider_pb2.PropertyDiff.ADD,
    Kind.DELETE: provider_pb2.PropertyDiff.DELETE,
    Kind.UPDATE: provider_pb2.PropertyDiff.UPDATE,
}
_REPLACING_KINDS = {
    Kind.ADD: provider_pb2.PropertyDiff.ADD_REPLACE,
    Kind.DELETE: provider_pb2.PropertyDiff.DELETE_REPLACE,
    Kind.UPDATE: provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """One provider for all engines that attach, each with the settings of its own stack.

    Every provider of a program has a connection of its own, so a connection is what settings belong to.
    """

    def __init__(self, provider: Provider):
        self._provider = provider
        self._configured: dict[str, Provider] = {}
        self._lock = Lock()

    def Handshake(self, request: Any, context: Any) -> provider_pb2.ProviderHandshakeResponse:
        """Say that secrets are understood: they are marked again in every answer."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: Any, context: Any) -> Empty:
        """Let an engine use this server: it needs nothing of the engine's."""
        return Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:
        """Say which provider this stands for."""
        return plugin_pb2.PluginInfo(version=_PROVIDER_VERSION)

    def Cancel(self, request: Any, context: Any) -> Empty:
        """Go on: what is being made is made in an instant, and other engines may be attached."""
        return Empty()

    def GetSchema(self, request: Any, context: Any) -> None:
        """Say that there is none: programs have the schema of the real provider in their SDK."""
        hint = "with `pulumi import`, use `--generate-code=false`"
        context.abort(grpc.StatusCode.UNIMPLEMENTED, f"the sandbox's provider has no schema\nhint: {hint}")

    def CheckConfig(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        """Name the settings that the sandbox cannot follow."""
        found = configuration_failures(decode(request.news).values, self._provider.region)
        failures = [provider_pb2.CheckFailure(property=name, reason=reason) for name, reason in found]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        """Say whether settings change. None makes resources anew: there is only one account and region."""
        changed = decode(request.old_inputs).values != decode(request.news).values
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        )

    def Configure(self, request: Any, context: Any) -> provider_pb2.ConfigureResponse:
        """Take settings for this connection, and refuse those of any real account before anything happens."""
        with _answering(context):
            configuration = read_configuration(decode(request.args).values, self._provider.region)
            with self._lock:
                self._configured[context.peer()] = self._provider.with_default_tags(configuration.default_tags)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Invoke(self, request: Any, context: Any) -> provider_pb2.InvokeResponse:
        """Answer a function of the provider."""
        args = decode(request.args)
        with _answering(context, args):
            answer = self._of(context).invoke(request.tok, args.values)
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(encode(answer))
        return response

    def Check(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        """Complete inputs, or name the properties that are wrong."""
        news, olds = decode(request.news), decode(request.olds)
        with _answering(context, news, olds):
            draw = seeded(request.randomSeed)
            checked = self._of(context).check(request.type, request.name, news.values, olds.values, draw)
        inputs = encode(checked.inputs, marks(checked.inputs, news))
        return provider_pb2.CheckResponse(inputs=inputs, failures=map(_failure, checked.failures))

    def Diff(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        """Say what changes, and whether that makes a new resource."""
        old_inputs, news = decode(request.old_inputs), decode(request.news)
        with _answering(context, old_inputs, news):
            diff = self._of(context).diff(request.type, old_inputs.values, news.values)
        return _diff(diff.ignoring(request.ignoreChanges))

    def Create(self, request: Any, context: Any) -> provider_pb2.CreateResponse:
        """Create a resource; in a preview say what will be known of it."""
        inputs = decode(request.properties)
        with _answering(context, inputs):
            provider = self._of(context)
            if request.preview:
                outputs = provider.previewed(request.type, inputs.values)
                return provider_pb2.CreateResponse(properties=encode(outputs, marks(outputs, inputs)))
            identifier, outputs = provider.make(request.type, request.name, inputs.values)
        return provider_pb2.CreateResponse(id=identifier, properties=encode(outputs, marks(outputs, inputs)))

    def Read(self, request: Any, context: Any) -> provider_pb2.ReadResponse:
        """Say what AWS has: for a refresh, an import or a look-up. No id means that it is gone."""
        inputs, outputs = decode(request.inputs), decode(request.properties)
        with _answering(context, inputs, outputs):
            provider = self._of(context)
            found = provider.refresh(request.type, request.name, request.id, inputs.values, outputs.values)
        if found is None:
            return provider_pb2.ReadResponse()
        identifier, known_inputs, known_outputs = found
        return provider_pb2.ReadResponse(
            id=identifier,
            inputs=encode(known_inputs, marks(known_inputs, inputs, outputs)),
            properties=encode(known_outputs, marks(known_outputs, inputs, outputs)),
        )

    def Update(self, request: Any, context: Any) -> provider_pb2.UpdateResponse:
        """Change a resource in place; in a preview say what will be known of it."""
        old_inputs, olds, news = decode(request.old_inputs), decode(request.olds), decode(request.news)
        with _answering(context, news, olds, old_inputs):
            provider, kind = self._of(context), request.type
            if request.preview:
                outputs = provider.previewed_update(kind, old_inputs.values, olds.values, news.values)
            else:
                outputs = provider.update(
                    kind, request.name, request.id, old_inputs.values, olds.values, news.values
                )  # fmt: skip
        return provider_pb2.UpdateResponse(properties=encode(outputs, marks(outputs, news, olds)))

    def Delete(self, request: Any, context: Any) -> Empty:
        """Delete a resource."""
        outputs = decode(request.properties)
        with _answering(context, outputs):
            self._of(context).delete(request.type, request.name, request.id, outputs.values)
        return Empty()

    def _of(self, context: Any) -> Provider:
        with self._lock:
            provider = self._configured.get(context.peer())
        if provider is None:
            raise SandboxError("this connection to the sandbox has no settings", hint="run the command again")
        return provider


@contextmanager
def _answering(context: Any, *known: Properties) -> Generator[None]:
    """Turn an error into the status of the call, without any secret in it."""
    try:
        yield
    except UnfinishedError as error:
        _abort_unfinished(context, error, known)
    except SandboxError as error:
        context.abort(grpc.StatusCode.UNKNOWN, blinded(str(error), *known))
    except (LookupError, TypeError, ValueError) as error:
        logger.exception("the sandbox's provider failed")
        context.abort(grpc.StatusCode.INTERNAL, blinded(f"the sandbox's provider failed: {error!r}", *known))


def _abort_unfinished(context: Any, error: UnfinishedError, known: tuple[Properties, ...]) -> None:
    """Hand over what is there along with the error, so that the engine keeps it."""
    message = blinded(str(error), *known)
    detail = AnyMessage()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=error.resource_id,
            properties=encode(error.outputs, marks(error.outputs, *known)),
            inputs=encode(known[0].values, known[0].secrets),
            reasons=[message],
        ),
        type_url_prefix="type.googleapis.com/",
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=message, details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, message)


def _failure(failure: Failure) -> provider_pb2.CheckFailure:
    hint = f", {failure.hint}" if failure.hint else ""
    return provider_pb2.CheckFailure(property=failure.property, reason=f"{failure.reason}{hint}")


def _diff(diff: Diff) -> provider_pb2.DiffResponse:
    changes = provider_pb2.DiffResponse.DIFF_SOME if diff.differences else provider_pb2.DiffResponse.DIFF_NONE
    return provider_pb2.DiffResponse(
        changes=changes,
        diffs=sorted(diff.names),
        replaces=diff.replaces,
        deleteBeforeReplace=diff.delete_before_replace,
        hasDetailedDiff=True,
        detailedDiff={difference.path: _detail(difference) for difference in diff.differences},
    )


def _detail(difference: Difference) -> provider_pb2.PropertyDiff:
    kinds = _REPLACING_KINDS if difference.replaces else _KINDS
    return provider_pb2.PropertyDiff(kind=kinds[difference.kind], inputDiff=True)
