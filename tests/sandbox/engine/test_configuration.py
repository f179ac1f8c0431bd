"""Settings of a stack: only those of the sandbox get through."""

import json
from typing import Any

import grpc
import pytest
from lambdaform_sandbox.server import AwsServer
from pulumi.runtime.proto import provider_pb2

from .attached import SANDBOX, Attached, struct

QUEUE = "aws:sqs/queue:Queue"


@pytest.mark.parametrize(
    "ids",
    [None, "[]", '["222222222222"]', '["000000000000", "222222222222"]', "222222222222", "not JSON", '{"a": 1}'],
)
def test_any_other_account_is_refused(port: int, ids: str | None):
    settings = {name: value for name, value in SANDBOX.items() if name != "allowedAccountIds"}
    given = settings if ids is None else {**settings, "allowedAccountIds": ids}
    with Attached(port) as engine:
        with pytest.raises(grpc.RpcError, match="`aws:allowedAccountIds` must be exactly `000000000000`"):
            engine.call.Configure(provider_pb2.ConfigureRequest(args=struct(given)))
        with pytest.raises(grpc.RpcError, match="this connection to the sandbox has no settings"):
            engine.check(QUEUE, {})


@pytest.mark.parametrize("ids", ['["000000000000"]', "[0]", ["000000000000"]])
def test_the_account_of_the_sandbox_is_taken_in_every_form(port: int, ids: object):
    with Attached(port) as engine:
        assert engine.configure(allowedAccountIds=ids).check(QUEUE, {})["name"]


@pytest.mark.parametrize("call", ["Check", "Diff", "Create", "Read", "Update", "Delete", "Invoke"])
def test_nothing_is_done_for_a_connection_without_settings(port: int, call: str):
    with Attached(port) as engine, pytest.raises(grpc.RpcError, match="has no settings"):
        getattr(engine.call, call)(getattr(provider_pb2, f"{call}Request")())


@pytest.mark.parametrize(
    ("settings", "name", "reason"),
    [
        ({"region": "eu-west-1"}, "region", "has only the region `us-east-1`"),
        ({"profile": "production"}, "profile", "does not emulate the setting `aws:profile`"),
        ({"assumeRoles": "[]"}, "assumeRoles", "does not emulate the setting `aws:assumeRoles`"),
        ({"endpoints": "[]"}, "endpoints", "does not emulate the setting `aws:endpoints`"),
    ],
)
def test_a_setting_that_leads_elsewhere_is_named_and_refused(
    port: int, settings: dict[str, Any], name: str, reason: str
):
    with Attached(port) as engine:
        request = provider_pb2.CheckRequest(news=struct({**SANDBOX, **settings}))
        (failure,) = engine.call.CheckConfig(request).failures
        assert failure.property == name
        assert reason in failure.reason
        with pytest.raises(grpc.RpcError, match=reason):
            engine.configure(**settings)


def test_the_settings_that_pulumi_itself_adds_are_taken(port: int):
    with Attached(port) as engine:
        added = {"version": "7.51.1", "skipCredentialsValidation": "false", "skipRegionValidation": "true"}
        assert not engine.call.CheckConfig(provider_pb2.CheckRequest(news=struct({**SANDBOX, **added}))).failures
        engine.configure(**added)


def test_default_tags_are_on_everything_of_their_own_stack(port: int, aws: AwsServer):
    tags = json.dumps({"tags": {"stack": "one", "team": "platform"}})
    with Attached(port) as one, Attached(port) as two:
        one.configure(defaultTags=tags)
        two.configure()
        outputs = one.made(QUEUE, tags={"team": "search"})[2]
        assert outputs["tagsAll"] == {"stack": "one", "team": "search"}
        assert aws.client("sqs").list_queue_tags(QueueUrl=outputs["url"])["Tags"] == outputs["tagsAll"]
        assert two.check(QUEUE, {})["tagsAll"] == {}


def test_other_default_tags_change_everything_that_has_tags(port: int, aws: AwsServer):
    with Attached(port) as before, Attached(port) as after:
        before.configure(defaultTags=json.dumps({"tags": {"stack": "old"}}))
        after.configure(defaultTags=json.dumps({"tags": {"stack": "new"}}))
        identifier, inputs, outputs = before.made(QUEUE)
        news = after.check(QUEUE, {}, inputs)
        assert list(after.diff(QUEUE, inputs, news).detailedDiff) == ["tagsAll.stack"]
        after.update(QUEUE, identifier, inputs, outputs, news)
    assert aws.client("sqs").list_queue_tags(QueueUrl=identifier)["Tags"] == {"stack": "new"}


def test_settings_never_make_resources_anew(port: int):
    olds, news = {**SANDBOX, "defaultTags": "{}"}, SANDBOX
    with Attached(port) as engine:
        changed = engine.call.DiffConfig(provider_pb2.DiffRequest(old_inputs=struct(olds), news=struct(news)))
        same = engine.call.DiffConfig(provider_pb2.DiffRequest(old_inputs=struct(news), news=struct(news)))
    assert changed.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert same.changes == provider_pb2.DiffResponse.DIFF_NONE
    assert list(changed.replaces) == []
