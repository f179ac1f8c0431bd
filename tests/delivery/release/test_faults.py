"""What can go wrong with a release, row by row of docs/release-faults.md."""

import dataclasses
import json
import re
from pathlib import Path

import pytest
from delivery.release.stack import Stack, zipped
from delivery.release.world import BROKEN, LATENCY, World
from lambdaform_delivery.errors import (
    AccessError,
    LockedError,
    PreflightError,
    ReleaseError,
    ReleaseInputError,
    UnsafeAliasError,
)
from lambdaform_delivery.release import EventKind, ReleaseTarget, Result
from lambdaform_delivery.release.prune import prune
from lambdaform_delivery.release.status import status
from lambdaform_delivery.release.versions import delete_version
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.delays import Delays
from lambdaform_sandbox.faults import Fault
from lambdaform_sandbox.overlay.states import INACTIVE, State
from lambdaform_sandbox.server import AwsServer
from lambdaform_sandbox.traffic import Behaviour

DOCUMENT = Path(__file__).parents[3] / "docs" / "release-faults.md"
ROWS = range(1, 41)
TRUST = json.dumps(
    {"Statement": {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}}
)
COLD = {20.0: 0.5, 40.0: 0.4, 900.0: 0.1}


def set_state(world: World, target: ReleaseTarget, number: str, state: State) -> None:
    """Let a version be in a state."""
    world.stack.aws.functions.set_state(target.function_name, number, state)


def told(world: World) -> str:
    return "\n".join(event.message for event in world.events)


def test_every_row_is_tested_here_or_listed_with_its_reason():
    text = DOCUMENT.read_text()
    tested = {int(number) for number in re.findall(r"def test_row_(\d+)_", Path(__file__).read_text())}
    reasons = text.partition("## Not injectable")[2]
    listed = {int(number) for number in re.findall(r"^\| (\d+) \|", reasons, re.MULTILINE)}
    claimed = {int(number) for number in re.findall(r"^\| (\d+) \|.*\| not injectable \|$", text, re.MULTILINE)}

    assert tested | listed == set(ROWS)
    assert tested & listed == set()
    assert claimed == listed


def test_row_1_a_process_killed_in_the_middle_of_a_shift_leaves_all_it_knows_in_the_alias(world: World):
    target = world.ready()
    world.faults.inject(Fault.CRASH_AFTER, "UpdateAlias", nth=2)
    assert world.crashes(lambda: world.quick(target))

    (found,) = status(world.stack.account(), [target])

    assert str(found.state) == "version 1, 10 % to version 2"
    assert found.unfinished is not None
    assert world.resumed(target).result is Result.PROMOTED


def test_row_2_a_cancelled_release_goes_back_in_one_write_without_waiting(world: World):
    target = world.ready()
    wanted: list[float] = []
    world.faults.after(lambda _: wanted.append(world.clock.now()), "GetMetricData", nth=2)
    before = len(world.served)

    outcome = world.quick(target, cancelled=lambda: bool(wanted))

    assert (outcome.result, outcome.exit_code) == (Result.CANCELLED, 8)
    assert world.clock.now() - wanted[0] < 5
    assert [str(state) for _, state in world.served[before:]][-2:] == ["version 1, 10 % to version 2", "version 1"]


def test_row_3_more_signals_during_the_way_back_change_nothing(world: World):
    target = world.ready()
    asked: list[bool] = []

    def always() -> bool:
        asked.append(True)
        return len(asked) > 8

    assert world.quick(target, cancelled=always).result is Result.CANCELLED
    assert str(world.alias(target)) == "version 1"


def test_row_4_of_two_releases_at_once_one_changes_nothing(world: World):
    target = world.ready()
    world.faults.before(lambda _: world.stack.move(target, "1", "another's"), "UpdateAlias")
    with pytest.raises(LockedError) as lost:
        world.quick(target)
    assert lost.value.exit_code == 6
    assert world.alias(target).description == "another's"


def test_row_4_a_release_that_is_unfinished_locks_out_the_next(world: World):
    target = world.ready()
    world.quick(target, ramp="10,pause,50")

    with pytest.raises(LockedError, match="a release of `search` to version 2 is unfinished, in the phase `pause`"):
        world.quick(target)

    assert str(world.alias(target)) == "version 1, 10 % to version 2"


