"""`rollback` in the sandbox: back by one write, to where the record says, and no further however often it is asked."""

import dataclasses

import pytest
from delivery.release.world import BROKEN, World
from lambdaform_delivery.errors import LockedError, PreflightError
from lambdaform_delivery.release import ReleaseTarget, Result
from lambdaform_sandbox.faults import Fault


def promoted(world: World, *texts: str) -> ReleaseTarget:
    """Return a function that has released so many versions, from the second on."""
    target = world.function()
    world.users(target)
    for text in texts:
        target = world.published(target, text)
        assert world.quick(target).result is Result.PROMOTED
    world.forget()
    return target


def bad(world: World, target: ReleaseTarget) -> list[str]:
    record = world.said(target).record
    return [version.number for version in record.bad] if record else []


def test_the_version_before_gets_all_calls_back_in_one_write(world: World):
    target = promoted(world, "second")

    outcome = world.rollback(target)

    assert (outcome.result, outcome.exit_code) == (Result.RESTORED, 0)
    assert outcome.reason == "search: all calls go to version 1"
    assert str(world.alias(target)) == "version 1"
    assert world.calls("UpdateAlias") == ["UpdateAlias"]
    assert bad(world, target) == ["2"]
    assert world.said(target).text == "live traffic of search"


def test_asked_again_it_does_nothing(world: World):
    target = promoted(world, "second", "third")
    world.rollback(target)
    world.forget()

    outcome = world.rollback(target)

    assert (outcome.result, outcome.exit_code) == (Result.NOTHING_TO_DO, 0)
    assert "rolled back already: search serves version 2" in outcome.reason
    assert world.calls("UpdateAlias") == []


def test_after_a_release_that_was_taken_back_there_is_nothing_to_do(world: World):
    target = world.published(promoted(world, "second"), "third")
    world.traffic["search"].behave("3", BROKEN)
    world.quick(target)

    assert world.rollback(target).result is Result.NOTHING_TO_DO
    assert str(world.alias(target)) == "version 2"


def test_it_goes_further_back_to_a_version_that_is_named(world: World):
    target = promoted(world, "second", "third")

    assert world.rollback(target, to="1").result is Result.RESTORED
    assert str(world.alias(target)) == "version 1"
    assert bad(world, target) == ["3"]


def test_it_goes_to_no_version_that_is_not_known_to_have_served(world: World):
    target = world.published(promoted(world, "second"), "third")

    with pytest.raises(PreflightError, match=r"version 3 of `search` is not among those known .* \(1\)") as caught:
        world.rollback(target, to="3")

    assert caught.value.exit_code == 3
    assert str(world.alias(target)) == "version 2"


def test_without_a_version_before_there_is_nowhere_to_go(world: World):
    target = world.function()

    with pytest.raises(PreflightError, match="`search` has no version that served before 1: nothing to go back to"):
        world.rollback(target)


def test_a_split_by_hand_is_given_back_to_the_primary_version(world: World):
    target = world.published(world.function())
    world.stack.move(target, "1", "by hand", v2=0.3)

    assert world.rollback(target).result is Result.RESTORED
    assert str(world.alias(target)) == "version 1"
    assert bad(world, target) == []


def test_a_version_that_somebody_moved_to_by_hand_is_the_one_to_go_back_from(world: World):
    target = world.published(promoted(world, "second"), "third")
    world.stack.move(target, "3", world.alias(target).description)

    assert world.rollback(target).result is Result.RESTORED
    assert str(world.alias(target)) == "version 2"
    assert bad(world, target) == ["3"]


def test_several_functions_go_back_each_by_its_own_record(world: World):
    first, second = world.group("search", "worker")
    world.quick(first, second)

    outcome = world.rollback(first, second)

    assert outcome.result is Result.RESTORED
    assert [function.serves for function in outcome.functions] == ["version 1", "version 1"]


def test_nothing_is_moved_unless_all_functions_can_go_back(world: World):
    first, second = world.group("search", "worker")
    world.quick(first)

    with pytest.raises(PreflightError, match="`worker` has no version that served before 1"):
        world.rollback(first, second)

    assert str(world.alias(first)) == "version 2"


def test_a_version_that_was_deleted_is_not_gone_back_to(world: World):
    target = promoted(world, "second")
    world.stack.lambda_.delete_function(FunctionName=target.function_name, Qualifier="1")

    with pytest.raises(PreflightError, match="`people-search` has no version 1 any more"):
        world.rollback(target)

    assert str(world.alias(target)) == "version 2"


def test_one_function_of_an_unfinished_release_does_not_go_back_without_the_others(world: World):
    first, second = world.group("search", "worker")
    world.quick(first, second, ramp="10,pause,50")

    with pytest.raises(PreflightError, match="has 2 functions: the one with the decision, its first") as caught:
        world.rollback(second, if_unfinished=True)

    assert "lambdaform rollback NAME --to N" in str(caught.value.hint)
    assert str(world.alias(second)) == "version 1, 10 % to version 2"


def test_a_function_whose_release_lost_its_first_can_be_taken_back_alone(world: World):
    first, second = world.group("search", "worker")
    world.quick(first, second, ramp="10,pause,50")
    world.stack.move(first, "1", "by hand")

    assert world.rollback(second, to="1").result is Result.RESTORED
    assert str(world.alias(second)) == "version 1"
    assert world.said(second).journal is None


def test_a_lock_whose_release_was_taken_back_while_it_took_its_locks_is_taken_off(world: World):
    targets = world.group("search", "worker")
    world.forget()
    world.faults.after(lambda _: world.rollback(*targets, if_unfinished=True), "UpdateAlias", nth=1)
    world.faults.inject(Fault.CRASH_AFTER, "UpdateAlias", nth=2)
    assert world.crashes(lambda: world.quick(*targets))
    world.forget()
    assert [world.said(target).journal is None for target in targets] == [True, False]

    world.rollback(*targets, if_unfinished=True)

    assert [world.said(target).journal for target in targets] == [None, None]


def test_a_lock_alone_is_taken_off_by_naming_the_version_that_serves(world: World):
    target = world.ready()
    world.quick(target, ramp="pause,50")

    assert world.rollback(target, to="1").result is Result.RESTORED
    assert world.said(target).journal is None


def test_an_alias_of_the_stack_is_left_to_it(world: World):
    target = dataclasses.replace(promoted(world, "second"), alias_owner="stack")

    with pytest.raises(PreflightError, match="belongs to the stack"):
        world.rollback(target)

    assert str(world.alias(target)) == "version 2"


def test_what_somebody_moved_by_hand_under_a_journal_is_left_alone_until_a_plain_rollback(world: World):
    target = world.ready()
    world.quick(target, ramp="10,pause,50")
    world.stack.move(target, "1", world.alias(target).description)

    with pytest.raises(LockedError, match="by hand: it serves version 1, and its journal says version 1, 10 % to"):
        world.resumed(target)
    with pytest.raises(LockedError, match="by hand"):
        world.rollback(target, if_unfinished=True)
    assert world.said(target).journal is not None

    assert world.rollback(target).result is Result.RESTORED
    assert str(world.alias(target)) == "version 1"
    assert world.said(target).journal is None
