"""Releases of an alias with provisioned concurrency, whose new environments take their time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from delivery.release.stack import Stack
from delivery.release.world import World
from lambdaform_delivery.release import EventKind, ReleaseTarget, Result
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.delays import Delays
from lambdaform_sandbox.faults import Fault
from lambdaform_sandbox.server import AwsServer

PROVISIONING_SECONDS = 400.0


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    clock = ManualClock()
    with AwsServer(clock=clock, delays=Delays(provisioning=PROVISIONING_SECONDS)) as aws:
        yield World(Stack(aws, clock), tmp_path)


def provisioned(world: World) -> ReleaseTarget:
    """Return a function with a version to release, whose alias has environments that are ready."""
    target = world.ready()
    world.stack.lambda_.put_provisioned_concurrency_config(
        FunctionName=target.function_name, Qualifier=target.alias, ProvisionedConcurrentExecutions=2
    )
    world.clock.advance(PROVISIONING_SECONDS)
    world.forget()
    return target


def config(world: World, target: ReleaseTarget) -> dict[str, Any]:
    return world.stack.lambda_.get_provisioned_concurrency_config(
        FunctionName=target.function_name, Qualifier=target.alias
    )


def moments(world: World, kind: EventKind) -> list[float]:
    return [event.time for event in world.events if event.kind is kind]


def test_the_watch_begins_once_the_new_version_has_its_environments(world: World):
    target = provisioned(world)

    assert world.quick(target, watch_seconds=120).result is Result.PROMOTED

    [swapped], [promoted] = moments(world, EventKind.SWAPPED), moments(world, EventKind.PROMOTED)
    assert promoted - swapped >= PROVISIONING_SECONDS + 120
    assert config(world, target)["Status"] == "READY"
    assert (str(world.alias(target)), world.said(target).journal) == ("version 2", None)


def test_it_is_said_beforehand_what_becomes_of_the_environments(world: World):
    target = provisioned(world)

    world.quick(target, dry_run=True)

    notes = [event.message for event in world.events if event.kind is EventKind.NOTE]
    assert any(
        "2 environments are kept ready on the alias: they stay with version 1 until the swap" in note for note in notes
    )


def test_environments_that_do_not_come_in_time_take_the_release_back(world: World):
    target = provisioned(world)

    outcome = world.quick(target, ramp="all-at-once", maximum_hold_seconds=200)

    assert outcome.result is Result.INCONCLUSIVE
    assert "the 2 environments of version 2 are IN_PROGRESS" in outcome.reason
    world.clock.advance(PROVISIONING_SECONDS)
    assert str(world.alias(target)) == "version 1"


@pytest.mark.parametrize(("resumed", "serves"), [(True, "version 2"), (False, "version 1")])
def test_a_release_that_dies_while_the_alias_moves_ends_either_way(world: World, resumed: bool, serves: str):
    target = provisioned(world)
    world.faults.inject(Fault.CRASH_BEFORE, "GetProvisionedConcurrencyConfig", nth=2)
    assert world.crashes(lambda: world.quick(target, ramp="all-at-once"))
    assert world.alias(target).weights == {"1": 1.0}

    outcome = world.resumed(target) if resumed else world.rollback(target, if_unfinished=True)

    assert outcome.exit_code == 0
    world.clock.advance(PROVISIONING_SECONDS)
    assert str(world.alias(target)) == serves
