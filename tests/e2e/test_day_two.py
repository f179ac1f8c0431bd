"""What happens to a stack after its first day, on the real engine: changes, accidents, other people, the end.

Each test has a stack of its own; the account is one, as in life.
"""

import base64
import json
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from e2e.account import held
from e2e.served import Changes, Stack
from lambdaform_delivery.comment import parse, render
from lambdaform_sandbox.sandbox import Sandbox
from tools.pulumi_project import needs_pulumi

pytestmark = needs_pulumi

WORKER = 'worker = Function("worker", HOUSE)\npulumi.export("worker", worker.function_name)\n'
CHANGED_HANDLER = 'def handle(event, context):\n    return "second"\n'
NOTHING: Changes = {}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as served:
        yield served


@pytest.fixture
def stack(sandbox: Sandbox, tmp_path: Path) -> Stack:
    return Stack.new(sandbox, tmp_path / "shop")


@pytest.fixture
def lambda_(sandbox: Sandbox) -> Any:
    return sandbox.aws.client("lambda")


def live(lambda_: Any, name: str) -> str:
    return lambda_.get_alias(FunctionName=name, Name="live")["FunctionVersion"]


def versions(lambda_: Any, name: str) -> list[str]:
    listed = lambda_.list_versions_by_function(FunctionName=name)["Versions"]
    return [each["Version"] for each in listed if each["Version"] != "$LATEST"]


def test_the_first_up_creates_what_the_preview_announced(stack: Stack, lambda_: Any):
    announced = stack.preview(WORKER)
    assert stack.up() == announced
    assert set(announced) == {"create"}
    assert live(lambda_, stack.outputs()["worker"]) == "1"


def test_a_second_up_changes_nothing(stack: Stack):
    stack.up(WORKER)
    stack.done("up", "--yes", "--skip-preview", "--expect-no-changes", "--stack", stack.name)


def test_a_refresh_right_after_an_up_finds_nothing_changed(stack: Stack):
    stack.up(WORKER)
    assert stack.refresh() == NOTHING


def test_more_memory_publishes_a_version_and_moves_only_the_alias_that_the_stack_owns(stack: Stack, lambda_: Any):
    program = """
        owned = Function("owned", {**HOUSE, "memory_size": MEMORY})
        released = Function("released", {**HOUSE, "memory_size": MEMORY, "alias_owner": AliasOwner.RELEASE})
        pulumi.export("names", [owned.function_name, released.function_name])
        """
    stack.up(program.replace("MEMORY", "128"))
    changes = stack.up(program.replace("MEMORY", "256"))
    owned, released = stack.outputs()["names"]
    assert changes == {"update": {"Function owned", "Function released", "Alias owned"}}
    assert [versions(lambda_, owned), versions(lambda_, released)] == [["1", "2"], ["1", "2"]]
    assert [live(lambda_, owned), live(lambda_, released)] == ["2", "1"]


def test_new_code_is_published_and_runs(stack: Stack, lambda_: Any):
    stack.up(WORKER)
    stack.write(WORKER, worker=CHANGED_HANDLER)
    assert stack.up() == {"update": {"Function worker", "Alias worker"}}
    answer = lambda_.invoke(FunctionName=stack.outputs()["worker"], Qualifier="live")
    assert json.loads(answer["Payload"].read()) == "second"


def test_an_alias_that_the_release_tool_has_moved_is_left_alone(stack: Stack, lambda_: Any):
    program = """
        worker = Function("worker", {**HOUSE, "memory_size": MEMORY, "alias_owner": AliasOwner.RELEASE})
        pulumi.export("worker", worker.function_name)
        """
    stack.up(program.replace("MEMORY", "128"))
    stack.up(program.replace("MEMORY", "256"))
    name = stack.outputs()["worker"]
    weights = {"AdditionalVersionWeights": {"2": 0.25}}
    lambda_.update_alias(FunctionName=name, Name="live", RoutingConfig=weights, Description="lf1 live=1")
    assert stack.preview() == NOTHING
    stack.refresh()
    assert stack.preview() == NOTHING
    assert stack.up() == NOTHING
    assert lambda_.get_alias(FunctionName=name, Name="live")["RoutingConfig"] == weights


