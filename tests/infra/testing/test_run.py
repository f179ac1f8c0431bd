"""Runs: errors come out as they went in, nothing stays behind, and nothing is shared."""

import asyncio
import contextvars
import gc
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

import pulumi
import pulumi_aws as aws
import pytest
from lambdaform.errors import InputError, Problem
from lambdaform.testing import FakeAws, Recording, deploy, run_program
from lambdaform.testing.backend import Properties
from pulumi.runtime.config import is_config_secret

QUEUE = "aws:sqs/queue:Queue"
PROBLEM = Problem("memory_size", 64, "must be at least 128", "use 128")


class Failing(FakeAws):
    def __init__(self, error: Exception):
        super().__init__()
        self.error = error

    def create(self, token: str, name: str, inputs: Properties) -> tuple[str, dict[str, Any]]:
        if name == "broken":
            raise self.error
        return super().create(token, name, inputs)


def raise_(error: BaseException) -> NoReturn:
    raise error


def refusing(error: Exception) -> Callable[[str], str]:
    return lambda _value: raise_(error)


def run(program: Callable[[], object], backend: FakeAws, parallel: int = 1) -> Recording:
    return run_program(program, backend, project="project", stack="stack", parallel=parallel)


@pytest.mark.parametrize("error", [InputError("Function", "f", [PROBLEM]), ValueError("no"), pulumi.RunError("no")])
def test_an_error_of_the_program_is_raised_as_it_is(error: Exception):
    with pytest.raises(type(error)) as raised:
        deploy(lambda: raise_(error))

    assert raised.value is error


def test_an_error_in_apply_is_raised_as_it_is():
    error = InputError("Function", "f", [PROBLEM])

    with pytest.raises(InputError) as raised:
        deploy(lambda: aws.sqs.Queue("orders").url.apply(refusing(error)))

    assert raised.value is error


@pytest.mark.parametrize(
    "error", [InputError("Function", "f", [PROBLEM]), ValueError("no"), AssertionError("no")], ids=repr
)
def test_an_error_in_an_apply_that_resources_wait_for_is_raised_as_it_is(error: Exception):
    def program():
        name = aws.sqs.Queue("orders").name.apply(refusing(error))
        topic = aws.sns.Topic("news", name=name)
        aws.sqs.Queue("returns", name=topic.name)
        pulumi.export("name", topic.name)

    with pytest.raises(type(error)) as raised:
        deploy(program)

    assert raised.value is error


@pytest.mark.parametrize("error", [ValueError("no"), AssertionError("no")], ids=repr)
def test_an_error_in_an_apply_that_is_exported_is_raised_as_it_is(error: Exception):
    with pytest.raises(type(error)) as raised:
        deploy(lambda: pulumi.export("size", pulumi.Output.from_input("3").apply(refusing(error))))

    assert raised.value is error


@pytest.mark.parametrize("exported", [True, False])
@pytest.mark.parametrize("parallel", [1, 4])
def test_an_error_of_the_back_end_is_raised_as_it_is_whoever_waits_for_the_resource(parallel: int, exported: bool):
    error = AssertionError("the back end has its reasons")

    def program():
        queues = {name: aws.sqs.Queue(name) for name in ("orders", "broken", "returns")}
        for name, queue in queues.items():
            topic = aws.sns.Topic(name, name=queue.name)
            aws.sns.TopicPolicy(name, arn=topic.arn, policy="{}")
        if exported:
            pulumi.export("all", [queue.arn for queue in queues.values()])

    with pytest.raises(AssertionError) as raised:
        run(program, Failing(error), parallel=parallel)

    assert raised.value is error


def test_of_two_errors_the_first_is_raised():
    class Broken(FakeAws):
        def create(self, token: str, name: str, inputs: Properties) -> tuple[str, dict[str, Any]]:
            raise RuntimeError(f"{token} {name} {inputs}")

    with pytest.raises(RuntimeError, match="orders"):
        run(lambda: [aws.sqs.Queue(name) for name in ("orders", "returns", "refunds")], Broken())


def test_an_error_keeps_its_cause():
    def failing():
        raise ValueError("shallow") from KeyError("deep")

    with pytest.raises(ValueError, match="shallow") as raised:
        deploy(failing)

    assert isinstance(raised.value.__cause__, KeyError)


def test_an_error_of_a_function_reaches_the_program_and_the_caller():
    seen: list[Exception] = []

    def program():
        try:
            aws.sqs.get_queue(name="orders")
        except LookupError as error:
            seen.append(error)
            raise

    with pytest.raises(LookupError, match="the function `aws:sqs/getQueue:getQueue` has no answer") as raised:
        deploy(program)

    assert seen == [raised.value]
    assert raised.value.__cause__ is None


