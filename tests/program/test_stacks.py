"""Each stack file, deployed with nobody asked: exactly these resources, rights and exports."""

import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from infra.iam_data import useless_parts
from infra.samples import allow, listed, statements
from lambdaform.testing import Recording
from program.guardrails import violations
from program.stacks import PROJECT_FOLDER, STACKS, project_of, run

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
ALIAS = "aws:lambda/alias:Alias"
FUNCTION = "aws:lambda/function:Function"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
PERMISSION = "aws:lambda/permission:Permission"
QUEUE = "aws:sqs/queue:Queue"
ROUTE = "aws:apigatewayv2/route:Route"
TABLE = "aws:dynamodb/table:Table"

ACCOUNTS = {"prod": "222222222222", "sandbox": "000000000000", "staging": "111111111111"}
REGIONS = {"prod": "eu-west-1", "sandbox": "us-east-1", "staging": "eu-west-1"}
OF_EVERY_FUNCTION = ("async-age", "async-drops", "dead-letters", "duration", "error-rate", "errors", "throttles")

EVERYWHERE: Mapping[str, Sequence[str]] = {
    "aws:apigatewayv2/api:Api": ["people"],
    "aws:apigatewayv2/integration:Integration": ["people-get-root"],
    ROUTE: ["people-get-root"],
    "aws:apigatewayv2/stage:Stage": ["people"],
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": ["search", "worker"],
    LOG_GROUP: ["people", "search", "worker"],
    ALARM: [
        "registrations-age",
        "registrations-dead-letters",
        *(f"search-{alarm}" for alarm in OF_EVERY_FUNCTION),
        *(f"worker-{alarm}" for alarm in OF_EVERY_FUNCTION),
    ],
    TABLE: ["people", "processed"],
    "aws:iam/role:Role": ["search", "worker"],
    "aws:iam/rolePolicy:RolePolicy": ["registrations-queue", "search", "worker"],
    ALIAS: ["search", "worker"],
    "aws:lambda/eventSourceMapping:EventSourceMapping": ["registrations"],
    FUNCTION: ["search", "worker"],
    PERMISSION: ["people-get-root"],
    QUEUE: ["registrations", "registrations-dead-letters", "search-dead-letters", "worker-dead-letters"],
    "aws:sqs/queuePolicy:QueuePolicy": [
        "registrations",
        "registrations-dead-letters",
        "search-dead-letters",
        "worker-dead-letters",
    ],
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": ["registrations"],
    "lambdaform:index:ExecutionRole": ["search", "worker"],
    "lambdaform:index:Function": ["search", "worker"],
    "lambdaform:index:FunctionAlarms": ["search", "worker"],
    "lambdaform:index:FunctionLogs": ["search", "worker"],
    "lambdaform:index:HttpApi": ["people"],
    "lambdaform:index:LiveAlias": ["search", "worker"],
    "lambdaform:index:Queue": ["registrations"],
    "lambdaform:index:QueueSource": ["registrations"],
}
BESIDES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "prod": {
        "aws:cloudwatch/eventRule:EventRule": ["search-warmer"],
        "aws:cloudwatch/eventTarget:EventTarget": ["search-warmer-0", "search-warmer-1"],
        PERMISSION: ["search-warmer"],
        "lambdaform:index:Warmer": ["search"],
    },
    "sandbox": {
        "aws:dynamodb/tableItem:TableItem": ["person-grace-hopper", "person-jane-roe", "person-john-doe"],
    },
    "staging": {},
}

every_stack = pytest.mark.parametrize("stack", STACKS)


@every_stack
def test_a_stack_is_exactly_these_resources(stack: str):
    expected = [(token, name) for kinds in (EVERYWHERE, BESIDES[stack]) for token in kinds for name in kinds[token]]

    assert listed(run(stack)) == sorted(expected)


@every_stack
def test_no_rule_is_broken(stack: str):
    assert violations(run(stack)) == []


@every_stack
def test_a_preview_of_an_empty_account_shows_all_of_it(stack: str):
    assert listed(run(stack, preview=True)) == listed(run(stack))


@every_stack
def test_the_search_may_get_people_and_nothing_else(stack: str):
    recording = run(stack)

    assert statements(recording, "search") == [
        allow(["dynamodb:GetItem"], arn(recording, TABLE, "people")),
        *rights_of_every_function(recording, "search"),
    ]


