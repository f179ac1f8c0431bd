"""What changes between old and new inputs, for types made up to show one rule each."""

from typing import Any

import pulumi
import pytest
from lambdaform_sandbox.provider.archives import HashedArchive
from lambdaform_sandbox.provider.cloud import Cloud
from lambdaform_sandbox.provider.diff import Kind, agree, diff, is_empty, is_natural
from lambdaform_sandbox.provider.naming import Naming
from lambdaform_sandbox.provider.resource_type import Resource, ResourceType
from lambdaform_sandbox.provider.shape import Block, Shape
from lambdaform_sandbox.provider.unknown import UNKNOWN

SHAPE: Shape = {
    "actions": "Actions",
    "code": None,
    "filters": Block("Filters", {"pattern": "Pattern"}),
    "logging": Block("Logging", {"format": "Format", "group": "Group"}),
    "memory": "Memory",
    "name": "Name",
    "policy": "Policy",
    "variables": "Variables",
}


def nothing(*_: Any) -> None:
    """Stand in for a call: nothing here asks AWS."""


def kind(**row: Any) -> ResourceType:
    def create(_cloud: Cloud, _inputs: object) -> str:
        return "id"

    def read(_cloud: Cloud, identifier: str, _known: object) -> Resource:
        return Resource(identifier, {})

    rest: dict[str, Any] = {"update": nothing, **row}
    return ResourceType("aws:x/y:Z", SHAPE, create=create, read=read, delete=nothing, **rest)


def changes(row: ResourceType, olds: dict[str, Any], news: dict[str, Any]) -> dict[str, Kind]:
    return {difference.path: difference.kind for difference in diff(row, olds, news).differences}


def test_the_same_inputs_are_no_change():
    assert changes(kind(), {"memory": 128}, {"memory": 128.0}) == {}


def test_a_mapping_is_compared_key_by_key():
    olds, news = {"variables": {"A": "1", "B": "2"}}, {"variables": {"A": "0", "C": "3"}}
    expected = {"variables.A": Kind.UPDATE, "variables.B": Kind.DELETE, "variables.C": Kind.ADD}
    assert changes(kind(), olds, news) == expected


def test_a_key_that_is_no_name_is_quoted_as_pulumi_does():
    assert list(changes(kind(), {"variables": {}}, {"variables": {"a.b": "1"}})) == ['variables["a.b"]']


def test_a_list_is_compared_item_by_item():
    olds, news = {"filters": [{"pattern": "a"}]}, {"filters": [{"pattern": "b"}, {"pattern": "c"}]}
    assert changes(kind(), olds, news) == {"filters[0].pattern": Kind.UPDATE, "filters[1]": Kind.ADD}


def test_order_counts_unless_the_list_is_a_set():
    olds, news = {"actions": ["a", "b"]}, {"actions": ["b", "a"]}
    assert changes(kind(), olds, news) != {}
    assert changes(kind(sets=frozenset({"actions"})), olds, news) == {}


def test_json_that_is_written_differently_is_the_same_in_a_document_only():
    olds, news = {"policy": '{"a": 1, "b": 2}'}, {"policy": '{"b":2,"a":1}'}
    assert changes(kind(), olds, news) == {"policy": Kind.UPDATE}
    assert changes(kind(documents=frozenset({"policy"})), olds, news) == {}


@pytest.mark.parametrize("empty", ["", [], {}, False, {"a": {"b": ""}}])
def test_nothing_said_and_something_empty_are_the_same(empty: object):
    assert is_empty(empty)
    assert changes(kind(), {}, {"variables": empty}) == changes(kind(), {"variables": empty}, {}) == {}


def test_zero_says_something():
    assert changes(kind(), {}, {"memory": 0}) == {"memory": Kind.ADD}


def test_a_default_is_no_change_in_state_of_an_older_time():
    assert changes(kind(defaults={"memory": 128}), {}, {"memory": 128}) == {}


def test_what_aws_settled_is_kept_when_the_program_stops_saying_it():
    row = kind(settled=frozenset({"memory", "logging.group"}))
    olds = {"memory": 1, "logging": {"format": "JSON", "group": "g"}}
    assert changes(row, olds, {"logging": {"format": "Text"}}) == {"logging.format": Kind.UPDATE}


def test_what_is_not_known_yet_counts_as_another_value():
    row = kind(replaces=frozenset({"memory"}))
    assert diff(row, {"memory": 1}, {"memory": UNKNOWN}).replaces == ("memory",)


def test_an_archive_is_its_hash():
    def archive(digest: str, path: str) -> dict[str, Any]:
        return {"code": HashedArchive(digest, pulumi.FileArchive(path), None)}

    assert changes(kind(), archive("a", "here"), archive("a", "there")) == {}
    assert changes(kind(), archive("a", "here"), archive("b", "here")) == {"code": Kind.UPDATE}


def test_a_type_that_cannot_be_updated_is_replaced_by_every_change():
    assert diff(kind(update=None), {"memory": 1}, {"memory": 2}).replaces == ("memory",)


@pytest.mark.parametrize(
    ("row", "name", "first"),
    [
        ({"naming": Naming(64)}, "thing-0a1b2c3", False),
        ({"naming": Naming(64)}, "mine", True),
        ({}, "mine", False),
        ({"delete_before_replace": True}, "mine", True),
    ],
)
def test_the_old_one_goes_first_where_both_would_have_one_name(row: dict[str, Any], name: str, first: bool):
    found = diff(
        kind(replaces=frozenset({"memory"}), **row), {"memory": 1, "name": name}, {"memory": 2, "name": name}
    )  # fmt: skip
    assert found.delete_before_replace is first


def test_a_change_in_place_deletes_nothing():
    assert not diff(kind(naming=Naming(64)), {"name": "mine", "memory": 1}, {"name": "mine"}).delete_before_replace


def test_what_the_program_ignores_is_left_out_with_all_below_it():
    row = kind(replaces=frozenset({"memory"}), delete_before_replace=True)
    olds, news = {"memory": 1, "variables": {"A": "1", "AB": "1"}}, {"memory": 2, "variables": {"A": "2", "AB": "2"}}
    kept = diff(row, olds, news).ignoring(["memory", "variables.A"])
    assert [each.path for each in kept.differences] == ["variables.AB"]
    assert not kept.delete_before_replace
    assert diff(row, olds, news).ignoring(["variables"]).delete_before_replace


def test_what_pulumi_keeps_among_the_inputs_is_no_change():
    assert changes(kind(), {"__defaults": []}, {"region": "us-east-1"}) == {}


def test_what_aws_adds_inside_a_block_agrees_but_not_inside_a_mapping():
    assert agree(kind(), "logging", {"format": "JSON"}, {"format": "JSON", "group": "made"})
    assert not agree(kind(), "variables", {"A": "1"}, {"A": "1", "B": "by hand"})
    assert not agree(kind(), "logging", {"format": "JSON"}, None)


def test_what_aws_has_anyway_is_natural():
    row = kind(absent={"logging": {"format": "Text"}})
    assert is_natural(row, "logging", {"format": "Text", "group": "/aws/lambda/x"})
    assert not is_natural(row, "logging", {"format": "JSON", "group": "/aws/lambda/x"})
    assert is_natural(row, "variables", {})
