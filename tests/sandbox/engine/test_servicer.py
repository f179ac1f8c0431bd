"""The provider's protocol, spoken over a real connection."""

import base64
import hashlib
import io
import json
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from lambdaform_sandbox.server import AwsServer
from pulumi.runtime.proto import plugin_pb2, provider_pb2

from .attached import ARCHIVE, SIGNATURE, UNKNOWN, Attached, archive, plain, struct, unfinished

FUNCTION = "aws:lambda/function:Function"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
QUEUE = "aws:sqs/queue:Queue"
TABLE = "aws:dynamodb/table:Table"
ALIAS = "aws:lambda/alias:Alias"
KIND = provider_pb2.PropertyDiff


def function(role: str, **more: object) -> dict[str, Any]:
    code = archive("a" * 64, handler="def handle(event, context):\n    return 1\n")
    return {"code": code, "handler": "handler.handle", "runtime": "python3.13", "role": role, "publish": True, **more}


def kinds(diff: Any) -> dict[str, int]:
    return {path: detail.kind for path, detail in diff.detailedDiff.items()}


def test_the_engine_learns_what_is_understood(engine: Attached):
    assert engine.call.Handshake(provider_pb2.ProviderHandshakeRequest()).accept_secrets
    assert re.fullmatch(r"7\.\d+\.\d+", engine.call.GetPluginInfo(Empty()).version)
    engine.call.Attach(plugin_pb2.PluginAttach())


def test_a_physical_name_comes_from_the_random_seed_and_stays(engine: Attached):
    first = engine.check(QUEUE, {}, seed=b"one")
    assert re.fullmatch(r"example-[0-9a-f]{7}", first["name"])
    assert engine.check(QUEUE, {}, seed=b"two")["name"] != first["name"]
    assert engine.check(QUEUE, {}, olds=first, seed=b"two")["name"] == first["name"]


@pytest.mark.parametrize(
    ("token", "news", "path", "reason"),
    [
        (FUNCTION, {"vpcConfig": {}}, "vpcConfig", "does not emulate the property `vpcConfig`"),
        (FUNCTION, {"loggingConfig": {"color": "red"}}, "loggingConfig.color", "`loggingConfig.color`"),
        (QUEUE, {"region": "eu-west-1"}, "region", "has only the region `us-east-1`"),
        (FUNCTION, {"name": "x" * 65}, "name", "has 65 characters, AWS allows 64"),
    ],
)
def test_what_is_wrong_is_said_of_the_property(
    engine: Attached, token: str, news: dict[str, Any], path: str, reason: str
):
    (failure,) = engine.checked(token, news).failures
    assert failure.property == path
    assert reason in failure.reason


def test_everything_wrong_is_said_at_once(engine: Attached):
    failures = engine.checked(QUEUE, {"color": "red", "region": "eu-west-1", "name": "x" * 81}).failures
    assert [failure.property for failure in failures] == ["region", "color", "name"]


def test_a_type_that_is_not_emulated_is_refused_by_name(engine: Attached):
    with pytest.raises(grpc.RpcError, match="does not emulate the resource type `aws:kms/key:Key`"):
        engine.check("aws:kms/key:Key", {})


def test_a_preview_of_a_new_resource_knows_its_inputs_and_not_what_aws_decides(engine: Attached, role: str):
    inputs = engine.check(FUNCTION, function(role))
    identifier, outputs = engine.create(FUNCTION, inputs, preview=True)
    assert identifier == ""
    assert outputs["memorySize"] == 128
    assert {outputs[name] for name in ("arn", "version", "qualifiedArn", "codeSha256")} == {UNKNOWN}


def test_what_is_not_known_yet_survives_check_and_preview(engine: Attached):
    news = {"functionName": UNKNOWN, "functionVersion": UNKNOWN, "name": "live", "routingConfig": UNKNOWN}
    inputs = engine.check(ALIAS, news)
    assert engine.create(ALIAS, inputs, preview=True)[1]["functionName"] == UNKNOWN
    assert engine.check(QUEUE, {"tags": UNKNOWN})["tagsAll"] == UNKNOWN
    assert engine.check(QUEUE, {"tags": {"team": UNKNOWN}})["tagsAll"] == {"team": UNKNOWN}
    assert engine.check(LOG_GROUP, {"namePrefix": UNKNOWN})["name"] == UNKNOWN


