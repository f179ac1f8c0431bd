"""Crashes: the process dies at a call, and another one ends what it began, backward or forward.

All that a release knows lies in its aliases: a death after a call that writes nothing leaves what the write before it
left. For one function every call is tried all the same, for three every write.
"""

from collections.abc import Sequence

import pytest
from delivery.release.world import BROKEN, World
from lambdaform_delivery.release import ReleaseTarget, Result
from lambdaform_sandbox.faults import Fault

NAMES = ("search", "worker", "mailer")
LAST_CALL = 18
"""Of a quick release of one function."""
LAST_CALL_AT_ONCE = 14
LAST_WRITE_UNDECIDED = 9
"""Of a quick release of three functions: locks, two steps and swaps come before the decision, three closings after."""


def crashed(
    world: World, targets: Sequence[ReleaseTarget], nth: int, operation: str | None = None, **given: str
) -> None:
    """Let a release die after a call."""
    world.forget()
    world.faults.inject(Fault.CRASH_AFTER, operation, nth=nth)
    assert world.crashes(lambda: world.quick(*targets, **given))
    world.forget()


def check_end(world: World, targets: Sequence[ReleaseTarget], *allowed: str) -> None:
    """Check that all functions serve the same, that nothing is left behind, and that nothing unsafe ever served."""
    states = {str(world.alias(target)) for target in targets}
    assert len(states) == 1
    assert states <= set(allowed)
    assert [world.said(target).journal for target in targets] == [None] * len(targets)
    assert [world.said(target).text for target in targets] == [f"live traffic of {target.name}" for target in targets]
    assert world.unsafe() == []


@pytest.mark.parametrize("nth", range(1, LAST_CALL + 1))
def test_a_release_that_dies_after_any_call_is_taken_back(world: World, nth: int):
    target = world.ready()
    crashed(world, [target], nth)

    world.rollback(target, if_unfinished=True)

    check_end(world, [target], "version 2" if nth == LAST_CALL else "version 1")


@pytest.mark.parametrize("nth", range(1, LAST_CALL + 1))
def test_a_release_that_dies_after_any_call_is_resumed_or_begun_again(world: World, nth: int):
    target = world.ready()
    crashed(world, [target], nth)

    if world.resumed(target).result is Result.NOTHING_TO_DO:
        world.quick(target)

    check_end(world, [target], "version 2")


@pytest.mark.parametrize("nth", range(1, LAST_CALL_AT_ONCE + 1))
def test_a_release_all_at_once_that_dies_after_any_call_is_taken_back(world: World, nth: int):
    target = world.ready()
    crashed(world, [target], nth, ramp="all-at-once")

    world.rollback(target, if_unfinished=True)

    check_end(world, [target], "version 2" if nth == LAST_CALL_AT_ONCE else "version 1")


def test_a_release_that_dies_before_its_first_call_has_done_nothing(world: World):
    target = world.ready()
    world.faults.inject(Fault.CRASH_BEFORE)

    assert world.crashes(lambda: world.quick(target))

    check_end(world, [target], "version 1")


@pytest.mark.parametrize("nth", range(1, 16))
def test_three_functions_are_taken_back_together_or_stay_promoted_after_any_write(world: World, nth: int):
    targets = world.group(*NAMES)
    crashed(world, targets, nth, "UpdateAlias", ramp="50")

    world.rollback(*targets, if_unfinished=True)

    check_end(world, targets, "version 1" if nth <= LAST_WRITE_UNDECIDED else "version 2")


@pytest.mark.parametrize("nth", [2, 4, 5, 7, 8, 10, 13])
def test_three_functions_are_resumed_together_after_any_write(world: World, nth: int):
    targets = world.group(*NAMES)
    crashed(world, targets, nth, "UpdateAlias", ramp="50")

    world.resumed(*targets)

    check_end(world, targets, "version 2")


@pytest.mark.parametrize("nth", [2, 3, 5, 8])
def test_three_functions_all_at_once_are_taken_back_or_resumed_together(world: World, nth: int):
    targets = world.group(*NAMES)
    crashed(world, targets, nth, "UpdateAlias", ramp="all-at-once")

    if nth % 2:
        world.rollback(*targets, if_unfinished=True)
    else:
        world.resumed(*targets)

    check_end(world, targets, "version 1", "version 2")


@pytest.mark.parametrize("nth", range(1, 6))
def test_a_way_back_that_dies_is_gone_to_its_end_by_whoever_comes_next(world: World, nth: int):
    targets = world.group(*NAMES)
    for target in targets:
        world.traffic[target.name].behave("2", BROKEN)
    # Three locks and three splits come before it.
    crashed(world, targets, 6 + nth, "UpdateAlias")

    if nth % 2:
        world.rollback(*targets, if_unfinished=True)
    else:
        world.resumed(*targets)

    check_end(world, targets, "version 1")


def test_a_release_that_dies_while_it_watches_and_one_function_fails_is_taken_back(world: World):
    targets = world.group(*NAMES)
    crashed(world, targets, 9, "UpdateAlias", ramp="50")
    world.traffic["worker"].behave("2", BROKEN)

    assert world.resumed(*targets).result is Result.ROLLED_BACK

    check_end(world, targets, "version 1")


@pytest.mark.parametrize("nth", range(1, 6))
def test_a_recovery_that_dies_is_recovered(world: World, nth: int):
    targets = world.group(*NAMES)
    crashed(world, targets, 5, "UpdateAlias")
    world.faults.inject(Fault.CRASH_AFTER, "UpdateAlias", nth=nth)
    assert world.crashes(lambda: world.rollback(*targets, if_unfinished=True))
    world.forget()

    world.rollback(*targets, if_unfinished=True)

    check_end(world, targets, "version 1")


def test_locks_that_were_being_let_go_when_the_process_died_are_let_go(world: World):
    targets = world.group(*NAMES)
    world.forget()
    world.faults.before(lambda _: world.stack.move(targets[2], "1", "somebody else's"), "UpdateAlias", nth=3)
    world.faults.inject(Fault.CRASH_AFTER, "UpdateAlias", nth=4)
    assert world.crashes(lambda: world.quick(*targets))
    world.forget()

    world.rollback(*targets, if_unfinished=True)

    assert [world.said(target).journal for target in targets] == [None, None, None]


def test_a_recovery_where_nothing_is_unfinished_writes_nothing(world: World):
    target = world.ready()
    world.quick(target)
    world.forget()

    assert world.rollback(target, if_unfinished=True).result is Result.NOTHING_TO_DO
    assert world.calls("UpdateAlias") == []
