"""The engine's resource monitor as the SDK sees it: records what a program registers and lets a back end make it."""

# ruff: noqa: N802  # the SDK calls its methods by their gRPC names

import threading
from collections.abc import Mapping
from typing import Any

from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import resource_pb2

from .backend import Backend
from .recording import Invoke, LogMessage, Recording
from .registration import Registration
from .urns import STACK_TYPE, resource_urn
from .wire import decode, encode, is_unknown

__all__ = ["Monitor"]

TOKEN_PARTS = 3


class Monitor:
    """Records one run.

    What only an engine can do is refused: transforms and hooks by the SDK, because `GetDeploymentInfo` does not offer
    them, remote components here.
    """

    def __init__(self, backend: Backend, project: str, stack: str, preview: bool):
        self._backend, self._project, self._stack, self._preview = backend, project, stack, preview
        self._lock = threading.Lock()
        self._registrations: dict[str, Registration] = {}
        self._invokes: list[Invoke] = []
        self._exports = decode(Struct())

    def recording(self, logs: list[LogMessage]) -> Recording:
        """Return what was recorded; a component that never registered its outputs raises an `AssertionError`."""
        for registration in self._registrations.values():
            if registration.is_component and registration.registered_outputs is None:
                hint = "call self.register_outputs({...}) last in its constructor"
                raise AssertionError(f"component {registration} never registers its outputs\nhint: {hint}")
        return Recording(
            resources=tuple(registration.resource() for registration in self._registrations.values()),
            exports=self._exports.values,
            secret_exports=self._exports.secrets,
            logs=tuple(logs),
            invokes=tuple(self._invokes),
        )

    def GetDeploymentInfo(self, _request: Empty) -> resource_pb2.DeploymentInfo:
        """Say what is understood here: secrets, and options that are only written down.

        Resources that are passed as inputs then arrive as their ids, as a provider sees them.
        """
        return resource_pb2.DeploymentInfo(
            supportedFeatures=[
                resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
                resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
                resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
                resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
                resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
            ]
        )

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> resource_pb2.RegisterResourceResponse:
        """Record a resource and, outside previews, let the back end make it."""
        urn = resource_urn(self._stack, self._project, request.parent, request.type, request.name)
        if request.type == STACK_TYPE:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        registration = Registration(urn, request, decode(request.object))
        _check_component(registration, request)
        self._enter(registration)
        if request.custom and not self._preview:
            registration.id, registration.outputs = self._made(request, registration.inputs.values)
        answer = registration.answer(request.object)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=registration.id, object=answer)

    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> resource_pb2.ReadResourceResponse:
        """Record a resource that exists already, and let the back end look it up."""
        urn = resource_urn(self._stack, self._project, request.parent, request.type, request.name)
        registration = Registration(urn, request, decode(request.properties))
        self._enter(registration)
        if not is_unknown(request.id):
            inputs = registration.inputs.values
            registration.id, registration.outputs = self._backend.read(request.type, request.id, inputs)
        answer = registration.answer(request.properties)
        return resource_pb2.ReadResourceResponse(urn=urn, id=registration.id, properties=answer)

    def RegisterResourceOutputs(self, request: resource_pb2.RegisterResourceOutputsRequest) -> Empty:
        """Record the outputs of a component, or the exports of the stack."""
        outputs = decode(request.outputs)
        registration = self._registrations.get(request.urn)
        if registration is None:
            self._exports = outputs
        elif registration.registered_outputs is None:
            registration.registered_outputs = outputs
        else:
            raise AssertionError(f"component {registration} registers its outputs twice\nhint: keep the last call")
        return Empty()

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest) -> resource_pb2.ResourceInvokeResponse:
        """Let the back end answer a function of the provider."""
        args = decode(request.args).values
        result = self._backend.invoke(request.tok, args)
        self._invokes.append(Invoke(request.tok, args, result))
        response = resource_pb2.ResourceInvokeResponse()
        getattr(response, "return").CopyFrom(encode(result).struct_value)
        return response

    def SignalAndWaitForShutdown(self, _request: Empty) -> Empty:
        """Let the program end: nothing here outlives it."""
        return Empty()

    def _enter(self, registration: Registration) -> None:
        with self._lock:
            first = self._registrations.setdefault(registration.urn, registration)
        if first is not registration:
            places = f"the first at {first.place}, the second at {registration.place}"
            hint = "give one of them another name or another parent"
            raise AssertionError(f"two resources have the URN {first.urn}: {places}\nhint: {hint}")

    def _made(
        self, request: resource_pb2.RegisterResourceRequest, inputs: Mapping[str, Any]
    ) -> tuple[str, dict[str, Any]]:
        if request.importId:
            return self._backend.read(request.type, request.importId, inputs)
        return self._backend.create(request.type, request.name, inputs)


def _check_component(registration: Registration, request: resource_pb2.RegisterResourceRequest) -> None:
    if request.remote:
        raise AssertionError(f"component {registration} is made by another process: its resources cannot be recorded")
    parts = request.type.split(":")
    if registration.is_component and not (len(parts) == TOKEN_PARTS and all(parts)):
        hint = "pass `package:index:Class` to super().__init__"
        raise AssertionError(f"component {registration} has a type that is not of three parts\nhint: {hint}")