@every_stack
def test_the_worker_may_put_people_and_keep_what_it_has_done(stack: str):
    recording = run(stack)

    done = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
    assert statements(recording, "worker") == [
        allow(done, arn(recording, TABLE, "processed")),
        allow(["dynamodb:PutItem"], arn(recording, TABLE, "people")),
        *rights_of_every_function(recording, "worker"),
    ]


@every_stack
def test_the_worker_may_read_its_queue(stack: str):
    recording = run(stack)

    read = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    assert statements(recording, "registrations-queue") == [allow(read, arn(recording, QUEUE, "registrations"))]
    worker = recording.one("aws:iam/role:Role", "worker").outputs["name"]
    assert recording.one("aws:iam/rolePolicy:RolePolicy", "registrations-queue")["role"] == worker


def rights_of_every_function(recording: Recording, name: str) -> list[dict[str, Any]]:
    return [
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], f"{arn(recording, LOG_GROUP, name)}:*"),
        allow(["sqs:SendMessage"], arn(recording, QUEUE, f"{name}-dead-letters")),
        allow(["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*"),
    ]


def arn(recording: Recording, token: str, name: str) -> str:
    return recording.one(token, name).outputs["arn"]


@every_stack
def test_iam_knows_every_action_and_that_it_concerns_its_resource(stack: str):
    policies = run(stack).of("aws:iam/rolePolicy:RolePolicy")

    granted = [statement for policy in policies for statement in policy.json("policy")["Statement"]]
    assert [part for statement in granted for part in useless_parts(statement)] == []


@every_stack
def test_every_caller_is_bound_to_the_alias(stack: str):
    recording = run(stack)

    search, worker = (arn(recording, ALIAS, name) for name in ("search", "worker"))
    assert recording.one("aws:lambda/eventSourceMapping:EventSourceMapping")["functionName"] == worker
    assert f"/functions/{search}/invocations" in recording.one(INTEGRATION)["integrationUri"]
    assert {target["arn"] for target in recording.of("aws:cloudwatch/eventTarget:EventTarget")} <= {search}
    assert {permission["qualifier"] for permission in recording.of(PERMISSION)} == {"live"}


INTEGRATION = "aws:apigatewayv2/integration:Integration"


@every_stack
def test_permissions_are_for_sources_of_this_account(stack: str):
    recording = run(stack)

    assert {permission["sourceAccount"] for permission in recording.of(PERMISSION)} == {ACCOUNTS[stack]}
    assert all(f":{ACCOUNTS[stack]}:" in permission["sourceArn"] for permission in recording.of(PERMISSION))


@every_stack
def test_versions_are_published_and_the_alias_starts_with_the_first(stack: str):
    recording = run(stack)

    assert [function["publish"] for function in recording.of(FUNCTION)] == [True, True]
    assert {(alias["name"], alias["functionVersion"]) for alias in recording.of(ALIAS)} == {("live", "1")}


@pytest.mark.parametrize(
    ("stack", "ignored"),
    [
        ("prod", ("description", "functionVersion", "routingConfig")),
        ("sandbox", ()),
        ("staging", ("description", "functionVersion", "routingConfig")),
    ],
)
def test_one_owner_moves_the_alias(stack: str, ignored: tuple[str, ...]):
    assert {alias.ignore_changes for alias in run(stack).of(ALIAS)} == {ignored}


def test_the_sandbox_runs_what_this_machine_runs():
    host = f"python{sys.version_info.major}.{sys.version_info.minor}"
    machine = "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"

    functions = run("sandbox").of(FUNCTION)

    assert [(function["runtime"], function["architectures"]) for function in functions] == [(host, [machine])] * 2


@pytest.mark.parametrize("stack", ["prod", "staging"])
def test_other_stacks_run_the_default(stack: str):
    functions = run(stack).of(FUNCTION)

    assert [(function["runtime"], function["architectures"]) for function in functions] == [
        ("python3.13", ["arm64"])
    ] * 2


@pytest.mark.parametrize(("stack", "days"), [("prod", 365), ("sandbox", 1), ("staging", 30)])
def test_logs_are_kept_as_long_as_the_stack_says(stack: str, days: int):
    assert {group["retentionInDays"] for group in run(stack).of(LOG_GROUP)} == {days}


