"""What the recorder refuses although plain mocks let it pass."""

import pulumi
import pulumi_aws as aws
import pytest
from lambdaform.testing import deploy


class Component(pulumi.ComponentResource):
    def __init__(self, kind: str = "shop:index:Shop", times: int = 1, remote: bool = False):
        super().__init__(kind, "north", {}, remote=remote)
        for _ in range(times):
            self.register_outputs({"name": "north"})


def test_two_resources_with_one_urn_are_refused_naming_both():
    def program():
        aws.sqs.Queue("orders")
        aws.sns.Topic("orders")
        aws.sqs.Queue("orders")

    with pytest.raises(AssertionError) as raised:
        deploy(program)

    message = str(raised.value)
    first = program.__code__.co_firstlineno + 1
    assert "two resources have the URN urn:pulumi:stack::project::aws:sqs/queue:Queue::orders" in message
    assert f"the first at {__file__}:{first}, the second at {__file__}:{first + 2}" in message
    assert "hint: give one of them another name or another parent" in message


def test_the_same_name_below_another_parent_is_another_urn():
    def program():
        aws.sqs.Queue("orders")
        aws.sqs.Queue("orders", opts=pulumi.ResourceOptions(parent=Component()))

    assert len(deploy(program).of("aws:sqs/queue:Queue")) == 2


def test_looking_up_a_resource_under_a_name_in_use_is_refused():
    def program():
        aws.sqs.Queue("orders")
        aws.sqs.Queue.get("orders", "https://sqs.example/orders")

    with pytest.raises(AssertionError, match="two resources have the URN"):
        deploy(program)


def test_a_component_that_never_registers_its_outputs_is_refused():
    with pytest.raises(AssertionError, match="component shop:index:Shop north never registers its outputs\nhint: call"):
        deploy(lambda: Component(times=0))


def test_a_component_that_registers_its_outputs_twice_is_refused():
    with pytest.raises(AssertionError, match="component shop:index:Shop north registers its outputs twice\nhint: keep"):
        deploy(lambda: Component(times=2))


def test_a_component_may_register_no_outputs_at_all_as_long_as_it_says_so():
    class Empty(pulumi.ComponentResource):
        def __init__(self):
            super().__init__("shop:index:Empty", "north", {})
            self.register_outputs({})

    assert deploy(Empty).one("shop:index:Empty").registered_outputs == {}


@pytest.mark.parametrize("kind", ["shop:Shop", "shop", "team:shop:index:Shop", "shop::Shop"])
def test_a_component_type_that_is_not_of_three_parts_is_refused(kind: str):
    with pytest.raises(AssertionError, match=f"component {kind} north has a type that is not of three parts"):
        deploy(lambda: Component(kind))


def test_a_component_of_another_process_is_refused():
    with pytest.raises(AssertionError, match="shop:index:Shop north is made by another process"):
        deploy(lambda: Component(remote=True))


def test_transforms_are_refused_and_not_silently_left_out():
    def program():
        pulumi.runtime.register_resource_transform(lambda _args: None)

    with pytest.raises(Exception, match="does not support transforms"):
        deploy(program)
