import pulumi
import pytest
from infra.samples import BOUNDARY, PAGER, allow, deployed, function_args, listed, order_of_creation, statements
from lambdaform import AliasOwner, Function, InputError
from lambdaform.testing import UNKNOWN, FakeAws, Recording, deploy

FUNCTION = "aws:lambda/function:Function"
ALIAS = "aws:lambda/alias:Alias"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
POLICY = "aws:iam/rolePolicy:RolePolicy"
QUEUE = "aws:sqs/queue:Queue"


def test_a_function_is_exactly_these_resources():
    assert listed(deployed()) == [
        ("aws:cloudwatch/compositeAlarm:CompositeAlarm", "worker"),
        (LOG_GROUP, "worker"),
        (ALARM, "worker-async-age"),
        (ALARM, "worker-async-drops"),
        (ALARM, "worker-dead-letters"),
        (ALARM, "worker-duration"),
        (ALARM, "worker-error-rate"),
        (ALARM, "worker-errors"),
        (ALARM, "worker-throttles"),
        ("aws:iam/role:Role", "worker"),
        (POLICY, "worker"),
        (ALIAS, "worker"),
        (FUNCTION, "worker"),
        (QUEUE, "worker-dead-letters"),
        ("aws:sqs/queuePolicy:QueuePolicy", "worker-dead-letters"),
        ("lambdaform:index:ExecutionRole", "worker"),
        ("lambdaform:index:Function", "worker"),
        ("lambdaform:index:FunctionAlarms", "worker"),
        ("lambdaform:index:FunctionLogs", "worker"),
        ("lambdaform:index:LiveAlias", "worker"),
    ]


def test_the_defaults_are_safe_and_written_out():
    recording = deployed()

    assert recording.one(FUNCTION).inputs == {
        "architectures": ["arm64"],
        "deadLetterConfig": {"targetArn": recording.one(QUEUE).outputs["arn"]},
        "handler": "handler.handle",
        "loggingConfig": {
            "applicationLogLevel": "INFO",
            "logFormat": "JSON",
            "logGroup": recording.one(LOG_GROUP).outputs["name"],
            "systemLogLevel": "INFO",
        },
        "memorySize": 256,
        "packageType": "Zip",
        "publish": True,
        "role": recording.one("aws:iam/role:Role").outputs["arn"],
        "runtime": "python3.13",
        "s3Bucket": "artifacts",
        "s3Key": "worker.zip",
        "s3ObjectVersion": "3",
        "sourceCodeHash": "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=",
        "timeout": 10,
        "tracingConfig": {"mode": "Active"},
    }


def test_the_role_may_log_trace_and_send_dead_letters_and_nothing_else():
    recording = deployed()

    log_group, queue = recording.one(LOG_GROUP).outputs["arn"], recording.one(QUEUE).outputs["arn"]
    assert statements(recording) == [
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], f"{log_group}:*"),
        allow(["sqs:SendMessage"], queue),
        allow(["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*"),
    ]
    assert recording.one(POLICY)["role"] == recording.one("aws:iam/role:Role").outputs["name"]


def test_the_function_waits_for_its_log_group_and_for_its_rights():
    recording = deployed()

    waits_for = recording.one(FUNCTION).dependencies
    assert recording.one(LOG_GROUP).urn in waits_for
    assert recording.one(POLICY, "worker").urn in waits_for


def test_alarms_of_calls_do_not_wait_for_the_dead_letter_queue():
    recording = deployed()

    assert recording.one(QUEUE).urn not in recording.one(ALARM, "worker-errors").dependencies
    assert recording.one(QUEUE).urn in recording.one(ALARM, "worker-dead-letters").dependencies


def test_log_group_rights_function_and_alias_are_made_in_this_order():
    made = order_of_creation()

    steps = [made.index((token, "worker")) for token in (LOG_GROUP, POLICY, FUNCTION, ALIAS)]
    assert steps == sorted(steps)


def test_the_alias_is_made_with_the_version_that_was_published():
    backend = FakeAws(outputs={FUNCTION: {"version": "7"}})

    recording = deploy(lambda: Function("worker", function_args()), backend=backend)

    assert recording.one(ALIAS).inputs == {
        "description": "live traffic of worker",
        "functionName": recording.one(FUNCTION).outputs["name"],
        "functionVersion": "7",
        "name": "live",
    }
    assert recording.one(ALIAS).ignore_changes == ()


def test_a_function_without_a_published_version_gets_no_alias():
    backend = FakeAws(outputs={FUNCTION: {"version": "$LATEST"}})

    with pytest.raises(InputError, match=r"function_version: must be the number of a published version"):
        deploy(lambda: Function("worker", function_args()), backend=backend)


def test_the_release_tool_owns_what_it_moves():
    recording = deployed(alias_owner=AliasOwner.RELEASE)

    assert recording.one(ALIAS).ignore_changes == ("description", "functionVersion", "routingConfig")
    assert recording.one(FUNCTION).ignore_changes == ()


