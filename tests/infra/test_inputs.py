from typing import Any, NotRequired, TypedDict, cast

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambdaform import AliasOwner, Defaults, InputError, Statement
from lambdaform.errors import Problem
from lambdaform.inputs import UNKNOWN, Rules, between, checked
from lambdaform.limits import Count, Range
from lambdaform.testing import deploy

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


class Part(TypedDict):
    size: pulumi.Input[int]


class Args(Defaults):
    name: str
    count: NotRequired[pulumi.Input[int]]
    share: NotRequired[pulumi.Input[float]]
    parts: NotRequired[dict[str, Part]]
    owner: NotRequired[AliasOwner]
    statements: NotRequired[list[Statement]]


RULES: Rules = {"count": Range(1, 10), "parts": Count(0, 2, "parts"), "parts.*.size": Range(1, 5)}


def check(**args: Any) -> Args:
    return checked(Args, "Thing", "mine", cast(Args, args), RULES)


def problems(**args: Any) -> list[str]:
    with pytest.raises(InputError) as raised:
        check(**args)
    return [str(problem) for problem in raised.value.problems]


@given(count=st.integers(1, 10), share=st.floats(allow_nan=False, allow_infinity=False))
def test_right_arguments_come_back_as_they_are(count: int, share: float):
    args = {"name": "a", "count": count, "share": share, "parts": {"x": {"size": 1}}, "tags": {}}

    assert check(**args) == args


@given(count=st.integers(1, 10))
def test_whole_floats_become_integers(count: int):
    result = check(name="a", count=float(count))

    assert result.get("count") == count
    assert type(result.get("count")) is int


def test_values_of_an_enum_become_its_members():
    assert check(name="a", owner="release").get("owner") is AliasOwner.RELEASE


def test_none_is_as_good_as_nothing():
    assert check(name="a", count=None) == {"name": "a"}


@given(args=st.dictionaries(st.sampled_from([*Args.__annotations__, "nmae"]), anything))
def test_whatever_is_passed_it_is_accepted_or_named(args: dict[str, Any]):
    try:
        accepted, refused = set(check(**args)), set[str]()
    except InputError as error:
        accepted, refused = None, {problem.field.partition(".")[0].partition("[")[0] for problem in error.problems}

    assert refused <= {*args, "name"}
    assert refused or accepted == {key for key, value in args.items() if value is not None}


@given(st.integers() | st.floats())
def test_numbers_are_accepted_exactly_within_the_range(number: float):
    try:
        check(name="a", count=number)
    except InputError:
        accepted = False
    else:
        accepted = True

    assert accepted == (number in range(1, 11))


def test_rules_reach_into_dictionaries_whatever_their_keys_are():
    assert problems(name="a", parts={"GET /x.y[0]": {"size": 9}}) == [
        "parts.GET /x.y[0].size is 9: must be 1 to 5; use 5"
    ]


def test_a_misspelt_key_is_told_its_nearest_neighbour():
    assert problems(name="a", cuont=1) == ["cuont: is not a known key; did you mean count?"]


def test_a_foreign_key_is_told_what_there_is():
    [problem] = problems(name="a", zzzzzz=1)

    assert problem.startswith("zzzzzz: is not a known key; remove it; known keys are alarm_topics, architecture, count")


def test_rules_between_arguments_see_unknown_for_what_is_late():
    seen: list[object] = []

    def rule(args: Any) -> list[Problem]:
        seen.append(args["count"])
        return []

    def program():
        args: Any = {"name": "a", "count": pulumi.Output.from_input(3)}
        pulumi.export("count", checked(Args, "Thing", "mine", args, RULES, rule).get("count"))

    recording = deploy(program)

    assert recording.exports == {"count": 3}
    assert seen[0] is UNKNOWN
    assert 3 in seen


def test_a_secret_does_not_make_its_neighbours_secret():
    def program():
        args: Any = {"name": "a", "count": pulumi.Output.secret(3), "share": pulumi.Output.from_input(0.5)}
        for key, value in checked(Args, "Thing", "mine", args, RULES, lambda _: []).items():
            pulumi.export(key, value)

    recording = deploy(program)

    assert recording.exports == {"name": "a", "count": 3, "share": 0.5}
    assert recording.secret_exports == {"count"}


def test_nothing_can_be_decided_while_one_value_is_unknown():
    assert between(1, 2)
    assert not between(1, UNKNOWN)


def test_an_error_is_one_that_pulumi_shows_without_a_stack_trace():
    with pytest.raises(InputError) as raised:
        check(name="a", count=99)

    assert isinstance(raised.value, pulumi.RunError)
    assert isinstance(raised.value, pulumi.InputPropertyError)
    assert raised.value.property_path == "count"