def test_row_5_an_alias_that_somebody_else_moves_is_left_to_them(world: World):
    target = world.ready()
    world.faults.before(lambda _: world.stack.move(target, "1", "by hand"), "GetMetricData", nth=2)

    with pytest.raises(LockedError) as lost:
        world.quick(target)

    assert lost.value.exit_code == 6
    assert (str(world.alias(target)), world.alias(target).description) == ("version 1", "by hand")


def test_row_5_the_other_functions_of_the_release_go_back(world: World):
    first, second, third = world.group("search", "worker", "mailer")
    world.faults.before(lambda _: world.stack.move(second, "2", "by hand"), "GetMetricData", nth=4)

    with pytest.raises(LockedError):
        world.quick(first, second, third)

    assert [str(world.alias(target)) for target in (first, second, third)] == ["version 1", "version 2", "version 1"]
    assert [world.said(target).journal for target in (first, third)] == [None, None]


def test_row_5_a_release_that_another_process_goes_on_with_is_left_to_it(world: World):
    targets = world.group("search", "worker")
    ended: list[Result] = []
    world.faults.before(lambda _: ended.append(world.resumed(*targets).result), "GetMetricData", nth=3)

    with pytest.raises(LockedError):
        world.quick(*targets)

    assert ended == [Result.PROMOTED]
    assert [str(world.alias(target)) for target in targets] == ["version 2", "version 2"]


def test_row_6_an_update_of_the_stack_in_between_touches_nothing_of_the_alias(world: World):
    target = world.ready()

    def update(_: object) -> None:
        # The component ignores version, weights and description; code and configuration are what it writes.
        world.stack.publish(target, "from the next update")
        world.stack.lambda_.update_function_configuration(FunctionName=target.function_name, MemorySize=512)

    world.faults.before(update, "GetMetricData", nth=2)

    assert world.quick(target).result is Result.PROMOTED
    assert str(world.alias(target)) == "version 2"


def test_row_7_an_alias_that_is_deleted_is_not_made_anew(world: World):
    target = world.ready()
    name = {"FunctionName": target.function_name, "Name": "live"}
    world.faults.before(lambda _: world.stack.lambda_.delete_alias(**name), "GetMetricData", nth=2)

    with pytest.raises(UnsafeAliasError) as unsafe:
        world.quick(target)

    assert unsafe.value.exit_code == 7
    assert "aws lambda create-alias --function-name people-search --name live" in str(unsafe.value.hint)
    assert world.stack.aliases(target) == {}


def test_row_7_the_other_functions_of_the_release_go_back(world: World):
    first, second = world.group("search", "worker")
    name = {"FunctionName": first.function_name, "Name": "live"}
    world.faults.before(lambda _: world.stack.lambda_.delete_alias(**name), "GetMetricData", nth=3)

    with pytest.raises(UnsafeAliasError):
        world.quick(first, second)

    assert (str(world.alias(second)), world.said(second).journal) == ("version 1", None)


def test_row_8_a_function_without_its_alias_is_sent_to_the_stack(world: World):
    target = dataclasses.replace(world.ready(), alias="prod")

    with pytest.raises(PreflightError, match="`people-search` has no alias `prod`") as refused:
        world.quick(target)

    assert refused.value.hint == "run `pulumi up`: it makes the alias, and its permissions with it"


def test_row_9_an_alias_split_by_hand_is_not_released_from(world: World):
    target = world.ready()
    world.stack.move(target, "1", "by hand", v2=0.3)

    with pytest.raises(PreflightError, match="is split by hand: it serves version 1, 30 % to version 2") as refused:
        world.quick(target)

    assert refused.value.hint == "`lambdaform rollback search` gives all calls to version 1"
    assert world.alias(target).description == "by hand"


def test_row_10_a_journal_that_nobody_writes_any_more_is_shown_and_taken_over_only_when_asked(world: World):
    target = world.ready()
    world.faults.inject(Fault.CRASH_AFTER, "UpdateAlias", nth=2)
    assert world.crashes(lambda: world.quick(target))
    world.forget()
    world.clock.advance(3600)

    with pytest.raises(LockedError) as locked:
        world.quick(target)

    assert "`lambdaform release search --resume` goes on" in str(locked.value.hint)
    assert world.resumed(target).result is Result.PROMOTED


def test_row_11_without_metrics_a_version_is_never_healthy(world: World):
    target = world.published(world.function())

    outcome = world.quick(target)

    assert (outcome.result, outcome.exit_code) == (Result.INCONCLUSIVE, 5)
    assert str(world.alias(target)) == "version 1"