def test_a_resource_is_made_read_changed_and_deleted(engine: Attached, aws: AwsServer):
    identifier, inputs, outputs = engine.made(LOG_GROUP, retentionInDays=7)
    assert engine.read(LOG_GROUP, identifier, inputs, outputs) == (identifier, inputs, outputs)
    news = engine.check(LOG_GROUP, {"retentionInDays": 14}, inputs)
    outputs = engine.update(LOG_GROUP, identifier, inputs, outputs, news)
    (group,) = aws.client("logs").describe_log_groups(logGroupNamePrefix=identifier)["logGroups"]
    assert (outputs["retentionInDays"], group["retentionInDays"]) == (14, 14)
    engine.delete(LOG_GROUP, identifier, outputs)
    assert engine.read(LOG_GROUP, identifier, news, outputs) == ("", {}, {})


def test_a_change_by_hand_is_seen_by_a_refresh_and_shown_to_be_changed_back(engine: Attached, aws: AwsServer):
    identifier, inputs, outputs = engine.made(LOG_GROUP, retentionInDays=7)
    aws.client("logs").put_retention_policy(logGroupName=identifier, retentionInDays=1)
    aws.client("logs").tag_log_group(logGroupName=identifier, tags={"by": "hand"})
    _, found, _ = engine.read(LOG_GROUP, identifier, inputs, outputs)
    assert (found["retentionInDays"], found["tags"]) == (1, {"by": "hand"})
    assert kinds(engine.diff(LOG_GROUP, found, inputs)) == {
        "retentionInDays": KIND.UPDATE,
        "tags": KIND.DELETE,
        "tagsAll.by": KIND.DELETE,
    }


def test_an_import_knows_nothing_but_the_id(engine: Attached, aws: AwsServer):
    aws.client("logs").create_log_group(logGroupName="by-hand", tags={"team": "search"})
    identifier, inputs, outputs = engine.read(LOG_GROUP, "by-hand")
    assert (identifier, outputs["arn"]) == ("by-hand", "arn:aws:logs:us-east-1:000000000000:log-group:by-hand")
    program = engine.check(LOG_GROUP, {"name": "by-hand", "tags": {"team": "search"}}, inputs)
    assert kinds(engine.diff(LOG_GROUP, inputs, program)) == {}


def test_changes_are_told_by_path_and_kind(engine: Attached, role: str):
    olds = engine.check(FUNCTION, function(role, environment={"variables": {"A": "1", "B": "2"}}))
    news = engine.check(FUNCTION, function(role, environment={"variables": {"A": "0", "C": "3"}}, timeout=9), olds)
    diff = engine.diff(FUNCTION, olds, news)
    assert diff.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert kinds(diff) == {
        "environment.variables.A": KIND.UPDATE,
        "environment.variables.B": KIND.DELETE,
        "environment.variables.C": KIND.ADD,
        "timeout": KIND.UPDATE,
    }
    assert list(diff.replaces) == []


def test_what_aws_cannot_change_makes_a_new_resource_before_the_old_one_goes(engine: Attached):
    olds = engine.check(TABLE, {"hashKey": "id", "attributes": [{"name": "id", "type": "S"}]})
    news = engine.check(TABLE, {"hashKey": "name", "attributes": [{"name": "name", "type": "S"}]}, olds)
    diff = engine.diff(TABLE, olds, news)
    assert list(diff.replaces) == ["hashKey"]
    assert kinds(diff) == {"hashKey": KIND.UPDATE_REPLACE, "attributes": KIND.UPDATE}
    assert not diff.deleteBeforeReplace