def test_a_renamed_function_replaces_the_old_one_with_everything_it_had(stack: Stack, sandbox: Sandbox, lambda_: Any):
    stack.up(WORKER)
    old = stack.outputs()["worker"]
    group = lambda_.get_function_configuration(FunctionName=old)["LoggingConfig"]["LogGroup"]
    changes = stack.up(WORKER.replace('"worker"', '"clerk"', 1))
    assert {each.replace("worker", "clerk") for each in changes["delete"]} == changes["create"]
    assert live(lambda_, stack.outputs()["worker"]) == "1"
    with pytest.raises(lambda_.exceptions.ResourceNotFoundException):
        lambda_.get_function(FunctionName=old)
    assert not sandbox.aws.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]


def test_an_event_source_comes_and_goes_without_touching_the_function(stack: Stack, lambda_: Any):
    queue = """
orders = Queue("orders", {"consumer_timeout": 10, "alarm_topics": []})
QueueSource("orders", {**worker.target, **orders.consumption})
"""
    stack.up(WORKER)
    added = stack.up(WORKER + queue)
    name = stack.outputs()["worker"]
    [mapping] = lambda_.list_event_source_mappings(FunctionName=f"{name}:live")["EventSourceMappings"]
    removed = stack.up(WORKER)
    assert mapping["FunctionArn"].endswith(f"{name}:live")
    assert set(added) == {"create"}
    assert removed == {"delete": added["create"]}
    assert not lambda_.list_event_source_mappings(FunctionName=f"{name}:live")["EventSourceMappings"]


def test_two_stacks_of_one_account_do_not_collide(stack: Stack, sandbox: Sandbox, lambda_: Any):
    other = Stack.new(sandbox, stack.folder, "other")
    stack.up(WORKER)
    other.up()
    mine, theirs = stack.outputs()["worker"], other.outputs()["worker"]
    other.destroy()
    assert mine != theirs
    assert live(lambda_, mine) == "1"
    assert stack.refresh() == NOTHING


def test_an_up_that_is_killed_half_way_is_completed_by_the_next(sandbox: Sandbox, tmp_path: Path, lambda_: Any):
    stack = Stack.new(sandbox, tmp_path / "shop", PULUMI_SKIP_CHECKPOINTS="false")
    stack.write(WORKER)
    with stack.started("up", "--yes", "--skip-preview", "--json", "--stack", stack.name) as process:
        for line in process.stdout or ():
            if "resOutputsEvent" in line and "logGroup:LogGroup" in line:
                process.send_signal(signal.SIGKILL)
                break
    stack.done("cancel", "--yes", "--stack", stack.name)
    stack.done("refresh", "--yes", "--skip-preview", "--clear-pending-creates", "--stack", stack.name)
    stack.up()
    assert stack.preview() == NOTHING
    assert "pending_operations" not in stack.state()["deployment"]
    assert live(lambda_, stack.outputs()["worker"]) == "1"


def test_what_was_deleted_by_hand_is_seen_by_refresh_and_made_again_by_up(stack: Stack, lambda_: Any):
    stack.up(WORKER)
    name = stack.outputs()["worker"]
    lambda_.delete_alias(FunctionName=name, Name="live")
    assert stack.refresh() == {"delete": {"Alias worker"}}
    assert stack.up() == {"create": {"Alias worker"}}
    assert live(lambda_, name) == "1"


def test_what_was_changed_by_hand_is_seen_by_refresh_and_put_back_by_up(stack: Stack, lambda_: Any):
    stack.up(WORKER)
    name = stack.outputs()["worker"]
    lambda_.update_function_configuration(FunctionName=name, Timeout=60)
    assert "Function worker" in stack.refresh()["update"]
    stack.up()
    assert lambda_.get_function_configuration(FunctionName=name)["Timeout"] == 10


def test_an_existing_log_group_is_imported_and_then_belongs_to_the_stack(stack: Stack, sandbox: Sandbox):
    logs = sandbox.aws.client("logs")
    logs.create_log_group(logGroupName="/audit")
    logs.put_retention_policy(logGroupName="/audit", retentionInDays=30)
    group = 'aws.cloudwatch.LogGroup("audit", name="/audit", retention_in_days=30{})\n'
    imported = stack.up(group.format(', opts=pulumi.ResourceOptions(import_="/audit")'))
    assert imported == {"import": {"LogGroup audit"}}
    assert stack.up(group.format("")) == NOTHING
    stack.up("")
    assert not logs.describe_log_groups(logGroupNamePrefix="/audit")["logGroups"]


