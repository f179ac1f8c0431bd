"""Pulumi's wire format: protobuf structures to plain Python values and back."""

# The SDK keeps the signatures of its wire format private.
# pyright: reportPrivateUsage=false

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import pulumi
from google.protobuf.struct_pb2 import NULL_VALUE, ListValue, Struct, Value
from pulumi.runtime import rpc

__all__ = ["UNKNOWN", "Decoded", "decode", "encode", "is_unknown", "secret"]


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()
"""Stands in a preview for a value that is only known after `pulumi up`."""


@dataclass(frozen=True)
class Decoded:
    """A structure as plain values: numbers without a fraction are `int`, empty values are left out."""

    values: dict[str, Any] = field(repr=False)
    secrets: frozenset[str]
    """Paths of the secret values in it: `password`, `environment.variables.TOKEN`, `items[0]`."""


def decode(struct: Struct) -> Decoded:
    """Return the values of `struct`, with secrets unwrapped and remembered by path."""
    secrets: set[str] = set()
    values = _mapping(Value(struct_value=struct), "", secrets)
    return Decoded(values, frozenset(secrets))


def encode(value: object) -> Value:
    """Return `value` as the SDK expects it in an answer; a type that has no wire form raises `TypeError`."""
    if isinstance(value, Mapping):
        fields = {key: encode(item) for key, item in cast(Mapping[str, object], value).items()}
        return Value(struct_value=Struct(fields=fields))
    if isinstance(value, list | tuple):
        return Value(list_value=ListValue(values=[encode(item) for item in cast(Sequence[object], value)]))
    return _scalar(value)


def is_unknown(text: str) -> bool:
    """Return whether `text` stands for a value that is not known yet."""
    return text == rpc.UNKNOWN


def secret(value: Value) -> Value:
    """Return `value` marked as a secret; once is enough."""
    if _signature(value) == rpc._special_secret_sig:
        return value
    marks = {rpc._special_sig_key: encode(rpc._special_secret_sig), "value": value}
    return Value(struct_value=Struct(fields=marks))


def _scalar(value: object) -> Value:
    if value is None:
        return Value(null_value=NULL_VALUE)
    if isinstance(value, bool):
        return Value(bool_value=value)
    if isinstance(value, int | float):
        return Value(number_value=value)
    if isinstance(value, str):
        return Value(string_value=value)
    if value is UNKNOWN:
        return Value(string_value=rpc.UNKNOWN)
    raise TypeError(f"a {type(value).__name__} cannot be the output of a resource")


def _signature(value: Value) -> str:
    return value.struct_value.fields[rpc._special_sig_key].string_value if _is_signed(value) else ""


def _is_signed(value: Value) -> bool:
    return value.WhichOneof("kind") == "struct_value" and rpc._special_sig_key in value.struct_value.fields


def _plain(value: Value, path: str, secrets: set[str]) -> Any:  # noqa: ANN401  # whatever the program passed
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _signed(value, path, secrets) if _is_signed(value) else _mapping(value, f"{path}.", secrets)
    if kind == "list_value":
        return [_plain(item, f"{path}[{index}]", secrets) for index, item in enumerate(value.list_value.values)]
    if kind == "number_value":
        return int(value.number_value) if value.number_value.is_integer() else value.number_value
    if kind == "string_value":
        return UNKNOWN if is_unknown(value.string_value) else value.string_value
    return value.bool_value if kind == "bool_value" else None


def _mapping(value: Value, prefix: str, secrets: set[str]) -> dict[str, Any]:
    fields = value.struct_value.fields.items()
    plain = {key: _plain(item, f"{prefix}{key}", secrets) for key, item in sorted(fields)}
    return {key: item for key, item in plain.items() if item is not None}


def _signed(value: Value, path: str, secrets: set[str]) -> Any:  # noqa: ANN401  # whatever the program passed
    fields = value.struct_value.fields
    match _signature(value):
        case rpc._special_secret_sig:
            secrets.add(path)
            return _plain(fields["value"], path, secrets)
        case rpc._special_asset_sig:
            return _asset(fields)
        case rpc._special_archive_sig:
            return _archive(fields, path, secrets)
        case signature:
            raise AssertionError(f"`{path}` has the unknown signature {signature} on Pulumi's wire")


def _asset(fields: Mapping[str, Value]) -> pulumi.Asset:
    if "path" in fields:
        return pulumi.FileAsset(fields["path"].string_value)
    if "text" in fields:
        return pulumi.StringAsset(fields["text"].string_value)
    return pulumi.RemoteAsset(fields["uri"].string_value)


def _archive(fields: Mapping[str, Value], path: str, secrets: set[str]) -> pulumi.Archive:
    if "assets" in fields:
        return pulumi.AssetArchive(_plain(fields["assets"], path, secrets))
    if "path" in fields:
        return pulumi.FileArchive(fields["path"].string_value)
    return pulumi.RemoteArchive(fields["uri"].string_value)
