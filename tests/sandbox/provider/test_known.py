"""What is known of a resource: inputs and outputs joined with what AWS says of it."""

from typing import Any

import pytest
from lambdaform_sandbox.provider.known import known_inputs, known_outputs, with_tags
from lambdaform_sandbox.provider.table import TABLE

QUEUE = TABLE["aws:sqs/queue:Queue"]
FUNCTION = TABLE["aws:lambda/function:Function"]
DEFAULT_TAGS = {"stack": "sandbox"}


def test_the_words_of_the_program_stay_where_aws_means_the_same():
    inputs = {"policy": '{"Version": "2012-10-17", "Statement": []}'}
    found = {"policy": '{"Statement":[],"Version":"2012-10-17"}'}
    assert known_inputs(QUEUE, inputs, found) == known_outputs(QUEUE, inputs, found) == inputs


def test_what_aws_has_otherwise_is_taken_over():
    assert known_inputs(QUEUE, {"delaySeconds": 0}, {"delaySeconds": 5}) == {"delaySeconds": 5}


def test_what_aws_no_longer_has_is_no_longer_an_input():
    assert known_inputs(FUNCTION, {"description": "x", "timeout": 3}, {"description": None}) == {"timeout": 3}


def test_what_aws_does_not_speak_of_stays():
    assert known_inputs(FUNCTION, {"publish": True}, {}) == {"publish": True}


def test_what_the_program_never_said_is_added_where_it_is_unusual():
    found: dict[str, Any] = {
        "description": "by hand",
        "tracingConfig": {"mode": "PassThrough"},
        "environment": None,
        "layers": [],
    }
    assert known_inputs(FUNCTION, {"handler": "h"}, {**found, "handler": "h"}) == {
        "handler": "h",
        "description": "by hand",
    }


def test_what_aws_settled_is_an_input_of_an_import_only():
    found = {"architectures": ["arm64"]}
    assert known_inputs(FUNCTION, {"handler": "h"}, found) == {"handler": "h"}
    assert known_inputs(FUNCTION, {}, found) == found


def test_outputs_hold_what_aws_decided():
    found = {"arn": "arn:x", "delaySeconds": 0, "policy": None}
    assert known_outputs(QUEUE, {"delaySeconds": 0}, found) == {"delaySeconds": 0, "arn": "arn:x"}


@pytest.mark.parametrize(
    ("found", "known", "own"),
    [
        ({"stack": "sandbox"}, {}, None),
        ({"stack": "sandbox", "by": "hand"}, {}, {"by": "hand"}),
        ({"stack": "other"}, {}, {"stack": "other"}),
        ({"stack": "sandbox"}, {"stack": "sandbox"}, {"stack": "sandbox"}),
        ({"stack": "sandbox"}, {"team": "search"}, {}),
    ],
)
def test_own_tags_are_those_that_the_stack_does_not_put_on_everything(
    found: dict[str, str], known: dict[str, str], own: Any
):
    tagged = with_tags({}, found, DEFAULT_TAGS, {"tags": known})
    assert tagged == {"tagsAll": found, "tags": own}
