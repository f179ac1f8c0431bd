from typing import Any, cast

import pytest
from infra.samples import ACCOUNT, ALIAS, BOUNDARY, KEY, Ordered, allow, listed, statements
from lambdaform import FunctionLogs, FunctionLogsArgs, InputError
from lambdaform.testing import Recording, deploy

GROUP = "aws:cloudwatch/logGroup:LogGroup"
FILTER = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
PERMISSION = "aws:lambda/permission:Permission"
ROLE = "aws:iam/role:Role"
STREAM = f"arn:aws:kinesis:eu-west-1:{ACCOUNT}:stream/logs"
DELIVERY = f"arn:aws:firehose:eu-west-1:{ACCOUNT}:deliverystream/logs"


def logs(**args: Any) -> Recording:
    return deploy(lambda: FunctionLogs("worker", cast(FunctionLogsArgs, args)))


def test_the_group_is_named_by_aws_below_the_prefix_of_lambda_and_kept_for_a_year():
    recording = logs()

    group = recording.one(GROUP)
    assert group.inputs == {
        "namePrefix": "/aws/lambda/worker-",
        "retentionInDays": 365,
        "logGroupClass": "STANDARD",
    }
    assert recording.one("lambdaform:index:FunctionLogs").registered_outputs == {
        "log_group_name": group.outputs["name"],
        "log_group_arn": group.outputs["arn"],
    }


def test_retention_class_and_key_can_be_chosen():
    group = logs(log_retention_days=30, log_group_class="INFREQUENT_ACCESS", log_key_arn=KEY).one(GROUP)

    assert (group["retentionInDays"], group["logGroupClass"], group["kmsKeyId"]) == (30, "INFREQUENT_ACCESS", KEY)


@pytest.mark.parametrize("days", [0, 2, 364, 3654])
def test_logs_are_kept_for_one_of_the_times_that_cloudwatch_knows(days: int):
    with pytest.raises(InputError, match="log_retention_days"):
        logs(log_retention_days=days)


def test_lines_go_to_an_alias_which_this_group_alone_may_invoke():
    recording = logs(log_forward_to={"alias_arn": ALIAS, "filter_pattern": "?ERROR"})

    group, permission = recording.one(GROUP).outputs, recording.one(PERMISSION)
    assert permission.inputs == {
        "action": "lambda:InvokeFunction",
        "function": "worker-1a2b3c4",
        "qualifier": "live",
        "principal": "logs.amazonaws.com",
        "sourceArn": f"{group['arn']}:*",
        "sourceAccount": ACCOUNT,
    }
    subscription = recording.one(FILTER)
    assert subscription.inputs == {"logGroup": group["name"], "destinationArn": ALIAS, "filterPattern": "?ERROR"}
    assert permission.urn in subscription.dependencies


@pytest.mark.parametrize(
    ("stream", "actions"),
    [(STREAM, ["kinesis:PutRecord"]), (DELIVERY, ["firehose:PutRecord", "firehose:PutRecordBatch"])],
)
def test_lines_go_to_a_stream_through_a_role_that_can_do_only_that(stream: str, actions: list[str]):
    recording = logs(log_forward_to={"stream_arn": stream}, permissions_boundary_arn=BOUNDARY)

    role = recording.one(ROLE, "worker-log")
    [trust] = role.json("assumeRolePolicy")["Statement"]
    assert trust["Principal"] == {"Service": "logs.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert role["permissionsBoundary"] == BOUNDARY
    assert statements(recording, "worker-log") == [allow(actions, stream)]
    assert recording.one(FILTER)["roleArn"] == role.outputs["arn"]
    assert recording.of(PERMISSION) == ()


def test_the_stream_is_not_written_to_before_that_is_allowed():
    backend = Ordered()

    deploy(lambda: FunctionLogs("worker", {"log_forward_to": {"stream_arn": STREAM}}), backend=backend)

    made = [token for token, _ in backend.made]
    assert made.index("aws:iam/rolePolicy:RolePolicy") < made.index(FILTER)


def test_without_a_destination_there_is_only_the_group():
    assert listed(logs()) == [(GROUP, "worker"), ("lambdaform:index:FunctionLogs", "worker")]
