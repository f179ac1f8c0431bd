import json
from collections.abc import Sequence
from typing import Any, cast

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from infra.samples import ACCOUNT, TABLE
from lambdaform import Condition, InputError, Statement
from lambdaform.iam import policy_document, trust_document
from lambdaform.iam.documents import render_document
from lambdaform.testing import deploy

QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:orders"
GET = Statement(actions=["dynamodb:GetItem"], resources=[TABLE])

conditions = st.builds(
    Condition,
    test=st.sampled_from(["StringEquals", "ArnLike"]),
    variable=st.sampled_from(["aws:SourceAccount", "kms:ViaService"]),
    values=st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=2, unique=True),
)
statements = st.builds(
    Statement,
    effect=st.sampled_from(["Allow", "Deny"]),
    actions=st.lists(st.sampled_from(["sqs:SendMessage", "sqs:GetQueueUrl", "sns:Publish"]), min_size=1, max_size=4),
    resources=st.lists(st.sampled_from([TABLE, QUEUE, f"{QUEUE}-2"]), min_size=1, max_size=3),
    conditions=st.lists(conditions, max_size=2, unique_by=lambda condition: (condition["test"], condition["variable"])),
)
Grant = tuple[str, str, str, str]


def granted(document: str) -> set[Grant]:
    """Return what a document says, one action on one resource at a time."""
    return {
        (statement["Effect"], action, resource, json.dumps(statement.get("Condition", {}), sort_keys=True))
        for statement in json.loads(document)["Statement"]
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


def asked(wanted: Sequence[Statement]) -> set[Grant]:
    return set[Grant]().union(*(granted(render_document([statement])) for statement in wanted))


@given(st.lists(statements, max_size=6))
def test_merging_neither_adds_nor_loses_anything(wanted: list[Statement]):
    assert granted(render_document(wanted)) == asked(wanted)


@given(st.lists(statements, max_size=6), st.randoms())
def test_the_bytes_do_not_depend_on_the_order(wanted: list[Statement], random: Any):
    shuffled = [_shuffled(statement, random) for statement in random.sample(wanted, len(wanted))]

    assert render_document(shuffled) == render_document(wanted)


def _shuffled(statement: Statement, random: Any) -> Statement:
    parts: dict[str, Any] = {**statement}
    for key in ("actions", "resources", "conditions"):
        parts[key] = random.sample(parts[key], len(parts[key]))
    return cast(Statement, parts)


@given(st.lists(statements, max_size=6))
def test_saying_it_twice_changes_nothing(wanted: list[Statement]):
    assert render_document([*wanted, *wanted]) == render_document(wanted)


@given(st.lists(statements, max_size=6))
def test_a_document_is_compact_json_of_the_current_version(wanted: list[Statement]):
    document = render_document(wanted)

    assert json.loads(document)["Version"] == "2012-10-17"
    assert json.dumps(json.loads(document), separators=(",", ":")) == document


def test_a_whole_document_word_for_word():
    through = Condition(test="StringEquals", variable="kms:ViaService", values=["ssm.eu-west-1.amazonaws.com"])
    decrypt = Statement(actions=["kms:Decrypt"], resources=[TABLE], conditions=[through])

    assert render_document([GET, decrypt]) == (
        '{"Version":"2012-10-17","Statement":['
        f'{{"Effect":"Allow","Action":["dynamodb:GetItem"],"Resource":["{TABLE}"]}},'
        f'{{"Effect":"Allow","Action":["kms:Decrypt"],"Resource":["{TABLE}"],'
        '"Condition":{"StringEquals":{"kms:ViaService":["ssm.eu-west-1.amazonaws.com"]}}}]}'
    )


def resolved(*wanted: Statement) -> str:
    return deploy(lambda: pulumi.export("policy", policy_document("Function", "worker", wanted))).exports["policy"]


def test_a_document_waits_for_what_it_names():
    def program():
        statement = Statement(actions=["sns:Publish"], resources=[pulumi.Output.from_input(QUEUE)])
        pulumi.export("policy", policy_document("Function", "worker", [statement]))

    [statement] = json.loads(deploy(program).exports["policy"])["Statement"]

    assert statement["Resource"] == [QUEUE]


def test_a_document_of_nothing_allows_nothing():
    assert json.loads(resolved()) == {"Version": "2012-10-17", "Statement": []}


def test_a_document_is_refused_when_something_in_it_turns_out_too_wide():
    with pytest.raises(InputError) as raised:
        resolved(GET, Statement(actions=["sns:Publish"], resources=["*"]))

    assert [problem.field for problem in raised.value.problems] == ["permissions[1].resources[0]"]


def test_a_document_is_as_long_as_iam_takes_and_no_longer():
    padding = 10_240 - len(resolved(Statement(actions=["sns:Publish"], resources=[QUEUE])))

    assert len(resolved(Statement(actions=["sns:Publish"], resources=[QUEUE + "x" * padding]))) == 10_240
    with pytest.raises(InputError, match="must be at most 10,240 characters as an inline policy, is 10,241"):
        resolved(Statement(actions=["sns:Publish"], resources=[QUEUE + "x" * (padding + 1)]))


def test_a_service_takes_a_role_for_one_account_only():
    document = deploy(lambda: pulumi.export("trust", trust_document("logs.amazonaws.com", ACCOUNT))).exports["trust"]

    assert json.loads(document)["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "logs.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        }
    ]