def test_leaving_the_program_leaves_the_run():
    with pytest.raises(SystemExit, match="3"):
        deploy(lambda: raise_(SystemExit(3)))


def test_missing_configuration_is_an_error_of_pulumi():
    with pytest.raises(pulumi.ConfigMissingError):
        deploy(lambda: pulumi.Config("shop").require("limit"))


def test_configuration_arrives_with_its_secrets():
    values = {"shop:limit": "7", "shop:sizes": "[1, 2]", "shop:token": "opensesame"}

    def program():
        config = pulumi.Config("shop")
        pulumi.export("limit", config.require_int("limit"))
        pulumi.export("sizes", config.require_object("sizes"))
        pulumi.export("token", config.require_secret("token"))
        pulumi.export("secrets", [key for key in values if is_config_secret(key)])
        pulumi.export("region", pulumi.Config("aws").require("region"))

    recording = deploy(program, config=values, secret_keys=["shop:token"], region="eu-north-1")

    assert recording.exports == {
        "limit": 7,
        "sizes": [1, 2],
        "token": "opensesame",
        "secrets": ["shop:token"],
        "region": "eu-north-1",
    }
    assert recording.secret_exports == {"token"}


def test_the_region_of_the_configuration_counts_more_than_the_argument():
    def program():
        pulumi.export("region", aws.get_region_output().region)

    assert deploy(program, region="eu-west-1").exports == {"region": "eu-west-1"}
    assert deploy(program, region="eu-west-1", config={"aws:region": "us-east-1"}).exports == {"region": "us-east-1"}


def test_the_program_sees_where_it_runs(tmp_path: Path):
    seen: dict[str, object] = {}

    def program():
        seen.update(
            project=pulumi.get_project(),
            stack=pulumi.get_stack(),
            organization=pulumi.get_organization(),
            root=pulumi.get_root_directory(),
            preview=pulumi.runtime.is_dry_run(),
        )

    run_program(program, FakeAws(), project="shop", stack="prod", organization="team", root=tmp_path, preview=True)

    assert seen == {
        "project": "shop",
        "stack": "prod",
        "organization": "team",
        "root": str(tmp_path),
        "preview": True,
    }


def test_the_root_is_by_default_the_project_above_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "Pulumi.yaml").write_text("name: shop\n")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    seen: list[str] = []

    deploy(lambda: seen.append(pulumi.get_root_directory()))

    assert seen == [str(tmp_path)]


def test_runs_in_one_process_know_nothing_of_each_other():
    def program():
        aws.sqs.Queue("orders")
        pulumi.export("stack", pulumi.get_stack())

    first, second = deploy(program, stack="one"), deploy(program, stack="two")

    assert (first.exports, second.exports) == ({"stack": "one"}, {"stack": "two"})
    assert len(first.resources) == len(second.resources) == 1


def test_a_run_after_a_failed_one_is_a_fresh_one():
    with pytest.raises(ValueError, match="no"):
        deploy(lambda: raise_(ValueError("no")))

    assert len(deploy(lambda: aws.sqs.Queue("orders")).resources) == 1


def test_nothing_is_left_behind(caplog: pytest.LogCaptureFixture):
    before = {*threading.enumerate()}
    variables = dict(contextvars.copy_context().items())

    deploy(lambda: aws.sqs.Queue("orders"), stack="mine", config={"shop:limit": "7"}, secret_keys=["shop:limit"])
    with pytest.raises(RuntimeError):
        run(lambda: aws.sqs.Queue("broken"), Failing(RuntimeError("no")), parallel=4)

    assert {*threading.enumerate()} <= before
    assert dict(contextvars.copy_context().items()) == variables
    gc.collect()  # a coroutine that nobody awaited would warn here, a task that nobody asked would log
    assert caplog.records == []


def test_mocks_that_were_set_before_do_not_matter():
    class Mocks(pulumi.runtime.Mocks):
        def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
            raise AssertionError(f"{args.name} is not for these mocks")

        def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[str, Any], None]:
            raise AssertionError(f"{args.token} is not for these mocks")

    def test() -> Recording:
        asyncio.set_event_loop(asyncio.new_event_loop())
        pulumi.runtime.set_mocks(Mocks(), project="other")
        return deploy(lambda: aws.sqs.Queue("orders"))

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(test).result().resources[0].urn.startswith("urn:pulumi:stack::project::")


