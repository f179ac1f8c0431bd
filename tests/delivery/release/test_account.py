"""Calls of AWS: what is repeated, what is not, how long is waited, and what an error becomes."""

import pytest
from delivery.release.stack import Stack
from lambdaform_delivery.errors import AccessError
from lambdaform_delivery.release.account import Account, CallError, LostAnswerError
from lambdaform_sandbox.faults import Fault
from lambdaform_sandbox.server import Credentials


def calls(stack: Stack, operation: str) -> int:
    return len([call for call in stack.aws.faults.calls if call.operation == operation])


@pytest.mark.parametrize("fault", [Fault.THROTTLED, Fault.SERVICE_ERROR, Fault.UNAVAILABLE, Fault.RESET])
def test_a_read_is_repeated_until_it_is_answered(stack: Stack, fault: Fault):
    stack.aws.faults.inject(fault, "GetCallerIdentity", times=7)

    assert stack.account().account_id() == stack.aws.account


@pytest.mark.parametrize("fault", [Fault.SERVICE_ERROR, Fault.RESET])
def test_a_read_that_is_never_answered_is_given_up_after_eight_attempts(stack: Stack, fault: Fault):
    stack.aws.faults.inject(fault, "GetCallerIdentity", times=None)

    with pytest.raises(LostAnswerError):
        stack.account().account_id()

    assert calls(stack, "GetCallerIdentity") == 8


@pytest.mark.parametrize("fault", [Fault.SERVICE_ERROR, Fault.RESET, Fault.LOST_ANSWER])
def test_a_write_in_doubt_is_not_repeated(stack: Stack, fault: Fault):
    target, account = stack.function(), stack.account()
    stack.aws.faults.inject(fault, "UpdateAlias")

    with pytest.raises(LostAnswerError):
        account.write("lambda", "UpdateAlias", FunctionName=target.function_name, Name="live", FunctionVersion="1")

    assert calls(stack, "UpdateAlias") == 1


def test_throttling_is_waited_out_for_as_long_as_aws_asks(stack: Stack):
    target, account = stack.function(), stack.account()
    stack.aws.faults.inject(Fault.THROTTLED, "UpdateAlias", times=3)
    began = stack.clock.now()

    account.write("lambda", "UpdateAlias", FunctionName=target.function_name, Name="live", FunctionVersion="1")

    assert stack.clock.now() - began == 3


def test_waits_grow_and_stay_short(stack: Stack):
    stack.aws.faults.inject(Fault.UNAVAILABLE, "GetCallerIdentity", times=7)
    began = stack.clock.now()

    stack.account().account_id()

    assert 4 < stack.clock.now() - began <= 14


def test_expired_credentials_are_taken_anew_once(stack: Stack):
    taken: list[Credentials] = []

    def session() -> object:
        taken.append(stack.aws.credentials)
        return stack.aws.session()

    account = Account(stack.aws.region, stack.clock, session)
    stack.aws.faults.inject(Fault.EXPIRED_TOKEN, "GetCallerIdentity")
    assert account.account_id() == stack.aws.account
    assert len(taken) == 2

    stack.aws.faults.inject(Fault.EXPIRED_TOKEN, "GetCallerIdentity", times=2)
    with pytest.raises(AccessError, match="the AWS credentials cannot be used") as caught:
        account.account_id()
    assert caught.value.exit_code == 9


def test_a_missing_permission_is_an_error_of_its_own(stack: Stack):
    stack.aws.faults.inject(Fault.ACCESS_DENIED, "GetAlias")

    with pytest.raises(AccessError, match="AWS refused GetAlias of `people-search`"):
        stack.account().read("lambda", "GetAlias", FunctionName="people-search", Name="live")


def test_what_aws_refuses_is_told_with_its_code(stack: Stack):
    with pytest.raises(CallError) as caught:
        stack.account().read("lambda", "GetAlias", FunctionName="people-search", Name="live")

    assert caught.value.code == "ResourceNotFoundException"


def test_the_time_is_that_of_aws(stack: Stack):
    class Behind:
        """A clock that is an hour slow."""

        def now(self) -> float:
            return stack.clock.now() - 3600

        def monotonic(self) -> float:
            return stack.clock.monotonic()

        def sleep(self, seconds: float) -> None:
            stack.clock.sleep(seconds)

    account = Account(stack.aws.region, Behind(), stack.aws.session)
    account.account_id()

    assert account.skew_seconds == pytest.approx(3600, abs=1)
    assert account.now() == pytest.approx(stack.clock.now(), abs=1)
