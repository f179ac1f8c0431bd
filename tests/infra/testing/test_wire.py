"""Values on their way to the SDK and back."""

import math

import pulumi
import pytest
from google.protobuf.struct_pb2 import Struct
from lambdaform.testing import UNKNOWN
from lambdaform.testing.wire import decode, encode, is_unknown, secret


def sent(**values: object) -> Struct:
    return Struct(fields={key: encode(value) for key, value in values.items()})


@pytest.mark.parametrize(
    "value",
    [True, False, 0, -1, 2.5, "", "text", [], [1, "a", [True]], {}, {"a": {"b": [1]}}, UNKNOWN, [UNKNOWN]],
    ids=repr,
)
def test_values_come_back_as_they_were_sent(value: object):
    came = decode(sent(value=value)).values["value"]

    assert came == value
    assert type(came) is type(value)


def test_numbers_without_a_fraction_are_integers():
    assert repr(decode(sent(a=3.0, b=3.5)).values) == "{'a': 3, 'b': 3.5}"


def test_numbers_that_are_none_survive():
    values = decode(sent(a=math.inf, b=math.nan)).values

    assert values["a"] == math.inf
    assert math.isnan(values["b"])


def test_empty_values_are_left_out_of_mappings_and_keep_their_place_in_lists():
    assert decode(sent(a=None, b={"c": None, "d": 1}, e=[None, 1])).values == {"b": {"d": 1}, "e": [None, 1]}


def test_a_tuple_travels_as_a_list():
    assert decode(sent(a=(1, 2))).values == {"a": [1, 2]}


def test_secrets_are_unwrapped_and_remembered_by_path():
    struct = sent(plain="a", deep={"list": [1]})
    struct.fields["whole"].CopyFrom(secret(encode({"a": 1})))
    struct.fields["deep"].struct_value.fields["list"].list_value.values[0].CopyFrom(secret(encode(7)))

    decoded = decode(struct)

    assert decoded.values == {"plain": "a", "deep": {"list": [7]}, "whole": {"a": 1}}
    assert decoded.secrets == {"whole", "deep.list[0]"}
    assert "7" not in repr(decoded)


def test_a_secret_is_marked_once():
    once = secret(encode("x"))

    assert secret(once) == once


def test_an_object_that_has_no_wire_form_is_refused():
    with pytest.raises(TypeError, match="a FileArchive cannot be the output of a resource"):
        encode(pulumi.FileArchive("."))


def test_the_text_for_what_is_not_known_is_recognised():
    assert is_unknown(encode(UNKNOWN).string_value)
    assert not is_unknown("text")