def test_it_runs_inside_a_running_event_loop():
    async def test():
        return deploy(lambda: aws.sqs.Queue("orders"))

    assert len(asyncio.run(test()).resources) == 1


def test_an_error_inside_a_running_event_loop_is_raised_as_it_is():
    error = ValueError("no")

    async def test():
        deploy(lambda: raise_(error))

    with pytest.raises(ValueError, match="no") as raised:
        asyncio.run(test())

    assert raised.value is error


def test_runs_in_many_threads_do_not_mix():
    def one(number: int) -> Recording:
        def program():
            aws.sqs.Queue(f"orders-{number}")
            pulumi.export("stack", pulumi.get_stack())

        return deploy(program, stack=f"stack-{number}")

    with ThreadPoolExecutor(4) as threads:
        recordings = list(threads.map(one, range(8)))

    for number, recording in enumerate(recordings):
        assert [queue.name for queue in recording.resources] == [f"orders-{number}"]
        assert recording.exports == {"stack": f"stack-{number}"}


def test_programs_may_be_asynchronous():
    async def program():
        await asyncio.sleep(0)
        aws.sqs.Queue("orders")

    assert len(deploy(program).resources) == 1


def test_an_asynchronous_entry_point_is_run_and_its_outputs_exported():
    async def main():
        return {"url": aws.sqs.Queue("orders", name="orders").name}

    assert deploy(lambda: pulumi.run(main)).exports == {"url": "orders"}


def test_outputs_are_not_looked_through_again_and_again(monkeypatch: pytest.MonkeyPatch):
    looked_at = 0
    wait = asyncio.wait

    async def counted(pending: Any, **options: Any) -> Any:
        nonlocal looked_at
        looked_at += len(pending)
        return await wait(pending, **options)

    monkeypatch.setattr(asyncio, "wait", counted)

    deploy(lambda: [aws.sqs.Queue(f"orders-{number}") for number in range(50)])

    assert looked_at < 50


def test_the_back_end_is_called_from_as_many_threads_as_allowed():
    together = threading.Barrier(3, timeout=60)

    class Slow(FakeAws):
        def create(self, token: str, name: str, inputs: Properties) -> tuple[str, dict[str, Any]]:
            together.wait()  # breaks, and fails the run, unless three calls are under way at once
            return super().create(token, name, inputs)

    recording = run(lambda: [aws.sqs.Queue(name) for name in "abc"], Slow(), parallel=3)

    assert len(recording.resources) == 3


def test_it_is_called_from_one_thread_by_default():
    threads: set[int] = set()

    class Watched(FakeAws):
        def create(self, token: str, name: str, inputs: Properties) -> tuple[str, dict[str, Any]]:
            threads.add(threading.get_ident())
            return super().create(token, name, inputs)

    deploy(lambda: [aws.sqs.Queue(f"orders-{number}") for number in range(20)], backend=Watched())

    assert len(threads) == 1


def test_the_order_is_the_same_every_time():
    def program():
        for number in range(20):
            topic = aws.sns.Topic(f"news-{number}")
            aws.sqs.Queue(f"orders-{number}", name=topic.name)

    first, second = deploy(program), deploy(program)

    assert [resource.urn for resource in first.resources] == [resource.urn for resource in second.resources]
    assert [resource.id for resource in first.resources] == [resource.id for resource in second.resources]


def test_stack_references_are_answered_by_the_back_end():
    def program():
        network = pulumi.StackReference("team/network/prod")
        pulumi.export("subnets", network.require_output("subnets"))

    outputs = {"pulumi:pulumi:StackReference::team/network/prod": {"outputs": {"subnets": ["subnet-1"]}}}

    assert deploy(program, backend=FakeAws(outputs=outputs)).exports == {"subnets": ["subnet-1"]}


def test_secrets_of_another_stack_stay_secret():
    def program():
        pulumi.export("key", pulumi.StackReference("network").require_output("key"))

    outputs = {"pulumi:pulumi:StackReference": {"outputs": {"key": "x"}, "secretOutputNames": ["key"]}}

    assert deploy(program, backend=FakeAws(outputs=outputs)).secret_exports == {"key"}


def test_a_back_end_that_answers_what_the_wire_cannot_carry_is_told():
    class Wrong(FakeAws):
        def create(self, token: str, name: str, inputs: Properties) -> tuple[str, dict[str, Any]]:
            return name, {**inputs, "arn": type(token)}

    with pytest.raises(TypeError, match="a type cannot be the output of a resource"):
        run(lambda: aws.sqs.Queue("orders"), Wrong())