def test_row_12_with_few_calls_a_release_waits_and_then_is_inconclusive(world: World):
    target = world.ready(calls_per_second=0.05)

    outcome = world.quick(target)

    assert outcome.result is Result.INCONCLUSIVE
    assert "of 50 settled calls at this weight" in outcome.reason


def test_row_13_a_split_leaves_the_old_version_half_of_the_calls_at_least(world: World):
    with pytest.raises(ReleaseInputError, match="ramp is `10,90`: a ramp ends at 50 or less"):
        world.quick(world.ready(), ramp="10,90")


def test_row_14_minutes_that_are_late_or_grow_are_waited_for(tmp_path: Path):
    clock = ManualClock()
    with AwsServer(clock=clock, delays=Delays(metrics=(100.0, 170.0), late_reports=0.3)) as aws:
        world = World(Stack(aws, clock), tmp_path)
        target = world.ready()
        world.traffic["search"].behave("2", BROKEN)

        assert world.quick(target, poll_seconds=60).result is Result.ROLLED_BACK
        assert str(world.alias(target)) == "version 1"


@pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.PARTIAL_DATA, Fault.DATA_ERROR, Fault.RESET])
def test_row_15_while_cloudwatch_does_not_answer_the_weight_is_held_and_then_goes_back(world: World, fault: Fault):
    target = world.ready()
    world.faults.inject(fault, "GetMetricData", nth=2, times=None)

    outcome = world.quick(target)

    assert outcome.result is Result.INCONCLUSIVE
    assert {str(state) for _, state in world.served} == {"version 1", "version 1, 10 % to version 2"}


def test_row_15_a_while_without_cloudwatch_only_delays_a_release(world: World):
    target = world.ready()
    world.faults.inject(Fault.UNAVAILABLE, "GetMetricData", nth=2, times=8)

    assert world.quick(target).result is Result.PROMOTED
    assert "no metrics at the moment" in told(world)


def test_row_16_throttling_of_any_call_is_waited_out(world: World):
    target = world.ready()
    world.faults.inject(Fault.THROTTLED, share=0.3)

    assert world.quick(target).result is Result.PROMOTED


def test_row_16_a_way_back_is_not_given_up_when_a_call_would_be(world: World):
    target = world.ready()
    world.traffic["search"].behave("2", BROKEN)
    world.faults.inject(Fault.THROTTLED, "UpdateAlias", nth=3, times=20)

    assert world.quick(target).result is Result.ROLLED_BACK
    assert str(world.alias(target)) == "version 1"


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.RESET, Fault.PRECONDITION_FAILED, Fault.SERVICE_ERROR])
def test_row_17_every_write_may_be_in_doubt(world: World, fault: Fault):
    target = world.ready()
    # Every second one: the write that follows a doubt is the one that settles it.
    for nth in range(1, 20, 2):
        world.faults.inject(fault, "UpdateAlias", nth=nth)

    assert world.quick(target).result is Result.PROMOTED
    assert world.said(target).journal is None


def test_row_17_a_write_in_doubt_before_aws_falls_silent_is_no_other_releases(world: World):
    target = world.ready()
    world.faults.inject(Fault.LOST_ANSWER, "UpdateAlias", nth=2)
    world.faults.inject(Fault.UNAVAILABLE, "GetAlias", nth=2, times=8)

    with pytest.raises(ReleaseError) as caught:
        world.quick(target)

    assert caught.value.exit_code == 1
    assert (str(world.alias(target)), world.said(target).journal) == ("version 1", None)


def test_row_18_credentials_that_expire_are_renewed(world: World):
    target = world.ready()
    world.faults.inject(Fault.EXPIRED_TOKEN, share=0.2)

    assert world.quick(target).result is Result.PROMOTED


def test_row_18_credentials_that_cannot_be_renewed_leave_the_weight_and_say_so(world: World):
    target = world.ready()
    world.faults.inject(Fault.EXPIRED_TOKEN, nth=12, times=None)

    with pytest.raises(AccessError, match=r"the alias of search serves version 1, 10 % to version 2") as caught:
        world.quick(target)

    assert caught.value.exit_code == 9
    assert caught.value.hint == "lambdaform rollback search --if-unfinished"


