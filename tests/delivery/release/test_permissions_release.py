"""Release and rollback under exactly their documented policies, and with any one action missing."""

import dataclasses

import pytest
from delivery.release.stack import without, zipped
from delivery.release.world import World
from lambdaform_delivery.errors import AccessError
from lambdaform_delivery.release import ReleaseTarget, Result
from lambdaform_delivery.release.permissions import Command, policy

RELEASE = (
    "lambda:GetAlias",
    "lambda:UpdateAlias",
    "lambda:GetFunctionConfiguration",
    "lambda:GetProvisionedConcurrencyConfig",
    "lambda:InvokeFunction",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
)
PUBLISHING = ("lambda:PublishVersion", "lambda:UpdateFunctionCode")


@pytest.fixture
def target(world: World) -> ReleaseTarget:
    """Return a function with an alarm and a version to release."""
    world.alarm("people-search-errors")
    return dataclasses.replace(world.ready(), alarm_names=("people-search-errors",))


def limit(world: World, command: Command, target: ReleaseTarget, missing: str = "") -> None:
    """Let commands work under the documented policy from now on, but for one action."""
    world.credentials = world.stack.limited_credentials(without(missing, policy(command, [target])))


def test_the_actions_tried_here_are_those_of_the_policies(target: ReleaseTarget):
    pipeline = dataclasses.replace(target, code_owner="pipeline")
    documents = [policy(Command.RELEASE, [pipeline]), policy(Command.ROLLBACK, [target])]

    found = [{action for each in document["Statement"] for action in each["Action"]} for document in documents]

    assert found == [{*RELEASE, *PUBLISHING}, {"lambda:GetAlias", "lambda:UpdateAlias", *RELEASE[2:3], *RELEASE[4:5]}]


def test_the_policy_of_release_is_enough(world: World, target: ReleaseTarget):
    limit(world, Command.RELEASE, target)

    assert world.quick(target).result is Result.PROMOTED


def test_the_policy_of_release_is_enough_to_publish(world: World, target: ReleaseTarget):
    pipeline = dataclasses.replace(target, code_owner="pipeline")
    package = world.folder / "search.zip"
    package.write_bytes(zipped("from the pipeline"))
    limit(world, Command.RELEASE, pipeline)

    assert world.quick(pipeline, zip=package).result is Result.PROMOTED


@pytest.mark.parametrize("action", RELEASE)
def test_without_any_one_action_a_release_ends_before_it_shifts(world: World, target: ReleaseTarget, action: str):
    limit(world, Command.RELEASE, target, action)

    with pytest.raises(AccessError, match=action.partition(":")[2].replace("InvokeFunction", "Invoke")) as caught:
        world.quick(target)

    assert caught.value.exit_code == 9
    assert {str(state) for _, state in world.served} == {"version 1"}
    assert world.said(target).journal is None


@pytest.mark.parametrize("action", PUBLISHING)
def test_without_any_one_action_nothing_is_published_and_released(world: World, target: ReleaseTarget, action: str):
    pipeline = dataclasses.replace(target, code_owner="pipeline")
    package = world.folder / "search.zip"
    package.write_bytes(zipped("from the pipeline"))
    limit(world, Command.RELEASE, pipeline, action)

    with pytest.raises(AccessError) as caught:
        world.quick(pipeline, zip=package)

    assert caught.value.exit_code == 9
    assert str(world.alias(target)) == "version 1"
    assert world.stack.versions(target) == ["1", "2"]


def test_the_policy_of_rollback_is_enough_for_both_of_its_ways(world: World, target: ReleaseTarget):
    world.quick(target, ramp="10,pause,50")
    limit(world, Command.ROLLBACK, target)
    assert world.rollback(target, if_unfinished=True).result is Result.RESTORED

    world.credentials = None
    world.quick(target)
    limit(world, Command.ROLLBACK, target)
    assert world.rollback(target).result is Result.RESTORED


@pytest.mark.parametrize("action", ["lambda:GetAlias", "lambda:UpdateAlias"])
def test_without_reading_or_moving_the_alias_there_is_no_rollback(world: World, target: ReleaseTarget, action: str):
    world.quick(target)
    limit(world, Command.ROLLBACK, target, action)

    with pytest.raises(AccessError) as caught:
        world.rollback(target)

    assert caught.value.exit_code == 9
    assert str(world.alias(target)) == "version 2"


@pytest.mark.parametrize("action", ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"])
def test_what_only_wakes_the_old_version_never_stands_in_the_way(world: World, target: ReleaseTarget, action: str):
    world.quick(target)
    limit(world, Command.ROLLBACK, target, action)

    assert world.rollback(target).result is Result.RESTORED
