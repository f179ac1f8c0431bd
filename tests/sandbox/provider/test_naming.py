"""Physical names, as Pulumi's AWS provider makes them."""

import re
from functools import partial
from typing import Any

import pytest
from lambdaform_sandbox.provider.naming import Naming, Suffixes, seeded
from lambdaform_sandbox.provider.unknown import UNKNOWN

QUEUE = "aws:sqs/queue:Queue"


def name(naming: Naming, suffixes: Suffixes | None = None, olds: dict[str, Any] | None = None, **inputs: object) -> Any:
    draw = partial((suffixes or Suffixes()).draw, QUEUE, "orders")
    return naming.named("orders", inputs, olds or {}, draw)[naming.property]


def test_a_given_name_is_kept():
    assert name(Naming(80), name="my-orders") == "my-orders"


def test_without_a_name_seven_hex_digits_follow_the_logical_name():
    assert re.fullmatch(r"orders-[0-9a-f]{7}", name(Naming(80)))


def test_a_prefix_is_followed_by_26_digits():
    assert re.fullmatch(r"/aws/lambda/orders-[0-9a-f]{26}", name(Naming(80), namePrefix="/aws/lambda/orders-"))


def test_a_fifo_queue_ends_in_fifo():
    assert re.fullmatch(r"orders-[0-9a-f]{7}\.fifo", name(Naming(80, fifo_property="fifo"), fifo=True))


def test_two_runs_of_a_program_give_the_same_names():
    assert name(Naming(80)) == name(Naming(80))


def test_two_resources_of_one_logical_name_get_different_names():
    suffixes = Suffixes()
    assert name(Naming(80), suffixes) != name(Naming(80), suffixes)


def test_the_random_seed_of_the_engine_decides_the_digits():
    assert seeded(b"one")(7) == seeded(b"one")(7) != seeded(b"two")(7)


def test_a_resource_keeps_the_name_it_has():
    assert name(Naming(80), olds={"name": "orders-0a1b2c3"}) == "orders-0a1b2c3"


def test_another_prefix_makes_another_name():
    olds = {"namePrefix": "old-", "name": "old-0a1b2c3"}
    assert name(Naming(80), olds=olds, namePrefix="new-").startswith("new-")


def test_a_name_from_an_unknown_prefix_is_not_known_yet():
    assert name(Naming(80), namePrefix=UNKNOWN) is UNKNOWN


def test_a_name_that_aws_would_not_accept_is_told_by_its_excess():
    assert Naming(10).excess({"name": "orders-0a1b2c3"}) == 4


@pytest.mark.parametrize(
    ("inputs", "made"),
    [
        ({"name": "orders-0a1b2c3"}, True),
        ({"name": "orders-0a1b2c3.fifo"}, True),
        ({"name": "live"}, False),
        ({"name": f"log-{'0' * 26}", "namePrefix": "log-"}, True),
        ({"name": "log-mine", "namePrefix": "log-"}, False),
    ],
)
def test_a_made_name_is_recognised(inputs: dict[str, str], made: bool):
    assert Naming(80).is_made(inputs) is made