def test_the_old_resource_goes_first_where_the_program_gave_the_name(engine: Attached):
    olds = engine.check(LOG_GROUP, {"name": "mine", "logGroupClass": "STANDARD"})
    news = engine.check(LOG_GROUP, {"name": "mine", "logGroupClass": "INFREQUENT_ACCESS"}, olds)
    assert engine.diff(LOG_GROUP, olds, news).deleteBeforeReplace


def test_a_preview_of_a_memory_change_does_not_know_the_version_that_it_publishes(engine: Attached, role: str):
    identifier, inputs, outputs = engine.made(FUNCTION, **function(role))
    news = engine.check(FUNCTION, function(role, memorySize=256), inputs)
    previewed = engine.update(FUNCTION, identifier, inputs, outputs, news, preview=True)
    assert (previewed["version"], previewed["qualifiedArn"]) == (UNKNOWN, UNKNOWN)
    assert (previewed["arn"], previewed["codeSha256"]) == (outputs["arn"], outputs["codeSha256"])
    changed = engine.update(FUNCTION, identifier, inputs, outputs, news)
    assert (changed["version"], changed["memorySize"]) == ("2", 256)
    assert changed["qualifiedArn"] == f"{outputs['arn']}:2"


def test_other_code_publishes_another_version(engine: Attached, role: str):
    identifier, inputs, outputs = engine.made(FUNCTION, **function(role))
    code = archive("b" * 64, handler="def handle(event, context):\n    return 2\n")
    news = engine.check(FUNCTION, function(role, code=code), inputs)
    assert kinds(engine.diff(FUNCTION, inputs, news)) == {"code": KIND.UPDATE}
    changed = engine.update(FUNCTION, identifier, inputs, outputs, news)
    assert changed["version"] == "2"
    assert changed["codeSha256"] != outputs["codeSha256"]
    assert changed["code"] == code


def test_the_same_code_from_another_place_is_no_change(engine: Attached, role: str):
    inputs = engine.check(FUNCTION, function(role))
    elsewhere = {SIGNATURE: ARCHIVE, "hash": "a" * 64, "path": "/elsewhere.zip"}
    assert kinds(engine.diff(FUNCTION, inputs, {**inputs, "code": elsewhere})) == {}


def test_an_archive_of_the_state_that_is_nothing_but_a_hash_goes_back_as_it_came(engine: Attached, role: str):
    identifier, inputs, outputs = engine.made(FUNCTION, **function(role))
    bare = {SIGNATURE: ARCHIVE, "hash": "a" * 64}
    _, found, _ = engine.read(FUNCTION, identifier, {**inputs, "code": bare}, {**outputs, "code": bare})
    assert found["code"] == bare


