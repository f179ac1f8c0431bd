"""One change per resource, in the component it is in."""

import pytest
from delivery.comment.digests import UNKNOWN, change, changes, state, step, urn
from lambdaform_delivery.comment.changes import Difference, Operation
from lambdaform_delivery.comment.property_path import ABSENT, look_up, parts

TABLE = "aws:dynamodb/table:Table"
FUNCTION, ROLE = "lambdaform:index:Function", "lambdaform:index:Function$lambdaform:index:ExecutionRole"
POLICY = f"{ROLE}$aws:iam/rolePolicy:RolePolicy"


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        (["create"], Operation.CREATE),
        (["update"], Operation.UPDATE),
        (["delete"], Operation.DELETE),
        (["import"], Operation.IMPORT),
        (["same"], Operation.UNCHANGED),
        (["read"], Operation.UNCHANGED),
        (["replace"], Operation.REPLACE),
        (["create-replacement", "replace", "delete-replaced"], Operation.REPLACE),
        (["delete", "same"], Operation.REPLACE),
    ],
)
def test_the_steps_of_one_urn_are_one_change(operations: list[str], expected: Operation):
    steps = [step(operation, TABLE, old=state({"a": 1}), new=state({"a": 2})) for operation in operations]
    assert change(*steps).operation is expected


def test_a_replacement_in_three_steps_has_the_old_the_new_and_what_differs():
    made = step("create-replacement", TABLE, new=state({"hashKey": "b"}), differences={"hashKey": "update-replace"})
    gone = step("delete-replaced", TABLE, old=state({"hashKey": "a"}))
    assert change(gone, made).differences == (Difference("hashKey", "a", "b", True),)


def test_the_stack_itself_is_no_change():
    assert changes() == ()


def test_added_removed_and_unknown_values_are_told_apart():
    updated = step(
        "update",
        TABLE,
        old=state({"tags": {"a": "1"}, "name": "x"}),
        new=state({"tags": {"b": "2"}, "name": UNKNOWN}),
        differences={"tags.a": "delete", "tags.b": "add", "name": "update"},
    )
    assert change(updated).differences == (
        Difference("tags.a", "1", ABSENT, False),
        Difference("tags.b", ABSENT, "2", False),
        Difference("name", "x", UNKNOWN, False),
    )


def test_a_difference_between_aws_and_the_inputs_shows_what_is_in_aws():
    drifted = step("update", TABLE, old=state({"ttl": 1}, outputs={"ttl": 9}), new=state({"ttl": 1}))
    drifted["detailedDiff"] = {"ttl": {"kind": "update", "inputDiff": False}}
    assert change(drifted).differences == (Difference("ttl", 9, 1, False),)


def test_a_resource_belongs_to_its_outermost_component():
    steps = [
        step("same", FUNCTION, "search", new=state()),
        step("same", ROLE, "inner", new=state(parent=urn(FUNCTION, "search"))),
        step("update", POLICY, "text", new=state(parent=urn(ROLE, "inner"))),
    ]
    assert {(each.component.type, each.component.name) for each in changes(*steps)} == {(FUNCTION, "search")}


def test_where_the_component_has_no_step_the_urn_of_the_parent_tells():
    lone = change(step("update", POLICY, "search-text", new=state(parent=urn(ROLE, "search"))))
    assert (lone.component.type, lone.component.name) == (FUNCTION, "search")


def test_a_resource_without_a_component_is_its_own():
    lone = change(step("update", TABLE, new=state()))
    assert lone.component == lone.urn


def test_parents_in_a_circle_end_somewhere():
    one, other = urn(TABLE, "one"), urn(TABLE, "other")
    steps = [step("same", TABLE, "one", new=state(parent=other)), step("same", TABLE, "other", new=state(parent=one))]
    assert len(changes(*steps)) == 2


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("memorySize", ("memorySize",)),
        ("environment.variables.A_B", ("environment", "variables", "A_B")),
        ("attributes[0].name", ("attributes", 0, "name")),
        ('tags["a.b"]', ("tags", "a.b")),
        ('["a"].b[12]', ("a", "b", 12)),
        ('tags["say \\"x\\""]', ("tags", 'say "x"')),
        ("", ("",)),
    ],
)
def test_a_path_is_read_as_pulumi_writes_it(path: str, expected: tuple[str | int, ...]):
    assert parts(path) == expected


@pytest.mark.parametrize(("path", "expected"), [("a[1].b", 2), ("a[2]", ABSENT), ("a.b", ABSENT), ("c", ABSENT)])
def test_a_value_is_found_at_its_path_or_absent(path: str, expected: object):
    assert look_up({"a": [0, {"b": 2}]}, path) is expected


@pytest.mark.parametrize(
    ("type_", "kind"),
    [(FUNCTION, "Function"), (TABLE, "dynamodb.Table"), ("pulumi:providers:aws", "aws"), ("odd", "odd")],
)
def test_kinds_are_short_enough_for_people(type_: str, kind: str):
    assert change(step("same", type_)).urn.kind == kind


def test_changes_are_ordered_by_component_and_name():
    steps = [step("create", TABLE, "b"), step("create", TABLE, "a"), step("create", FUNCTION, "z")]
    assert [each.urn.name for each in changes(*steps)] == ["z", "a", "b"]
