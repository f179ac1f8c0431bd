"""Releases in the sandbox: how they go, and how they end when nothing is wrong with AWS."""

import dataclasses

import pytest
from delivery.release.stack import zipped
from delivery.release.world import BROKEN, LATENCY, World
from lambdaform_delivery.errors import PreflightError
from lambdaform_delivery.release import EventKind, IfInconclusive, ReleaseTarget, Result
from lambdaform_delivery.release.journal import Phase
from lambdaform_sandbox.faults import Fault
from lambdaform_sandbox.traffic import Behaviour

WRITES = ("UpdateAlias", "UpdateFunctionCode", "PublishVersion")


def weights(world: World, target: ReleaseTarget) -> list[str]:
    """Return where the calls of a function went, one state after the other, without repetitions."""
    states = [str(state) for name, state in world.served if name == target.function_name]
    return [state for index, state in enumerate(states) if index == 0 or state != states[index - 1]]


def test_a_good_version_is_probed_ramped_swapped_and_watched(world: World):
    target = world.ready()

    outcome = world.release(target, poll_seconds=60)

    assert (outcome.result, outcome.exit_code, outcome.recipe) == (Result.PROMOTED, 0, "")
    assert weights(world, target) == [
        "version 1",
        "version 1, 5 % to version 2",
        "version 1, 25 % to version 2",
        "version 1, 50 % to version 2",
        "version 2",
    ]
    kinds = [EventKind.PLANNED, EventKind.LOCKED, EventKind.PROBED, *[EventKind.SHIFTED] * 3]
    assert world.kinds() == [*kinds, EventKind.SWAPPED, EventKind.PROMOTED]
    assert world.handlers.calls == {("people-search", "2"): 30}


def test_the_record_and_the_stacks_own_text_are_left_and_the_journal_is_not(world: World):
    target = world.ready()

    world.quick(target)

    said = world.said(target)
    assert said.text == "live traffic of search"
    assert said.journal is None
    assert said.record is not None
    assert (said.record.live.number, said.record.previous, said.record.bad) == ("2", ("1",), ())
    assert len(said.record.live.digest) == 8


def test_a_function_that_is_never_called_by_users_while_probes_fail_serves_the_old_version_throughout(world: World):
    target = world.ready()
    world.handlers.broken.add(("people-search", "2"))

    outcome = world.quick(target)

    assert (outcome.result, outcome.exit_code) == (Result.ROLLED_BACK, 4)
    assert "version 2 of search got no calls" in outcome.reason
    assert "ImportError: no module named names" in outcome.reason
    assert weights(world, target) == ["version 1"]
    assert world.traffic["search"].calls["2"] == 0


def test_a_version_that_fails_users_is_taken_back_and_its_code_remembered_as_bad(world: World):
    target = world.ready()
    world.traffic["search"].behave("2", BROKEN)

    outcome = world.quick(target)

    assert outcome.result is Result.ROLLED_BACK
    assert weights(world, target) == ["version 1", "version 1, 10 % to version 2", "version 1"]
    record = world.said(target).record
    assert record is not None
    assert [bad.number for bad in record.bad] == ["2"]
    assert record.live.number == "1"


def test_code_that_was_bad_is_refused_under_another_number_unless_asked_for(world: World):
    target = world.published(world.ready(), "bad")
    world.traffic["search"].behave("3", BROKEN)
    assert world.quick(target).result is Result.ROLLED_BACK
    world.published(target, "something else")
    again = world.published(target, "bad")

    with pytest.raises(PreflightError, match=r"version 5 has the code of version 3, which was rolled back"):
        world.quick(again)

    assert world.quick(again, retry_bad=True).result is Result.PROMOTED


def test_a_fault_that_shows_after_the_swap_takes_the_release_back(world: World):
    target = world.ready()
    late = Behaviour(lambda _: 0.5 if world.served[-1][1].version == "2" else 0.0, LATENCY)
    world.traffic["search"].behave("2", late)

    outcome = world.quick(target, watch_seconds=1800)

    assert outcome.result is Result.ROLLED_BACK
    assert weights(world, target)[-2:] == ["version 2", "version 1"]


def test_all_at_once_goes_from_probes_to_all_calls_in_one_write(world: World):
    target = world.ready()

    outcome = world.quick(target, ramp="all-at-once")

    assert outcome.result is Result.PROMOTED
    assert weights(world, target) == ["version 1", "version 2"]


