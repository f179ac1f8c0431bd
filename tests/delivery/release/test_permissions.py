"""The policies of the commands, as documents; that each is enough and needed is tried where the command is tested."""

import dataclasses
import json
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from lambdaform_delivery.release.permissions import Command, grants, policy
from lambdaform_delivery.release.target import ReleaseTarget

TARGET = ReleaseTarget(
    name="search",
    function_name="people-search",
    alias="live",
    alias_owner="release",
    code_owner="stack",
    account="123456789012",
    region="eu-central-1",
    published_version="7",
)
FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:people-search"


def statements(command: Command, *targets: ReleaseTarget) -> list[dict[str, Any]]:
    return policy(command, targets or (TARGET,))["Statement"]


def allowed_on(command: Command, *targets: ReleaseTarget) -> dict[str, list[str]]:
    """Return the resources of each allowed action."""
    given = [each for each in statements(command, *targets) if each["Effect"] == "Allow"]
    pairs = [(action, each["Resource"]) for each in given for action in each["Action"]]
    return {action: [arn for name, arns in pairs if name == action for arn in arns] for action, _ in pairs}


@pytest.mark.parametrize("command", Command)
def test_no_policy_has_a_wildcard_in_actions_or_reaches_another_function(command: Command):
    for statement in statements(command):
        assert not [action for action in statement["Action"] if "*" in action]
        if statement["Resource"] == "*":
            assert statement["Condition"] == {"StringEquals": {"aws:RequestedRegion": ["eu-central-1"]}}
        else:
            other = FUNCTION.replace("people-search", "people-searcher")
            assert not [
                arn for arn in statement["Resource"] for called in (other, f"{other}:7") if fnmatchcase(called, arn)
            ]


def test_status_reads_and_nothing_else():
    assert allowed_on(Command.STATUS) == {"lambda:GetAlias": [FUNCTION], "lambda:ListVersionsByFunction": [FUNCTION]}


def test_prune_may_delete_numbered_versions_and_is_forbidden_to_delete_the_function():
    assert allowed_on(Command.PRUNE)["lambda:DeleteFunction"] == [f"{FUNCTION}:*"]
    denied = [each for each in statements(Command.PRUNE) if each["Effect"] == "Deny"]
    assert denied == [{"Effect": "Deny", "Action": ["lambda:DeleteFunction"], "Resource": [FUNCTION]}]


def test_branch_may_make_urls_public_only_on_branch_aliases():
    assert allowed_on(Command.BRANCH)["lambda:AddPermission"] == [f"{FUNCTION}:br-*"]


def test_publishing_is_granted_only_for_functions_whose_code_belongs_to_the_pipeline():
    mine = dataclasses.replace(TARGET, code_owner="pipeline", function_name="worker")

    assert "lambda:UpdateFunctionCode" not in allowed_on(Command.RELEASE)
    assert allowed_on(Command.RELEASE, TARGET, mine)["lambda:UpdateFunctionCode"] == [
        FUNCTION.replace("people-search", "worker")
    ]


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-central-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_arns_are_those_of_the_region_s_partition(region: str, partition: str):
    there = dataclasses.replace(TARGET, region=region)

    assert f"arn:{partition}:lambda:{region}:" in json.dumps(policy(Command.STATUS, [there]))


def test_the_document_lists_exactly_these_grants():
    text = Path(__file__).parents[3].joinpath("docs/release.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in text.splitlines() if re.match(r"\| `\w+` \| (\*\*denied:\*\* )?`\w+:", line)]

    documented = {(row[0].strip("| `"), "denied" in row[1], *re.findall(r"`(\w+:\w+)`", row[1])) for row in rows}
    assert documented == {(command, each.is_denied, *each.actions) for command in Command for each in grants(command)}
