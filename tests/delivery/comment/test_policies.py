"""Policy documents, grant by grant."""

import json
from dataclasses import replace

import pytest
from delivery.comment.digests import UNKNOWN, policy
from lambdaform.iam.statements import STAR_ONLY_ACTIONS as LIBRARYS
from lambdaform_delivery.comment.policies import STAR_ONLY_ACTIONS, Grant, condition_keys, covers, grants_of

GET = Grant("Allow", "s3:GetObject", "arn:aws:s3:::photos/a")


def test_a_statement_is_one_grant_per_action_and_resource():
    text = policy({"Action": ["s3:GetObject", "s3:PutObject"], "Resource": ["arn:a", "arn:b"]})
    assert grants_of(text) == {
        Grant("Allow", action, resource)
        for action in ("s3:GetObject", "s3:PutObject")
        for resource in ("arn:a", "arn:b")
    }


def test_a_text_and_a_list_of_one_are_the_same():
    assert grants_of(policy({"Action": "a:B", "Resource": "*"})) == grants_of(
        policy({"Action": ["a:B"], "Resource": ["*"]})
    )


@pytest.mark.parametrize(
    ("principal", "expected"),
    [("*", {"*"}), ({"AWS": "*"}, {"*"}), ({"AWS": ["1", "2"], "Service": "s"}, {"1", "2", "s"})],
)
def test_every_principal_counts(principal: object, expected: set[str]):
    grants = grants_of(policy({"Action": "a:B", "Resource": "*", "Principal": principal}))
    assert grants is not None
    assert {grant.principal for grant in grants} == expected


@pytest.mark.parametrize("key", ["Action", "Resource", "Principal"])
def test_everything_but_something_is_read_as_everything(key: str):
    statement = {"Action": "a:B", "Resource": "arn:c", "Principal": "d", f"Not{key}": "x"}
    grants = grants_of(policy({name: value for name, value in statement.items() if name != key}))
    assert grants is not None
    assert [getattr(grant, key.lower()) for grant in grants] == ["*"]


@pytest.mark.parametrize("value", [UNKNOWN, "[secret]", "{", "[]", "{}", None, 3, {"Statement": []}, "[" * 100_000])
def test_what_is_no_known_document_is_none(value: object):
    assert grants_of(value) is None


@pytest.mark.parametrize("statement", [3, None, [], [1, None, []]])
def test_a_malformed_document_grants_nothing(statement: object):
    assert grants_of(json.dumps({"Statement": statement})) == frozenset()


@pytest.mark.parametrize("condition", ["x", 3, [], {"StringEquals": "x"}])
def test_a_malformed_condition_has_no_keys(condition: object):
    grants = grants_of(policy({"Action": "a:B", "Resource": "*", "Condition": condition}))
    assert grants is not None
    assert [condition_keys(grant) for grant in grants] == [frozenset()]


@pytest.mark.parametrize(
    ("wide", "expected"),
    [
        (GET, True),
        (replace(GET, action="s3:Get*"), True),
        (replace(GET, action="S3:GETOBJECT"), True),
        (replace(GET, resource="arn:aws:s3:::photos/*"), True),
        (replace(GET, resource="*"), True),
        (replace(GET, action="s3:PutObject"), False),
        (replace(GET, resource="arn:aws:s3:::photos/b"), False),
        (replace(GET, condition='{"Bool": {"aws:SecureTransport": "true"}}'), False),
        (replace(GET, effect="Deny"), False),
        (replace(GET, principal="*"), False),
    ],
)
def test_a_grant_covers_what_it_includes(wide: Grant, expected: bool):
    assert covers(wide, GET) is expected


def test_a_bracket_in_a_pattern_is_a_bracket():
    assert not covers(replace(GET, resource="arn:aws:s3:::photos/[ab]"), GET)


def test_the_actions_that_only_take_a_star_are_those_of_the_library():
    assert STAR_ONLY_ACTIONS == LIBRARYS
