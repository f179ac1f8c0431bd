import json
from typing import Any

import pytest
from infra.samples import ACCOUNT, ALIAS, listed
from lambdaform import Warmer
from lambdaform.testing import Recording, deploy

RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
PERMISSION = "aws:lambda/permission:Permission"


def warmer(**changes: Any) -> Recording:
    args: Any = {"alias_arn": ALIAS, **changes}
    return deploy(lambda: Warmer("worker", args))


def test_a_warmer_is_a_rule_its_targets_and_one_permission():
    assert listed(warmer(concurrency=2)) == [
        (RULE, "worker-warmer"),
        (TARGET, "worker-warmer-0"),
        (TARGET, "worker-warmer-1"),
        (PERMISSION, "worker-warmer"),
        ("lambdaform:index:Warmer", "worker"),
    ]


def test_the_rule_alone_may_invoke_and_only_the_alias():
    recording = warmer()

    assert recording.one(PERMISSION).inputs == {
        "action": "lambda:InvokeFunction",
        "function": "worker-1a2b3c4",
        "qualifier": "live",
        "principal": "events.amazonaws.com",
        "sourceArn": recording.one(RULE).outputs["arn"],
        "sourceAccount": ACCOUNT,
    }


def test_every_target_is_the_alias_with_an_event_that_handlers_skip():
    recording = warmer(concurrency=3)

    assert {target["arn"] for target in recording.of(TARGET)} == {ALIAS}
    assert [json.loads(target["input"]) for target in recording.of(TARGET)] == [
        {"source": "lambdaform.warmer", "index": index} for index in range(3)
    ]


def test_nothing_is_invoked_before_it_is_permitted():
    recording = warmer()

    assert recording.one(PERMISSION).urn in recording.one(TARGET).dependencies


@pytest.mark.parametrize(
    ("options", "rate"),
    [({}, "rate(5 minutes)"), ({"every_minutes": 1}, "rate(1 minute)"), ({"every_minutes": 60}, "rate(60 minutes)")],
)
def test_the_rate_is_in_words_that_eventbridge_reads(options: dict[str, int], rate: str):
    assert warmer(**options).one(RULE)["scheduleExpression"] == rate


def test_the_output_is_the_rule():
    recording = warmer()

    registered = recording.one("lambdaform:index:Warmer").registered_outputs
    assert registered == {"rule_arn": recording.one(RULE).outputs["arn"]}
