"""The version to release, until it can take calls."""

from pathlib import Path

import pytest
from delivery.release.stack import Stack
from delivery.release.world import World
from lambdaform_delivery.release import EventKind, Result
from lambdaform_delivery.release.candidate import PublishedVersion
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.delays import Delays
from lambdaform_sandbox.server import AwsServer

SNAPSHOT_SECONDS = 120.0
SNAP_START = {"ApplyOn": "PublishedVersions"}


def test_a_version_is_released_once_its_snapshot_is_made(tmp_path: Path):
    clock = ManualClock()
    with AwsServer(clock=clock, delays=Delays(snapshot=SNAPSHOT_SECONDS)) as aws:
        world = World(Stack(aws, clock), tmp_path)
        target = world.function(SnapStart=SNAP_START)
        clock.advance(SNAPSHOT_SECONDS)
        published = clock.now()
        target = world.published(target)

        assert world.quick(target, ramp="all-at-once").result is Result.PROMOTED

    [locked] = [event.time for event in world.events if event.kind is EventKind.LOCKED]
    assert locked - published >= SNAPSHOT_SECONDS


@pytest.mark.parametrize(("status", "waits"), [("Off", True), ("On", False)])
def test_an_active_version_without_its_snapshot_is_waited_for(status: str, waits: bool):
    version = PublishedVersion("2", "", {"State": "Active", "SnapStart": {**SNAP_START, "OptimizationStatus": status}})

    assert version.awaits_snapshot is waits


def test_a_function_without_snapshots_waits_for_none():
    version = PublishedVersion("2", "", {"SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"}})

    assert not version.awaits_snapshot
