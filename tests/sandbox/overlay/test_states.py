from typing import Any

import pytest
from lambdaform_sandbox.clock import ManualClock
from lambdaform_sandbox.delays import Delays
from lambdaform_sandbox.deployed import DeployedFunction, InvocationResult
from lambdaform_sandbox.overlay import invocations
from lambdaform_sandbox.overlay.states import INACTIVE, State
from lambdaform_sandbox.server import AwsServer
from sandbox.overlay.account import Account, refused, zipped


class Runtime:
    """Answers every call."""

    def invoke(self, function: DeployedFunction, payload: bytes) -> InvocationResult:  # noqa: ARG002  # as the protocol has it
        return InvocationResult(b"1", function.version)

    def invoke_later(self, function: DeployedFunction, payload: bytes) -> None: ...


@pytest.fixture
def delays() -> Delays:
    return Delays(creation=10, update=5, snapshot=120)


@pytest.fixture
def slow(clock: ManualClock, delays: Delays) -> Any:
    """An account in which everything takes its time."""
    with AwsServer(clock=clock, delays=delays) as server:
        invocations.set_runtime(Runtime())
        yield server


@pytest.fixture
def account(slow: AwsServer) -> Account:
    return Account(slow.client)


def look(account: Account, version: str | None = None) -> dict[str, Any]:
    qualifier = {"Qualifier": version} if version else {}
    return account.lambda_.get_function_configuration(FunctionName="worker", **qualifier)


def test_a_new_function_is_pending_until_it_is_active(account: Account, clock: ManualClock):
    created = account.create()
    clock.advance(9)
    before = look(account)
    clock.advance(1)
    after = look(account)

    assert [each["State"] for each in (created, before, after)] == ["Pending", "Pending", "Active"]
    assert (created["StateReasonCode"], after.get("StateReasonCode")) == ("Creating", None)


def test_a_pending_function_can_be_neither_updated_nor_published_nor_called(account: Account):
    account.create()

    with refused("ResourceConflictException", 409, because="following state: Pending"):
        account.lambda_.publish_version(FunctionName="worker")
    with refused("ResourceConflictException", 409, because="following state: Pending"):
        account.lambda_.update_function_code(FunctionName="worker", ZipFile=zipped())
    with refused("ResourceConflictException", 409, because="following state: Pending"):
        account.lambda_.invoke(FunctionName="worker")


def test_during_an_update_the_next_one_and_publishing_are_refused(account: Account, clock: ManualClock):
    account.create()
    clock.advance(10)
    updated = account.lambda_.update_function_code(FunctionName="worker", ZipFile=zipped("new = 1"))

    assert updated["LastUpdateStatus"] == "InProgress"
    with refused("ResourceConflictException", 409, because="An update is in progress"):
        account.lambda_.update_function_configuration(FunctionName="worker", MemorySize=256)
    with refused("ResourceConflictException", 409, because="An update is in progress"):
        account.lambda_.publish_version(FunctionName="worker")
    clock.advance(5)
    assert look(account)["LastUpdateStatus"] == "Successful"
    assert account.lambda_.publish_version(FunctionName="worker")["Version"] == "1"


def test_the_end_of_an_update_changes_the_revision(account: Account, clock: ManualClock):
    account.create()
    clock.advance(10)
    updated = account.lambda_.update_function_code(FunctionName="worker", ZipFile=zipped("new = 1"))
    clock.advance(5)

    with refused("PreconditionFailedException", 412):
        account.lambda_.publish_version(FunctionName="worker", RevisionId=updated["RevisionId"])
    assert account.lambda_.publish_version(FunctionName="worker", RevisionId=look(account)["RevisionId"])


def test_a_published_version_is_pending_and_then_active(account: Account, clock: ManualClock):
    account.create()
    clock.advance(10)
    published = account.lambda_.publish_version(FunctionName="worker")
    clock.advance(10)

    assert (published["State"], look(account, "1")["State"]) == ("Pending", "Active")


def test_with_snapstart_a_version_is_pending_until_it_has_its_snapshot(account: Account, clock: ManualClock):
    account.create(SnapStart={"ApplyOn": "PublishedVersions"})
    clock.advance(10)
    account.lambda_.publish_version(FunctionName="worker")
    clock.advance(119)
    before = look(account, "1")
    with refused("SnapStartNotReadyException", 409):
        account.lambda_.invoke(FunctionName="worker", Qualifier="1")
    clock.advance(1)
    after = look(account, "1")

    assert [(each["State"], each["SnapStart"]["OptimizationStatus"]) for each in (before, after)] == [
        ("Pending", "Off"),
        ("Active", "On"),
    ]
    assert account.lambda_.invoke(FunctionName="worker", Qualifier="1")["ExecutedVersion"] == "1"


def test_the_first_call_of_an_inactive_version_fails_and_wakes_it(
    slow: AwsServer, account: Account, clock: ManualClock
):
    account.create(SnapStart={"ApplyOn": "PublishedVersions"})
    clock.advance(10)
    account.lambda_.publish_version(FunctionName="worker")
    slow.functions.set_state("worker", "1", INACTIVE)

    inactive = look(account, "1")["State"]
    with refused("SnapStartNotReadyException", 409):
        account.lambda_.invoke(FunctionName="worker", Qualifier="1")
    waking = look(account, "1")
    clock.advance(120)

    assert (inactive, waking["State"], waking["StateReasonCode"]) == ("Inactive", "Pending", "Restoring")
    assert account.lambda_.invoke(FunctionName="worker", Qualifier="1")["ExecutedVersion"] == "1"


def test_without_snapstart_an_inactive_version_answers(slow: AwsServer, account: Account, clock: ManualClock):
    account.create()
    clock.advance(10)
    account.lambda_.publish_version(FunctionName="worker")
    slow.functions.set_state("worker", "1", INACTIVE)

    assert account.lambda_.invoke(FunctionName="worker", Qualifier="1")["ExecutedVersion"] == "1"
    assert look(account, "1")["State"] == "Active"


def test_a_failed_version_says_why_and_stays_failed(slow: AwsServer, account: Account, clock: ManualClock):
    account.create()
    clock.advance(10)
    account.lambda_.publish_version(FunctionName="worker")
    slow.functions.set_state("worker", "1", State("Failed", "FunctionError.InitTimeout", "it did not start"))
    clock.advance(3_600)

    failed = look(account, "1")

    assert (failed["State"], failed["StateReasonCode"]) == ("Failed", "FunctionError.InitTimeout")
    with refused("ResourceConflictException", 409, because="following state: Failed"):
        account.lambda_.invoke(FunctionName="worker", Qualifier="1")


def test_unless_told_otherwise_everything_is_done_at_once(sandbox: Account):
    created = sandbox.create(Publish=True)
    updated = sandbox.lambda_.update_function_code(FunctionName="worker", ZipFile=zipped("new = 1"))

    assert (created["State"], updated["LastUpdateStatus"]) == ("Active", "Successful")


def test_dates_follow_the_clock(sandbox: Account, clock: ManualClock):
    created = sandbox.create()
    clock.advance(86_400)
    updated = sandbox.lambda_.update_function_configuration(FunctionName="worker", MemorySize=256)

    assert (created["LastModified"][:10], updated["LastModified"][:10]) == ("2026-09-21", "2026-09-22")