@pytest.mark.parametrize(("stack", "kept"), [("prod", True), ("sandbox", False), ("staging", True)])
def test_tables_cannot_be_deleted_where_their_data_matters(stack: str, kept: bool):
    tables = run(stack).of(TABLE)

    assert {(table.protect, table["deletionProtectionEnabled"]) for table in tables} == {(kept, kept)}
    assert all(table["pointInTimeRecovery"] == {"enabled": True} for table in tables)
    assert all(table["serverSideEncryption"] == {"enabled": True} for table in tables)


@pytest.mark.parametrize(
    ("stack", "topics"),
    [
        ("prod", ["arn:aws:sns:eu-west-1:222222222222:pager"]),
        ("sandbox", []),
        ("staging", ["arn:aws:sns:eu-west-1:111111111111:staging-alarms"]),
    ],
)
def test_alarms_tell_whom_the_stack_says(stack: str, topics: list[str]):
    assert [alarm["alarmActions"] for alarm in run(stack).of(ALARM)] == [topics] * 16


@pytest.mark.parametrize(("stack", "type_"), [("prod", "AWS_IAM"), ("sandbox", "NONE"), ("staging", "AWS_IAM")])
def test_only_the_sandbox_is_open_to_anybody(stack: str, type_: str):
    assert run(stack).one(ROUTE)["authorizationType"] == type_


@every_stack
def test_functions_learn_the_names_of_what_they_use(stack: str):
    recording = run(stack)

    people, processed = (recording.one(TABLE, name).outputs["name"] for name in ("people", "processed"))
    search, worker = (recording.one(FUNCTION, name)["environment"] for name in ("search", "worker"))
    assert search == {"variables": {"PEOPLE_TABLE": people}}
    assert worker == {"variables": {"PEOPLE_TABLE": people, "PROCESSED_TABLE": processed}}


@every_stack
def test_what_is_exported(stack: str):
    recording = run(stack)

    assert set(recording.exports) == {"api_endpoint", "registrations_queue_url", "releases"}
    assert recording.exports["api_endpoint"] == recording.one("aws:apigatewayv2/api:Api").outputs["apiEndpoint"]
    assert recording.exports["registrations_queue_url"] == recording.one(QUEUE, "registrations").outputs["url"]
    assert recording.secret_exports == frozenset()


RECORD = {
    "account",
    "alarm_names",
    "alias",
    "alias_owner",
    "code_owner",
    "code_sha256",
    "function_name",
    "log_group_name",
    "name",
    "published_version",
    "region",
    "schema",
}


@pytest.mark.parametrize(
    ("stack", "owner", "ramp"),
    [("prod", "release", "5,25,50"), ("sandbox", "stack", None), ("staging", "release", "all-at-once")],
)
def test_the_release_tool_learns_of_both_functions(stack: str, owner: str, ramp: str | None):
    search, worker = run(stack).exports["releases"]

    assert set(search) == set(worker) == RECORD | ({"ramp"} if ramp else set()) | {"probe"}
    for record in (search, worker):
        assert (record["schema"], record["alias"], record["code_owner"]) == (1, "live", "stack")
        assert (record["account"], record["region"]) == (ACCOUNTS[stack], REGIONS[stack])
        assert (record["alias_owner"], record.get("ramp")) == (owner, ramp)
        assert len(record["alarm_names"]) == len(OF_EVERY_FUNCTION)
        assert (PROJECT_FOLDER / record["probe"]).is_file()


@every_stack
def test_a_stack_names_the_one_account_it_may_touch(stack: str):
    assert project_of(stack).allowed_account_ids == (ACCOUNTS[stack],)


def test_every_stack_file_is_tested_and_no_name_starts_another():
    names = sorted(file.name.split(".")[1] for file in PROJECT_FOLDER.glob("Pulumi.*.yaml"))

    assert names == list(STACKS)
    assert not [(one, other) for one in names for other in names if one != other and other.startswith(one)]


WITHOUT = """
import runpy, sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[1]:
            raise ModuleNotFoundError(name=name)

sys.meta_path.insert(0, Missing())
runpy.run_path(sys.argv[2], run_name="__main__")
"""


@pytest.mark.parametrize("missing", ["lambdaform", "lambdaform_delivery", "pulumi_aws"])
def test_a_run_without_the_environment_says_how_to_make_it(missing: str):
    program = PROJECT_FOLDER / "infra" / "__main__.py"

    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT, missing, str(program)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(program.parent)},
    )

    assert ended.returncode == 1
    assert f"{missing} is not installed in the environment of this project: run `make setup`" in ended.stderr
    assert "Traceback" not in ended.stderr