def test_a_pause_leaves_the_split_until_the_release_is_resumed(world: World):
    target = world.ready()

    outcome = world.quick(target, ramp="10,pause,50")

    assert (outcome.result, outcome.exit_code) == (Result.PAUSED, 5)
    assert outcome.recipe == "lambdaform release search --resume"
    assert str(world.alias(target)) == "version 1, 10 % to version 2"
    journal = world.said(target).journal
    assert journal is not None
    assert journal.phase is Phase.PAUSE

    world.clock.advance(7200)
    assert world.resumed(target).result is Result.PROMOTED
    assert weights(world, target)[-3:] == ["version 1, 10 % to version 2", "version 1, 50 % to version 2", "version 2"]


def test_a_paused_release_can_be_taken_back(world: World):
    target = world.ready()
    world.quick(target, ramp="10,pause,50")

    assert world.rollback(target).result is Result.RESTORED
    assert str(world.alias(target)) == "version 1"
    assert world.said(target).journal is None


def test_without_traffic_a_release_is_never_healthy_and_ends_inconclusive(world: World):
    target = world.published(world.function())

    outcome = world.quick(target)

    assert (outcome.result, outcome.exit_code) == (Result.INCONCLUSIVE, 5)
    assert "not decided after 30 minutes" in outcome.reason
    assert weights(world, target) == ["version 1", "version 1, 10 % to version 2", "version 1"]
    record = world.said(target).record
    assert record is not None
    assert record.bad == ()


def test_an_inconclusive_release_may_pause_and_then_be_resumed(world: World):
    target = world.published(world.function())

    outcome = world.quick(target, if_inconclusive=IfInconclusive.PAUSE)

    assert outcome.result is Result.PAUSED
    assert str(world.alias(target)) == "version 1, 10 % to version 2"
    world.users(target)
    assert world.resumed(target).result is Result.PROMOTED


def test_an_inconclusive_release_is_promoted_only_where_somebody_asked_for_it(world: World):
    target = world.published(world.function())

    outcome = world.quick(target, if_inconclusive=IfInconclusive.PROMOTE)

    assert outcome.result is Result.PROMOTED
    assert "promoted all the same, as asked" in " ".join(event.message for event in world.events)


def test_several_functions_go_step_by_step_together(world: World):
    first, second = world.group("search", "worker")

    outcome = world.quick(first, second)

    assert outcome.result is Result.PROMOTED
    moves = [(name, str(state)) for name, state in world.served if state.weights or state.version == "2"]
    seen = list(dict.fromkeys(moves))
    assert seen == [
        (name, state)
        for state in ("version 1, 10 % to version 2", "version 1, 50 % to version 2", "version 2")
        for name in ("people-search", "people-worker")
    ]
    assert [function.serves for function in outcome.functions] == ["version 2", "version 2"]


def test_one_bad_function_takes_all_of_them_back_and_alone_is_condemned(world: World):
    first, second = world.group("search", "worker")
    world.traffic["worker"].behave("2", BROKEN)

    outcome = world.quick(first, second)

    assert outcome.result is Result.ROLLED_BACK
    assert [str(world.alias(target)) for target in (first, second)] == ["version 1", "version 1"]
    records = [world.said(target).record for target in (first, second)]
    assert [[bad.number for bad in record.bad] for record in records if record] == [[], ["2"]]
    assert [world.said(target).journal for target in (first, second)] == [None, None]


def test_a_function_that_serves_its_version_already_is_left_out_of_the_release(world: World):
    first, second = world.group("search", "worker")
    world.quick(first)

    assert world.quick(first, second).result is Result.PROMOTED
    assert weights(world, second)[-1] == "version 2"


def test_a_version_that_serves_already_is_nothing_to_do(world: World):
    target = world.function()
    world.forget()

    outcome = world.quick(target)

    assert (outcome.result, outcome.exit_code) == (Result.NOTHING_TO_DO, 0)
    assert world.calls(*WRITES) == []


def test_a_dry_run_tells_the_plan_and_writes_nothing(world: World):
    target = world.ready()
    world.forget()

    outcome = world.quick(target, dry_run=True)

    assert (outcome.result, outcome.exit_code) == (Result.PLANNED, 0)
    assert world.calls(*WRITES, "Invoke") == []
    assert world.kinds() == [EventKind.PLANNED]
    assert "version 1 to 2, 10,50" in world.events[0].message


def test_a_dry_run_of_a_package_publishes_nothing(world: World):
    target = dataclasses.replace(world.ready(), code_owner="pipeline")
    package = world.folder / "search.zip"
    package.write_bytes(zipped("from the pipeline"))
    world.forget()

    assert world.quick(target, zip=package, dry_run=True).result is Result.PLANNED
    assert world.calls(*WRITES) == []


def test_a_package_is_uploaded_published_and_released(world: World):
    target = dataclasses.replace(world.ready(), code_owner="pipeline")
    package = world.folder / "search.zip"
    package.write_bytes(zipped("from the pipeline"))

    outcome = world.quick(target, zip=package)

    assert outcome.result is Result.PROMOTED
    assert str(world.alias(target)) == "version 3"


