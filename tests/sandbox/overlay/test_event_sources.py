from typing import Any

import pytest
from sandbox.overlay.account import Account, document, refused

POLLER = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]


def consumer(account: Account, *actions: str, queue: str = "orders", **attributes: str) -> dict[str, Any]:
    """Create a function whose role may do this with a queue, and return the arguments of the mapping."""
    arn = account.queue(queue, **attributes)
    if actions:
        read = document({"Effect": "Allow", "Action": list(actions), "Resource": arn})
        account.client("iam").put_role_policy(RoleName="function", PolicyName="read", PolicyDocument=read)
    account.create(Publish=True, Timeout=30)
    return {"EventSourceArn": arn, "FunctionName": account.alias("1")["AliasArn"]}


def test_a_mapping_keeps_the_arn_of_the_alias(account: Account):
    given = consumer(account, *POLLER)
    created = account.lambda_.create_event_source_mapping(**given)

    read = account.lambda_.get_event_source_mapping(UUID=created["UUID"])

    assert read["FunctionArn"] == given["FunctionName"]


def test_a_queue_is_mapped_once_to_one_alias(account: Account):
    given = consumer(account, *POLLER)
    account.lambda_.create_event_source_mapping(**given)

    with refused("ResourceConflictException", 409):
        account.lambda_.create_event_source_mapping(**given)


def test_mappings_are_listed_by_the_alias_that_they_name(sandbox: Account):
    given = consumer(sandbox, *POLLER)
    sandbox.lambda_.create_event_source_mapping(**given)
    listed = sandbox.lambda_.list_event_source_mappings

    assert len(listed(FunctionName=given["FunctionName"])["EventSourceMappings"]) == 1
    assert listed(FunctionName="worker")["EventSourceMappings"] == []


@pytest.mark.parametrize("missing", POLLER)
def test_a_role_that_may_not_poll_the_queue_is_refused(account: Account, missing: str):
    given = consumer(account, *(action for action in POLLER if action != missing))

    with refused("InvalidParameterValueException", because=f"{missing.split(':')[1]} on SQS"):
        account.lambda_.create_event_source_mapping(**given)


def test_a_queue_whose_messages_return_before_the_function_ends_is_refused(account: Account):
    given = consumer(account, *POLLER, VisibilityTimeout="29")

    with refused("InvalidParameterValueException", because="29 seconds is less than Function timeout: 30"):
        account.lambda_.create_event_source_mapping(**given)


@pytest.mark.parametrize(
    ("given", "attributes"),
    [
        ({"BatchSize": 11}, {}),
        ({"BatchSize": 11}, {"FifoQueue": "true"}),
        ({"MaximumBatchingWindowInSeconds": 1}, {"FifoQueue": "true"}),
    ],
    ids=["more than 10 at once", "more than 10 in order", "a window in order"],
)
def test_a_batch_that_the_queue_cannot_give_is_refused(
    account: Account, given: dict[str, Any], attributes: dict[str, str]
):
    name = "orders.fifo" if attributes else "orders"
    named = consumer(account, *POLLER, queue=name, **attributes)

    with refused("InvalidParameterValueException", because="[Bb]atch"):
        account.lambda_.create_event_source_mapping(**named, **given)


def test_a_large_batch_needs_a_window(sandbox: Account):
    given = consumer(sandbox, *POLLER)

    mapping = sandbox.lambda_.create_event_source_mapping(**given, BatchSize=11, MaximumBatchingWindowInSeconds=1)

    assert (mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]) == (11, 1)


def test_all_settings_of_a_mapping_read_back(sandbox: Account):
    settings = {
        "BatchSize": 5,
        "FilterCriteria": {"Filters": [{"Pattern": '{"body": {"kind": ["order"]}}'}]},
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "MetricsConfig": {"Metrics": ["EventCount"]},
        "ScalingConfig": {"MaximumConcurrency": 2},
    }
    given = consumer(sandbox, *POLLER)
    created = sandbox.lambda_.create_event_source_mapping(**given, **settings, Enabled=False, Tags={"team": "orders"})

    read = sandbox.lambda_.get_event_source_mapping(UUID=created["UUID"])

    assert {name: read[name] for name in settings} == settings
    assert read["State"] == "Disabled"
    assert sandbox.lambda_.list_tags(Resource=read["EventSourceMappingArn"])["Tags"] == {"team": "orders"}


def test_a_setting_that_is_not_emulated_is_refused_and_not_dropped(account: Account):
    given = consumer(account, *POLLER)

    with refused("InvalidParameterValueException", because="does not emulate `ParallelizationFactor`"):
        account.lambda_.create_event_source_mapping(**given, ParallelizationFactor=2)


def test_a_mapping_is_changed_and_deleted(sandbox: Account):
    created = sandbox.lambda_.create_event_source_mapping(**consumer(sandbox, *POLLER))
    changed = sandbox.lambda_.update_event_source_mapping(UUID=created["UUID"], Enabled=False, BatchSize=3)
    sandbox.lambda_.delete_event_source_mapping(UUID=created["UUID"])

    assert (changed["State"], changed["BatchSize"]) == ("Disabled", 3)
    assert changed["FunctionArn"] == created["FunctionArn"]
    with refused("ResourceNotFoundException", 404):
        sandbox.lambda_.get_event_source_mapping(UUID=created["UUID"])


def test_a_queue_that_is_missing_is_refused(sandbox: Account):
    given = consumer(sandbox, *POLLER)

    with refused("InvalidParameterValueException"):
        sandbox.lambda_.create_event_source_mapping(**{**given, "EventSourceArn": f"{given['EventSourceArn']}-2"})


def test_moto_does_not_deliver_messages_itself(account: Account):
    given = consumer(account, *POLLER)
    account.lambda_.create_event_source_mapping(**given)
    sqs = account.client("sqs")
    url = sqs.get_queue_url(QueueName="orders")["QueueUrl"]

    sqs.send_message(QueueUrl=url, MessageBody="{}")

    assert len(sqs.receive_message(QueueUrl=url)["Messages"]) == 1