def test_code_comes_from_a_file_on_this_machine(engine: Attached, role: str, tmp_path: Path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("handler.py", "def handle(event, context): ...\n")
    (tmp_path / "code.zip").write_bytes(content.getvalue())
    code = {SIGNATURE: ARCHIVE, "hash": "c" * 64, "path": str(tmp_path / "code.zip")}
    outputs = engine.made(FUNCTION, **function(role, code=code))[2]
    assert outputs["codeSha256"] == base64.b64encode(hashlib.sha256(content.getvalue()).digest()).decode()


def test_a_resource_that_was_made_in_part_is_kept_and_finished_by_the_next_up(
    engine: Attached, role: str, aws: AwsServer
):
    inputs = engine.check(FUNCTION, function(role, reservedConcurrentExecutions=-7))
    with pytest.raises(grpc.RpcError, match="AWS refused to create") as raised:
        engine.create(FUNCTION, inputs)
    kept = unfinished(raised.value)
    outputs = plain(kept.properties)
    assert kept.id == inputs["name"]
    assert outputs["version"] == "1"
    assert outputs["reservedConcurrentExecutions"] == -1
    assert len(kept.reasons) == 1

    repaired = {**inputs, "reservedConcurrentExecutions": 2}
    outputs = engine.update(FUNCTION, kept.id, repaired, outputs, repaired)
    reserved = aws.client("lambda").get_function_concurrency(FunctionName=kept.id)["ReservedConcurrentExecutions"]
    assert (outputs["reservedConcurrentExecutions"], reserved) == (2, 2)


def test_an_update_that_aws_refuses_in_part_says_what_is_there_now(engine: Attached, role: str):
    identifier, inputs, outputs = engine.made(FUNCTION, **function(role))
    news = engine.check(FUNCTION, function(role, memorySize=512, reservedConcurrentExecutions=-7), inputs)
    with pytest.raises(grpc.RpcError, match="AWS refused to update") as raised:
        engine.update(FUNCTION, identifier, inputs, outputs, news)
    there = plain(unfinished(raised.value).properties)
    assert (there["memorySize"], there["reservedConcurrentExecutions"], there["version"]) == (512, -1, "1")


def test_a_protected_table_is_not_deleted(engine: Attached):
    given = {"hashKey": "id", "attributes": [{"name": "id", "type": "S"}], "deletionProtectionEnabled": True}
    identifier, inputs, outputs = engine.made(TABLE, **given)
    with pytest.raises(grpc.RpcError, match=r"AWS refused to delete .* DeletionProtectionEnabled is set"):
        engine.delete(TABLE, identifier, outputs)
    news = {**inputs, "deletionProtectionEnabled": False}
    engine.delete(TABLE, identifier, engine.update(TABLE, identifier, inputs, outputs, news))


def test_a_protected_log_group_is_not_deleted(engine: Attached):
    identifier, _, outputs = engine.made(LOG_GROUP, deletionProtectionEnabled=True)
    with pytest.raises(grpc.RpcError, match=r"AWS refused to delete .* protected"):
        engine.delete(LOG_GROUP, identifier, outputs)


def test_what_the_program_wants_to_keep_is_kept(engine: Attached):
    identifier, inputs, outputs = engine.made(LOG_GROUP, skipDestroy=True)
    engine.delete(LOG_GROUP, identifier, outputs)
    assert engine.read(LOG_GROUP, identifier, inputs, outputs)[0] == identifier


def test_a_function_of_the_provider_is_answered(engine: Attached):
    request = provider_pb2.InvokeRequest(tok="aws:index/getCallerIdentity:getCallerIdentity", args=struct({}))
    assert plain(getattr(engine.call.Invoke(request), "return"))["accountId"] == "000000000000"


def test_what_the_program_ignores_is_no_change(engine: Attached):
    olds, news = {"name": "x", "tagsAll": {"stack": "old"}}, {"name": "x", "tagsAll": {"stack": "new"}}
    request = provider_pb2.DiffRequest(
        type=QUEUE, old_inputs=struct(olds), news=struct(news), ignoreChanges=["tagsAll"]
    )
    assert engine.call.Diff(request).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_who_asks_for_a_schema_is_told_how_to_do_without(engine: Attached):
    with pytest.raises(grpc.RpcError, match=r"has no schema\n.*--generate-code=false") as raised:
        engine.call.GetSchema(provider_pb2.GetSchemaRequest())
    assert raised.value.code() is grpc.StatusCode.UNIMPLEMENTED  # pyright: ignore[reportAttributeAccessIssue]  # every error of a call has one


def test_a_cancelled_engine_leaves_the_provider_to_others(engine: Attached):
    engine.call.Cancel(Empty())
    assert engine.check(QUEUE, {})["name"]


def test_many_resources_are_made_at_once(engine: Attached):
    def make(number: int) -> str:
        inputs = engine.check(QUEUE, {}, name=f"queue-{number}")
        return engine.create(QUEUE, inputs)[1]["name"]

    with ThreadPoolExecutor(16) as pool:
        names = list(pool.map(make, range(40)))
    assert [name.rpartition("-")[0] for name in names] == [f"queue-{number}" for number in range(40)]


def test_a_failure_of_the_provider_itself_is_an_error_and_not_an_end(
    engine: Attached, caplog: pytest.LogCaptureFixture
):
    with pytest.raises(grpc.RpcError, match="the sandbox's provider failed: KeyError"):
        engine.create("aws:dynamodb/tableItem:TableItem", {"item": json.dumps({})})
    assert engine.check(QUEUE, {})["name"]