def test_a_package_from_a_bucket_is_published_and_released(world: World):
    target = dataclasses.replace(world.ready(), code_owner="pipeline")
    store = world.stack.aws.client("s3")
    store.create_bucket(Bucket="artifacts")
    store.put_object(Bucket="artifacts", Key="search.zip", Body=zipped("from the bucket"))

    outcome = world.quick(target, artifact="s3://artifacts/search.zip")

    assert outcome.result is Result.PROMOTED
    assert str(world.alias(target)) == "version 3"


def test_a_package_that_is_published_already_makes_no_new_version(world: World):
    target = dataclasses.replace(world.ready(), code_owner="pipeline")
    package = world.folder / "search.zip"
    package.write_bytes(zipped("from the pipeline"))
    world.quick(target, zip=package)

    assert world.quick(target, zip=package).result is Result.NOTHING_TO_DO
    assert world.stack.versions(target) == ["1", "2", "3"]


def test_code_that_somebody_left_in_latest_is_not_released_where_the_pipeline_owns_the_code(world: World):
    target = dataclasses.replace(world.ready(), code_owner="pipeline")

    with pytest.raises(PreflightError, match="has other code than version 1 that is live"):
        world.quick(target)
    assert world.quick(target, version="2").result is Result.PROMOTED


def test_a_named_version_is_released_in_place_of_the_stacks(world: World):
    target = world.published(world.ready(), "third")

    assert world.quick(target, version="2").result is Result.PROMOTED
    assert str(world.alias(target)) == "version 2"


def test_an_alarm_that_goes_off_takes_the_release_back_and_one_that_was_off_does_not(world: World):
    target = dataclasses.replace(world.ready(), alarm_names=("errors", "old-trouble"))
    world.alarm("errors", "OK")
    world.alarm("old-trouble", "ALARM")
    world.clock.at(world.clock.now() + 400, lambda: world.alarm("errors", "ALARM"))

    outcome = world.quick(target)

    assert outcome.result is Result.ROLLED_BACK
    assert "alarm `errors` went off during the release" in outcome.reason
    notes = [event.message for event in world.events if event.kind is EventKind.NOTE]
    assert len([note for note in notes if "old-trouble" in note]) == 1


def test_a_release_that_was_begun_is_resumed_with_the_ramp_it_began_with(world: World):
    target = world.ready()
    world.quick(target, ramp="10,pause,50")

    world.resumed(target, ramp="5,20")

    assert weights(world, target)[-2:] == ["version 1, 50 % to version 2", "version 2"]


def test_nothing_is_resumed_where_nothing_is_unfinished(world: World):
    target = world.ready()

    outcome = world.resumed(target)

    assert (outcome.result, outcome.reason) == (Result.NOTHING_TO_DO, "no release is unfinished")


@pytest.mark.parametrize("after_calls", range(0, 18, 2))
def test_a_release_that_is_cancelled_at_any_call_gives_the_old_version_all_calls(world: World, after_calls: int):
    target = world.ready()
    world.forget()

    outcome = world.quick(target, cancelled=lambda: len(world.faults.calls) > after_calls)

    # Once the last look is over there is nothing left to cancel.
    assert outcome.result is (Result.CANCELLED if after_calls < 15 else Result.PROMOTED)
    assert str(world.alias(target)) == ("version 1" if after_calls < 15 else "version 2")
    assert world.said(target).journal is None
    assert world.unsafe() == []


def test_a_release_that_died_while_it_swapped_and_cannot_be_judged_any_more_is_taken_back_as_a_whole(world: World):
    targets = world.group("first", "second")
    world.faults.inject(Fault.CRASH_BEFORE, "UpdateAlias", nth=8)
    assert world.crashes(lambda: world.quick(*targets))
    assert [str(world.alias(target)) for target in targets] == ["version 2", "version 1, 50 % to version 2"]
    world.faults.inject(Fault.PARTIAL_DATA, "GetMetricData", times=None)

    outcome = world.resumed(*targets)

    assert outcome.result is Result.INCONCLUSIVE
    assert outcome.reason.startswith("not decided after 30 minutes: second: CloudWatch did not answer in full: ")
    assert [str(world.alias(target)) for target in targets] == ["version 1", "version 1"]


def test_a_keyboard_interrupt_of_a_program_that_releases_gives_the_old_version_all_calls(world: World):
    target = world.ready()

    def interrupt_in_the_ramp() -> bool:
        if world.alias(target).weights:
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        world.quick(target, cancelled=interrupt_in_the_ramp)
    assert (str(world.alias(target)), world.said(target).journal) == ("version 1", None)