@pytest.mark.parametrize(
    "operation", ["GetAlias", "GetMetricData", "GetFunctionConfiguration", "UpdateAlias", "Invoke"]
)
def test_row_19_a_permission_that_is_missing_shows_before_anything_is_shifted(world: World, operation: str):
    target = world.ready()
    world.faults.inject(Fault.ACCESS_DENIED, operation, times=None)

    with pytest.raises(AccessError) as caught:
        world.quick(target)

    assert caught.value.exit_code == 9
    assert "could not be restored" not in caught.value.message
    assert {str(state) for _, state in world.served} == {"version 1"}


def test_row_20_a_version_that_fails_at_its_start_gets_no_calls_of_users(world: World):
    target = world.ready()
    world.handlers.broken.add(("people-search", "2"))

    outcome = world.quick(target)

    assert outcome.exit_code == 4
    assert world.traffic["search"].calls["2"] == 0
    assert world.handlers.calls["people-search", "2"] == 2


def test_row_21_a_version_that_failed_is_refused_with_the_reason_of_aws(world: World):
    target = world.ready()
    set_state(world, target, "2", State("Failed", "InvalidImage", "The image is gone."))

    with pytest.raises(PreflightError, match=r"version 2 of `people-search` is in the state `Failed`: InvalidImage"):
        world.quick(target)


def test_row_21_a_version_that_stays_pending_is_not_waited_for_for_ever(world: World):
    target = world.ready()
    set_state(world, target, "2", State("Pending", "Creating", "The function is being created."))
    world.faults.before(lambda _: world.clock.advance(100), "GetFunctionConfiguration", times=None)

    with pytest.raises(PreflightError, match="version 2 of `people-search` was not active after 900 s"):
        world.quick(target)

    assert str(world.alias(target)) == "version 1"


def test_row_22_a_version_that_is_only_slower_is_taken_back(world: World):
    target = world.ready()
    world.traffic["search"].behave("2", Behaviour(0.0, {300.0: 1.0}))

    outcome = world.quick(target)

    assert outcome.result is Result.ROLLED_BACK
    assert "times as many calls slow" in outcome.reason


def test_row_24_what_fails_on_both_versions_is_not_blamed_on_the_new_one(world: World):
    target = world.ready()
    incident = Behaviour(lambda elapsed: 0.3 if 700 < elapsed < 1100 else 0.0, LATENCY)
    for version in "12":
        world.traffic["search"].behave(version, incident)

    assert world.quick(target, poll_seconds=60).result is Result.PROMOTED


def test_row_26_the_cold_starts_of_the_first_minute_do_not_count_as_slow(world: World):
    target = world.ready()
    began: list[float] = []

    def latency(elapsed: float) -> dict[float, float]:
        began.append(elapsed)
        return COLD if elapsed - began[0] < 60 else LATENCY

    world.traffic["search"].behave("2", Behaviour(0.0, latency))

    assert world.quick(target).result is Result.PROMOTED


def test_row_27_a_leak_that_shows_after_the_swap_is_taken_back_while_it_is_watched(world: World):
    target = world.ready()
    world.traffic["search"].behave("2", Behaviour(lambda _: 0.3 if world.served[-1][1].version == "2" else 0, LATENCY))

    assert world.quick(target, watch_seconds=1200).result is Result.ROLLED_BACK
    assert str(world.alias(target)) == "version 1"


def test_row_28_an_alarm_that_was_on_before_has_no_veto(world: World):
    target = dataclasses.replace(world.ready(), alarm_names=("errors",))
    world.alarm("errors", "ALARM")

    assert world.quick(target).result is Result.PROMOTED
    assert "`errors`" in told(world)


def test_row_29_a_version_to_go_back_to_that_is_gone_ends_with_what_serves_and_what_to_do(world: World):
    target = world.ready()
    world.traffic["search"].behave("2", Behaviour(lambda _: 0.3 if world.served[-1][1].version == "2" else 0, LATENCY))
    old = {"FunctionName": target.function_name, "Qualifier": "1"}
    # The swap is the fourth write; from then on nothing refers to the old version.
    world.faults.after(lambda _: world.stack.lambda_.delete_function(**old), "UpdateAlias", nth=4)

    with pytest.raises(UnsafeAliasError, match="the alias of search serves version 2") as caught:
        world.quick(target, watch_seconds=1200)

    assert caught.value.exit_code == 7
    assert caught.value.hint == "lambdaform rollback search --if-unfinished"


def test_row_29_a_version_that_was_put_away_is_woken_before_it_is_gone_back_to(world: World):
    target = world.ready()
    world.quick(target)
    set_state(world, target, "1", INACTIVE)
    world.forget()

    assert world.rollback(target).result is Result.RESTORED
    assert world.calls("Invoke", "UpdateAlias")[0] == "Invoke"


