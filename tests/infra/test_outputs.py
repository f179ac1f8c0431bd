"""Values made from others: at once where that is possible, otherwise when the last of them is known."""

import asyncio
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest
from lambdaform.outputs import derived, is_late, joined, when_resolved
from lambdaform.testing import UNKNOWN, Recording, deploy


def late(value: Any) -> Any:
    return pulumi.Output.from_input(value)


async def awaited(value: Any) -> Any:
    await asyncio.sleep(0)
    return value


def unknown() -> Any:
    return aws.sqs.Queue("orders").arn


def tasks() -> int:
    """Return how many tasks there are: every Output is one."""
    return len(asyncio.all_tasks())


def exported(make: Callable[[], Any], preview: bool = False) -> Recording:
    return deploy(lambda: pulumi.export("value", make()), preview=preview)


@pytest.mark.parametrize("value", [3, "text", None, [1, {"a": "b"}], {"a": [1, 2]}, ("a", 1)])
def test_of_what_is_known_no_output_is_made(value: Any):
    assert derived(value, lambda known: known) == value
    assert joined("a", ":", "b") == "a:b"


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: late(2), 2),
        (lambda: awaited(2), 2),
        (lambda: [1, late(2)], [1, 2]),
        (lambda: (late(1), "b", late(3)), [1, "b", 3]),
        (lambda: {"a": {"b": [late(1), 2]}, "c": late("d")}, {"a": {"b": [1, 2]}, "c": "d"}),
        (lambda: late({"a": late(1)}), {"a": 1}),
        (lambda: [late([late(1)]), late(2)], [[1], 2]),
    ],
)
def test_the_function_sees_everything_resolved(make: Callable[[], Any], expected: Any):
    seen: list[Any] = []

    exported(lambda: derived(make(), seen.append))

    assert seen == [expected]


def test_parts_are_joined_when_the_last_is_known():
    assert exported(lambda: joined("arn:", late("aws"), ":", awaited("s3"))).exports == {"value": "arn:aws:s3"}


def test_what_is_made_of_a_secret_is_secret():
    recording = exported(lambda: joined("a", late("b"), pulumi.Output.secret("c")))

    assert recording.exports == {"value": "abc"}
    assert recording.secret_exports == {"value"}


@pytest.mark.parametrize("make", [unknown, lambda: ["a", unknown()], lambda: [unknown(), late("a")]])
def test_what_is_made_of_an_unknown_is_unknown(make: Callable[[], Any]):
    seen: list[Any] = []

    recording = exported(lambda: derived(make(), seen.append), preview=True)

    assert recording.exports == {"value": UNKNOWN}
    assert seen == []


def test_a_late_text_costs_one_more_output():
    def program():
        value = late("a")
        before = tasks()
        when_resolved(value, str.upper)
        joined("x", value)

        assert tasks() - before == 2

    deploy(program)


def test_late_is_what_has_to_be_waited_for():
    def program():
        waiting = awaited(1)
        future = asyncio.ensure_future(waiting)
        pulumi.export("late", [is_late(value) for value in (late(1), future, 1, "a", [late(1)], None)])

    assert deploy(program).exports == {"late": [True, True, False, False, False, False]}
