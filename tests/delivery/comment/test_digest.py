"""Reading what `pulumi preview --json` prints."""

import json

import pytest
from delivery.comment.digests import EXAMPLE, change, state, step, text
from lambdaform_delivery.comment import parse
from lambdaform_delivery.comment.changes import Difference
from lambdaform_delivery.errors import DigestError

TABLE = "aws:dynamodb/table:Table"


def test_project_and_stack_are_those_of_the_first_urn():
    digest = parse(text(stack="prod-eu"))
    assert (digest.project, digest.stack) == ("lambdaform", "prod-eu")


def test_a_digest_of_the_real_cli_is_read():
    digest = parse(EXAMPLE.read_text(encoding="utf-8"))
    assert (digest.stack, digest.unchanged, len(digest.diagnostics)) == ("sandbox", 55, 1)
    assert {"same", "update", "replace", "delete"} == {each.operation for each in digest.steps}


def test_what_the_stack_protects_keeps_and_ignores_is_read():
    old = state(protect=True, retainOnDelete=True, ignoreChanges=["tags"])
    [_, read] = parse(text(step("same", TABLE, old=old))).steps
    assert read.old is not None
    assert (read.old.protected, read.old.retained, read.old.ignored) == (True, True, frozenset({"tags"}))


def test_where_the_provider_gives_no_details_the_names_of_the_properties_are_taken():
    updated = step("replace", TABLE, old=state({"a": 1, "b": 1}), new=state({"a": 2, "b": 2}))
    updated |= {"diffReasons": ["a", "b"], "replaceReasons": ["b"]}
    assert change(updated).differences == (Difference("a", 1, 2, False), Difference("b", 1, 2, True))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("", "the digest is empty"),
        ("not json", "the digest is not one JSON object, line 1 column 1"),
        ('{"steps": []}\n{"sequence": 1}', "the digest is not one JSON object, line 2 column 1"),
        ("[]", "the digest is not one JSON object"),
        ("[" * 100_000, "the digest is not one JSON object"),
        ('{"steps": {}}', "`steps` of the digest is not a list"),
        ('{"steps": [1]}', "`steps` of the digest is not a list of objects"),
        ('{"steps": [{"op": "same"}]}', "a step of the digest has no `urn` of Pulumi's form"),
        ('{"steps": [{"op": 1, "urn": "urn:pulumi:s::p::t::n"}]}', "`op` of the digest is not a text"),
        ('{"steps": [{"urn": "urn:pulumi:s::p::t::n", "oldState": 1}]}', "`oldState` of the digest is not an object"),
        ('{"steps": [{"urn": "urn:pulumi:a --> <b>::p::t::n"}]}', "a step of the digest has no `urn` of Pulumi's form"),
        ("{}", "the digest names no stack: the preview ended before the program began"),
    ],
)
def test_what_is_no_digest_is_one_clear_error(given: str, message: str):
    with pytest.raises(DigestError) as caught:
        parse(given)
    assert caught.value.message == message
    assert caught.value.hint


@pytest.mark.parametrize("key", ["diagnostics", "changeSummary"])
def test_what_the_cli_leaves_out_or_writes_as_null_is_empty(key: str):
    document = json.loads(text(diagnostics=[("error", "no")], unchanged=3))
    without = {name: value for name, value in document.items() if name != key}
    assert parse(json.dumps({**document, key: None})) == parse(json.dumps(without))