def test_row_30_a_version_that_is_released_while_others_are_pruned_stays(world: World):
    target = dataclasses.replace(world.function(versions=6), published_version="6")
    world.clock.advance(3 * 86_400)
    # The first look plans, the second one is right before the first version goes.
    world.faults.before(lambda _: world.stack.move(target, "6", "", v1=0.1), "DeleteFunction", nth=1)

    prune(world.stack.account(), [target], keep=2, delete=True)

    assert "1" in world.stack.versions(target)
    assert "2" not in world.stack.versions(target)


def test_row_31_nothing_without_a_number_is_ever_deleted(world: World):
    target = world.function()

    for number in ("", "$LATEST", "live", "0"):
        with pytest.raises(ReleaseInputError, match="is not deleted"):
            delete_version(world.stack.account(), target.function_name, number)

    assert world.stack.versions(target) == ["1"]


def test_row_32_bad_code_under_a_new_number_is_refused(world: World):
    target = world.published(world.ready(), "bad")
    world.handlers.broken.add(("people-search", "3"))
    world.quick(target)
    world.published(target, "something else")

    with pytest.raises(PreflightError, match="version 5 has the code of version 3, which was rolled back"):
        world.quick(world.published(target, "bad"))


def test_row_33_code_that_somebody_else_uploads_in_between_is_not_published(world: World):
    target = dataclasses.replace(world.ready(), code_owner="pipeline")
    package = world.folder / "search.zip"
    package.write_bytes(zipped("ours"))
    theirs = {"FunctionName": target.function_name, "ZipFile": zipped("theirs")}
    world.faults.before(lambda _: world.stack.lambda_.update_function_code(**theirs), "PublishVersion")

    with pytest.raises(PreflightError, match="no version of `people-search` could be published") as caught:
        world.quick(target, zip=package)

    assert caught.value.exit_code == 3
    assert world.stack.versions(target) == ["1", "2"]


def test_row_34_a_clock_that_is_wrong_here_only_earns_a_note(world: World):
    target = world.ready()

    assert world.quick(target, ahead_seconds=7200).result is Result.PROMOTED
    assert "clock" in told(world)


def test_row_35_a_region_that_cannot_be_reached_is_given_up_in_bounded_time(world: World):
    target = world.ready()
    world.faults.inject(Fault.RESET, nth=12, times=None)
    began = world.clock.now()

    with pytest.raises(UnsafeAliasError, match="the alias of search serves version 1, 10 % to version 2") as caught:
        world.quick(target)

    assert caught.value.exit_code == 7
    assert caught.value.hint == "lambdaform rollback search --if-unfinished"
    assert world.clock.now() - began < 3600 * 2


def test_row_36_many_functions_are_released_all_or_none(world: World):
    targets = world.group("search", "worker", "mailer")
    world.handlers.broken.add(("people-mailer", "2"))

    assert world.quick(*targets).result is Result.ROLLED_BACK
    assert [str(world.alias(target)) for target in targets] == ["version 1"] * 3
    assert EventKind.SHIFTED not in world.kinds()


def test_row_36_locks_are_let_go_when_one_cannot_be_had(world: World):
    targets = world.group("search", "worker", "mailer")
    world.faults.before(lambda _: world.stack.move(targets[2], "1", "another's"), "UpdateAlias", nth=3)

    with pytest.raises(LockedError):
        world.quick(*targets)

    assert [world.said(target).journal for target in targets] == [None] * 3
    assert world.alias(targets[2]).description == "another's"


def test_row_37_versions_that_must_not_share_an_alias_are_refused_unless_all_at_once(world: World):
    target = world.function()
    world.users(target)
    role = world.stack.aws.client("iam").create_role(RoleName="other", AssumeRolePolicyDocument=TRUST)
    world.stack.lambda_.update_function_configuration(FunctionName=target.function_name, Role=role["Role"]["Arn"])
    target = world.published(target)

    with pytest.raises(PreflightError, match="the versions 1 and 2 differ in their role") as refused:
        world.quick(target)

    assert refused.value.hint == "release it with --all-at-once"
    assert world.quick(target, ramp="all-at-once").result is Result.PROMOTED


def test_row_40_a_log_that_cannot_be_written_stops_nothing(world: World):
    target = world.ready()

    def broken(_: object) -> None:
        raise BrokenPipeError

    assert world.quick(target, listen=broken).result is Result.PROMOTED