def test_destroy_refuses_what_is_protected_and_otherwise_leaves_nothing(stack: Stack, sandbox: Sandbox, lambda_: Any):
    before = held(sandbox.aws.client)
    table = """
aws.dynamodb.Table(
    "people", hash_key="name", attributes=[{"name": "name", "type": "S"}], billing_mode="PAY_PER_REQUEST",
    opts=pulumi.ResourceOptions(protect=True),
)
"""
    stack.up(WORKER + table)
    refused = stack.run("destroy", "--yes", "--stack", stack.name)
    assert refused.returncode != 0
    assert "cannot be deleted\n    because it is protected" in refused.stdout
    assert live(lambda_, stack.outputs()["worker"]) == "1"
    stack.done("state", "unprotect", "--all", "--yes", "--stack", stack.name)
    stack.destroy()
    assert held(sandbox.aws.client) == before
    assert "resources" not in stack.state()["deployment"]


def test_a_stack_of_a_real_account_is_refused_before_anything_happens(sandbox: Sandbox, tmp_path: Path):
    before = held(sandbox.aws.client)
    prod = Stack.new(sandbox, tmp_path / "shop", "prod")
    settings = prod.folder / "Pulumi.prod.yaml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("000000000000", "222222222222"), encoding="utf-8")
    assert "222222222222" in prod.fails(WORKER, "--skip-preview")
    assert held(sandbox.aws.client) == before
    assert not [each for each in prod.state()["deployment"]["resources"] if each["type"].startswith("aws:")]


def test_a_program_that_fails_in_the_preview_leaves_nothing(stack: Stack, sandbox: Sandbox):
    before = held(sandbox.aws.client)
    assert "RuntimeError: half done" in stack.fails(WORKER + '\nraise RuntimeError("half done")\n')
    assert held(sandbox.aws.client) == before


def test_what_aws_refuses_is_left_out_and_made_once_it_is_corrected(stack: Stack, sandbox: Sandbox):
    first = 'aws.sqs.Queue("first")\n'
    alias = 'aws.lambda_.Alias("second", name="live", function_name=NAME, function_version="1")\n'
    said = stack.fails(first + alias.replace("NAME", '"nobody"'), "--skip-preview")
    assert "ResourceNotFoundException" in said
    corrected = stack.up(first + WORKER + alias.replace("live", "second").replace("NAME", "worker.function_name"))
    assert "Alias second" in corrected["create"]
    assert "Queue first" not in corrected["create"]
    urls = sandbox.aws.client("sqs").list_queues(QueueNamePrefix="first-")["QueueUrls"]
    assert len(urls) == 1


def test_a_secret_in_an_environment_is_nowhere_in_clear(stack: Stack, lambda_: Any, tmp_path: Path):
    token = "tok-5d0e7cb1a9"
    program = """
        token = pulumi.Config().require_secret("token")
        environment = {"TOKEN": token, "DERIVED": token.apply(lambda value: f"Bearer {value}")}
        worker = Function("worker", {**HOUSE, "environment": {**environment, "ROUND": "ONE"}})
        pulumi.export("worker", worker.function_name)
        """
    stack = replace(stack, variables={**stack.variables, "PULUMI_DEBUG_COMMANDS": "1"})  # for --event-log
    stack.done("config", "set", "--secret", "token", token, "--stack", stack.name)
    stack.write(program)
    log = tmp_path / "events"
    said = [stack.done("preview", "--diff", "--stack", stack.name)]
    said += [stack.done("up", "--yes", "--json", "--event-log", str(log), "--stack", stack.name)]
    stack.write(program.replace("ONE", "TWO"))
    digest = stack.done("preview", "--json", "--stack", stack.name)
    said += [digest, str(stack.state()), render(parse(digest))]
    said += [
        stack.done("refresh", "--yes", "--diff", "--stack", stack.name),
        stack.done("up", "--yes", "--stack", stack.name),
    ]
    said += [log.read_text(encoding="utf-8"), *written(stack.folder / "state")]
    variables = lambda_.get_function_configuration(FunctionName=stack.outputs()["worker"])["Environment"]["Variables"]
    assert variables["DERIVED"] == f"Bearer {token}"
    assert "ROUND" in digest
    assert not [each for each in said if token in each or base64.b64encode(token.encode()).decode() in each]


def written(folder: Path) -> list[str]:
    """Return what all files in a folder say: state, history, backups, logs."""
    files = [each for each in folder.rglob("*") if each.is_file()]
    return [file.read_text(encoding="utf-8", errors="replace") for file in files]
