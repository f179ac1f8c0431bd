"""Pulumi's wire format: messages to plain values with the paths of their secrets, and back."""

# The SDK keeps the signatures of its wire format private.
# pyright: reportPrivateUsage=false

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pulumi
from google.protobuf.struct_pb2 import NULL_VALUE, ListValue, Struct, Value
from pulumi.runtime import rpc

from ..provider.archives import HashedArchive
from ..provider.unknown import UNKNOWN

__all__ = ["Path", "Properties", "decode", "encode"]

Path = tuple[str | int, ...]
"""Keys and indexes that lead to a value: `("environment", "variables", "TOKEN")`."""


@dataclass(frozen=True)
class Properties:
    """Properties as plain values: numbers without a fraction are `int`, empty values are left out."""

    values: dict[str, Any] = field(repr=False)
    secrets: frozenset[Path] = frozenset()


def decode(struct: Struct) -> Properties:
    """Return the properties of a message, with secrets unwrapped and remembered by path."""
    secrets: set[Path] = set()
    return Properties(_mapping(struct, (), secrets), frozenset(secrets))


def encode(values: Mapping[str, Any], secrets: frozenset[Path] = frozenset()) -> Struct:
    """Return the message of properties, with everything marked again that is secret."""
    return Struct(fields={name: _encoded(value, (name,), secrets) for name, value in values.items()})


def _mapping(struct: Struct, path: Path, secrets: set[Path]) -> dict[str, Any]:
    plain = {name: _plain(value, (*path, name), secrets) for name, value in sorted(struct.fields.items())}
    return {name: value for name, value in plain.items() if value is not None}


def _plain(value: Value, path: Path, secrets: set[Path]) -> Any:  # noqa: ANN401  # whatever the program passed
    match value.WhichOneof("kind"):
        case "struct_value":
            return _signed(value, path, secrets)
        case "list_value":
            return [_plain(item, (*path, index), secrets) for index, item in enumerate(value.list_value.values)]
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return UNKNOWN if value.string_value == rpc.UNKNOWN else value.string_value
        case "bool_value":
            return value.bool_value
        case _:
            return None


def _signed(value: Value, path: Path, secrets: set[Path]) -> Any:  # noqa: ANN401  # whatever the program passed
    fields = value.struct_value.fields
    match fields[rpc._special_sig_key].string_value if rpc._special_sig_key in fields else "":
        case rpc._special_secret_sig:
            secrets.add(path)
            return _plain(fields["value"], path, secrets)
        case rpc._special_output_value_sig:
            if "secret" in fields and fields["secret"].bool_value:
                secrets.add(path)
            return _plain(fields["value"], path, secrets) if "value" in fields else UNKNOWN
        case rpc._special_archive_sig:
            return HashedArchive(_text(fields, "hash"), _archive(fields), value)
        case rpc._special_resource_sig:
            return _text(fields, "id")
        case "":
            return _mapping(value.struct_value, path, secrets)
        case _:
            raise ValueError("a value of this kind is not taken by any property that the sandbox emulates")


def _archive(fields: Mapping[str, Value]) -> pulumi.Archive:
    """Return the archive; one that comes out of the state may have nothing but its hash."""
    if "path" in fields:
        return pulumi.FileArchive(_text(fields, "path"))
    if "uri" in fields:
        return pulumi.RemoteArchive(_text(fields, "uri"))
    entries = fields["assets"].struct_value if "assets" in fields else Struct()
    return pulumi.AssetArchive({name: _asset(entry.struct_value.fields) for name, entry in entries.fields.items()})


def _asset(fields: Mapping[str, Value]) -> pulumi.Asset | pulumi.Archive:
    if _text(fields, rpc._special_sig_key) == rpc._special_archive_sig:
        return _archive(fields)
    if "path" in fields:
        return pulumi.FileAsset(_text(fields, "path"))
    if "uri" in fields:
        return pulumi.RemoteAsset(_text(fields, "uri"))
    return pulumi.StringAsset(_text(fields, "text"))


def _text(fields: Mapping[str, Value], name: str) -> str:
    # Asking a message for a field that it does not have puts an empty one there.
    return fields[name].string_value if name in fields else ""


def _encoded(value: object, path: Path, secrets: frozenset[Path]) -> Value:
    plain = _bare(value, path, secrets)
    if path not in secrets:
        return plain
    mark = Value(string_value=rpc._special_secret_sig)
    return Value(struct_value=Struct(fields={rpc._special_sig_key: mark, "value": plain}))


def _bare(value: object, path: Path, secrets: frozenset[Path]) -> Value:
    if isinstance(value, HashedArchive):
        return cast(Value, value.wire)
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value).items()
        fields = {name: _encoded(item, (*path, name), secrets) for name, item in entries}
        return Value(struct_value=Struct(fields=fields))
    if isinstance(value, list | tuple):
        items = enumerate(cast("Sequence[object]", value))
        return Value(list_value=ListValue(values=[_encoded(item, (*path, at), secrets) for at, item in items]))
    return _scalar(value)


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
    raise TypeError(f"a {type(value).__name__} cannot be a property")