def test_outputs_name_what_was_made():
    recording = deployed()

    function, alias = recording.one(FUNCTION).outputs, recording.one(ALIAS).outputs
    assert recording.one("lambdaform:index:Function").registered_outputs == {
        "function_name": function["name"],
        "function_arn": function["arn"],
        "alias_arn": alias["arn"],
        "role_name": recording.one("aws:iam/role:Role").outputs["name"],
        "log_group_name": recording.one(LOG_GROUP).outputs["name"],
        "published_version": "1",
    }


def test_everything_has_the_function_as_its_ancestor():
    recording = deployed(warmer={})

    function = recording.one("lambdaform:index:Function")
    others = [resource for resource in recording.resources if resource is not function]
    assert all("lambdaform:index:Function$" in resource.urn for resource in others)
    assert {resource.name for resource in recording.children(function) if not resource.custom} == {"worker"}


def test_a_target_is_the_alias_and_never_a_version():
    recording = deploy(lambda: pulumi.export("target", Function("worker", function_args(timeout=30)).target))

    assert recording.exports["target"] == {
        "alias_arn": recording.one(ALIAS).outputs["arn"],
        "role_name": recording.one("aws:iam/role:Role").outputs["name"],
        "timeout": 30,
        "placeholder": False,
    }


def released(**changes: object) -> Recording:
    return deploy(lambda: pulumi.export("release", Function("worker", function_args(**changes)).release))


def test_the_release_record_of_a_function_that_the_stack_moves():
    recording = released()

    record = dict(recording.exports["release"])
    assert set(record.pop("alarm_names")) == {alarm.outputs["name"] for alarm in recording.of(ALARM)}
    assert record == {
        "schema": 1,
        "name": "worker",
        "function_name": recording.one(FUNCTION).outputs["name"],
        "alias": "live",
        "alias_owner": "stack",
        "code_owner": "stack",
        "account": "123456789012",
        "region": "eu-west-1",
        "published_version": "1",
        "code_sha256": "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=",
        "log_group_name": recording.one(LOG_GROUP).outputs["name"],
    }


def test_the_release_record_says_ramp_and_who_owns_alias_and_code():
    options = {"artifact": None, "placeholder": True, "alias_owner": AliasOwner.RELEASE, "ramp": "5,25,50"}

    record = released(**options).exports["release"]

    assert (record["alias_owner"], record["code_owner"], record["ramp"]) == ("release", "pipeline", "5,25,50")
    assert record["code_sha256"] != ""


def test_a_record_without_alarms_lists_none():
    assert released(alarms={"enabled": False}).exports["release"]["alarm_names"] == []


def test_without_alarms_nobody_has_to_be_told():
    recording = deployed(alarms={"enabled": False}, alarm_topics=None)

    assert recording.of(ALARM) == ()
    assert recording.of("lambdaform:index:FunctionAlarms") == ()


def test_alarms_can_be_changed_one_by_one():
    recording = deployed(alarms={"disabled": ["async-age", "duration"], "errors": 3})

    assert {alarm.name for alarm in recording.of(ALARM)} == {
        "worker-async-drops",
        "worker-dead-letters",
        "worker-error-rate",
        "worker-errors",
        "worker-throttles",
    }
    assert recording.one(ALARM, "worker-errors")["threshold"] == 3


def test_a_house_decides_tags_boundary_and_retention_once():
    house = {"tags": {"team": "search"}, "permissions_boundary_arn": BOUNDARY, "log_retention_days": 30}

    recording = deployed(**house, warmer={})

    can_have_tags = [each for each in recording.resources if each.custom and each.type not in WITHOUT_TAGS]
    assert all(resource["tags"] == {"team": "search"} for resource in can_have_tags)
    assert recording.one("aws:iam/role:Role")["permissionsBoundary"] == BOUNDARY
    assert recording.one(LOG_GROUP)["retentionInDays"] == 30


WITHOUT_TAGS = {
    POLICY,
    ALIAS,
    "aws:lambda/permission:Permission",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:sqs/queuePolicy:QueuePolicy",
}


def test_a_preview_shows_everything_and_knows_what_is_written_down():
    recording = deploy(lambda: Function("worker", function_args()), preview=True)

    assert listed(recording) == listed(deployed())
    assert recording.one(FUNCTION)["memorySize"] == 256
    assert recording.one(FUNCTION)["role"] is UNKNOWN


def test_programs_in_other_languages_send_numbers_as_floats_and_enums_as_text():
    recording = deployed(memory_size=512.0, alias_owner="release", alarm_topics=[PAGER])

    assert recording.one(FUNCTION)["memorySize"] == 512
    assert recording.one(ALIAS).ignore_changes == ("description", "functionVersion", "routingConfig")
