"""Physical names, as Pulumi's AWS provider makes them."""

import re

import pytest
from lambdaform_sandbox.errors import SandboxError
from lambdaform_sandbox.provider.naming import Naming, Suffixes

QUEUE = "aws:sqs/queue:Queue"


def name(naming: Naming, logical_name: str, suffixes: Suffixes | None = None, **inputs: object) -> str:
    return naming.named(QUEUE, logical_name, inputs, suffixes or Suffixes())[naming.property]


def test_a_given_name_is_kept():
    assert name(Naming(80), "orders", name="my-orders") == "my-orders"


def test_without_a_name_seven_hex_digits_follow_the_logical_name():
    assert re.fullmatch(r"orders-[0-9a-f]{7}", name(Naming(80), "orders"))


def test_a_prefix_is_followed_by_26_digits():
    assert re.fullmatch(
        r"/aws/lambda/orders-[0-9a-f]{26}", name(Naming(80), "orders", namePrefix="/aws/lambda/orders-")
    )


def test_a_fifo_queue_ends_in_fifo():
    assert re.fullmatch(r"orders-[0-9a-f]{7}\.fifo", name(Naming(80, fifo_property="fifo"), "orders", fifo=True))


def test_two_runs_of_a_program_give_the_same_names():
    assert name(Naming(80), "orders") == name(Naming(80), "orders")


def test_two_resources_of_one_logical_name_get_different_names():
    suffixes = Suffixes()
    assert name(Naming(80), "orders", suffixes) != name(Naming(80), "orders", suffixes)


def test_a_name_that_aws_would_not_accept_is_refused_with_the_fix():
    with pytest.raises(SandboxError, match="AWS allows 10 characters") as raised:
        name(Naming(10), "orders")
    assert raised.value.hint == "shorten the name by 4"
