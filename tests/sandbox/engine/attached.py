"""An engine of the tests: it attaches to the served provider and speaks the protocol as Pulumi's engine does."""

# grpc and Pulumi's messages carry no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import json
from itertools import count
from types import TracebackType
from typing import Any, Self

import grpc
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

__all__ = [
    "ARCHIVE",
    "SANDBOX",
    "SIGNATURE",
    "UNKNOWN",
    "Attached",
    "archive",
    "plain",
    "secret",
    "struct",
    "unfinished",
]

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SANDBOX = {"allowedAccountIds": json.dumps(["000000000000"]), "region": "us-east-1"}
"""Settings as the engine hands them over: nested ones are JSON."""

Message = dict[str, Any]
_SEEDS = (b"seed %d" % number for number in count())
"""The engine gives every resource another one."""


def secret(value: object) -> Message:
    return {SIGNATURE: SECRET, "value": value}


def archive(digest: str, **files: str) -> Message:
    """Return an archive of texts; a file is called by its name without `.py`."""
    assets = {
        f"{name}.py": {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "text": text} for name, text in files.items()
    }
    return {SIGNATURE: ARCHIVE, "hash": digest, "assets": assets}


class Attached:
    """One provider of a program: a connection of its own, with settings of its own."""

    def __init__(self, port: int):
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.use_local_subchannel_pool", 1)])
        self.call: Any = provider_pb2_grpc.ResourceProviderStub(self._channel)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._channel.close()

    def configure(self, **settings: object) -> Self:
        self.call.Configure(provider_pb2.ConfigureRequest(args=struct({**SANDBOX, **settings}), acceptSecrets=True))
        return self

    def check(
        self, token: str, news: Message, olds: Message | None = None, name: str = "example", seed: bytes | None = None
    ) -> Message:
        """Return the checked inputs; there must be nothing wrong with them."""
        answer = self.checked(token, news, olds, name, seed)
        assert not answer.failures, answer.failures
        return plain(answer.inputs)

    def checked(
        self, token: str, news: Message, olds: Message | None = None, name: str = "example", seed: bytes | None = None
    ) -> Any:
        given: dict[str, Any] = {"news": struct(news), "olds": struct(olds or {}), "randomSeed": seed or next(_SEEDS)}
        return self.call.Check(provider_pb2.CheckRequest(type=token, name=name, **given))

    def diff(self, token: str, olds: Message, news: Message) -> Any:
        request = provider_pb2.DiffRequest(type=token, name="example", old_inputs=struct(olds), news=struct(news))
        return self.call.Diff(request)

    def create(self, token: str, inputs: Message, preview: bool = False) -> tuple[str, Message]:
        answer = self.call.Create(
            provider_pb2.CreateRequest(type=token, name="example", properties=struct(inputs), preview=preview)
        )
        return answer.id, plain(answer.properties)

    def made(self, token: str, **news: object) -> tuple[str, Message, Message]:
        """Check and create, and return id, inputs and outputs."""
        inputs = self.check(token, news)
        identifier, outputs = self.create(token, inputs)
        return identifier, inputs, outputs

    def read(
        self, token: str, identifier: str, inputs: Message | None = None, outputs: Message | None = None
    ) -> tuple[str, Message, Message]:
        answer = self.call.Read(
            provider_pb2.ReadRequest(
                type=token, name="example", id=identifier, inputs=struct(inputs or {}), properties=struct(outputs or {})
            )
        )
        return answer.id, plain(answer.inputs), plain(answer.properties)

    def update(
        self, token: str, identifier: str, old_inputs: Message, outputs: Message, news: Message, preview: bool = False
    ) -> Message:
        answer = self.call.Update(
            provider_pb2.UpdateRequest(
                type=token,
                name="example",
                id=identifier,
                preview=preview,
                old_inputs=struct(old_inputs),
                olds=struct(outputs),
                news=struct(news),
            )
        )
        return plain(answer.properties)

    def delete(self, token: str, identifier: str, outputs: Message) -> None:
        request = provider_pb2.DeleteRequest(type=token, name="example", id=identifier, properties=struct(outputs))
        self.call.Delete(request)


def struct(values: Message) -> Struct:
    return ParseDict(values, Struct())


def plain(message: Struct) -> Message:
    return MessageToDict(message)


def unfinished(error: Any) -> Any:
    """Return what the engine keeps of a resource that was made in part."""
    trailers: dict[str, bytes] = dict(error.trailing_metadata())
    detail = provider_pb2.ErrorResourceInitFailed()
    assert status_pb2.Status.FromString(trailers["grpc-status-details-bin"]).details[0].Unpack(detail)
    return detail
