"""The rules can fail: the same recording, changed in one place, breaks exactly the rule it should."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from lambdaform.testing import Recording, Resource
from program.guardrails import violations
from program.stacks import run

ALIAS = "aws:lambda/alias:Alias"
EVENT_TARGET = "aws:cloudwatch/eventTarget:EventTarget"
FUNCTION = "aws:lambda/function:Function"
INTEGRATION = "aws:apigatewayv2/integration:Integration"
INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping"
METRIC_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
PERMISSION = "aws:lambda/permission:Permission"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"

Change = Callable[[Resource], Mapping[str, Any]]


def changed(recording: Recording, token: str, name: str, change: Change) -> Recording:
    """Return the recording with other inputs for one resource."""
    wanted = recording.one(token, name)
    other = dataclasses.replace(wanted, inputs={**wanted.inputs, **change(wanted)})
    return dataclasses.replace(
        recording, resources=tuple(other if each is wanted else each for each in recording.resources)
    )


def with_statement(**statement: Any) -> Change:
    def change(policy: Resource) -> Mapping[str, Any]:
        document = policy.json("policy")
        return {"policy": json.dumps({**document, "Statement": [*document["Statement"], statement]})}

    return change


def without_alias(key: str) -> Change:
    return lambda resource: {key: resource[key].replace(":live", "")}


def allowing(action: str, resource: str = "arn:aws:sqs:eu-west-1:222222222222:orders") -> Change:
    return with_statement(Effect="Allow", Action=[action], Resource=[resource])


def own_log_group(_function: Resource) -> Mapping[str, Any]:
    return {"loggingConfig": {"logFormat": "JSON", "logGroup": "/aws/lambda/search"}}


def trusted_by_anybody(role: Resource) -> Mapping[str, Any]:
    [statement] = role.json("assumeRolePolicy")["Statement"]
    return {"assumeRolePolicy": json.dumps({"Statement": [{**statement, "Condition": {}}]})}


BROKEN: list[tuple[str, str, Change, str]] = [
    (ROLE, "search", lambda _: {"managedPolicyArns": [ADMINISTRATOR]}, f"attaches {ADMINISTRATOR}"),
    (ROLE, "search", trusted_by_anybody, "can be taken for any account"),
    (ROLE_POLICY, "search", allowing("sqs:*"), "allows sqs:*"),
    (ROLE_POLICY, "search", allowing("*"), "allows *"),
    (ROLE_POLICY, "search", allowing("sqs:SendMessage", "*"), "allows sqs:SendMessage on everything"),
    (ROLE_POLICY, "worker", allowing("logs:CreateLogGroup"), "may make log groups"),
    (ROLE_POLICY, "search", with_statement(Effect="Allow", NotAction=["iam:*"]), "allows everything except something"),
    (PERMISSION, "people-get-root", lambda _: {"sourceArn": None}, "names no source"),
    (PERMISSION, "people-get-root", lambda _: {"sourceAccount": None}, "names no account"),
    (PERMISSION, "people-get-root", lambda _: {"sourceAccount": "*"}, "names no account"),
    (PERMISSION, "people-get-root", lambda _: {"qualifier": "7", "function": "search"}, "is not for the alias"),
    (MAPPING, "registrations", without_alias("functionName"), "points at arn:aws:lambda"),
    (EVENT_TARGET, "search-warmer-0", without_alias("arn"), "points at arn:aws:lambda"),
    (EVENT_TARGET, "search-warmer-0", lambda each: {"arn": each["arn"].replace(":live", ":7")}, "points at arn:aws"),
    (INTEGRATION, "people-get-root", without_alias("integrationUri"), "points at arn:aws:apigateway"),
    (METRIC_ALARM, "search-errors", lambda each: {"dimensions": {**each["dimensions"], "Resource": ""}}, "without an"),
    (FUNCTION, "search", lambda _: {"publish": False}, "publishes no version"),
    (FUNCTION, "search", own_log_group, "does not wait for a log group of its own"),
    (ALIAS, "search", lambda _: {"functionVersion": "$LATEST"}, "is made with $LATEST"),
    (LOG_GROUP, "search", lambda _: {"retentionInDays": 0}, "keeps lines for ever"),
]


@pytest.mark.parametrize(("token", "name", "change", "what"), BROKEN)
def test_a_change_for_the_worse_breaks_one_rule(token: str, name: str, change: Change, what: str):
    [violation] = violations(changed(run("prod"), token, name, change))

    assert violation.startswith(f"{token} {name}: ")
    assert what in violation


def test_an_attachment_beside_the_components_is_noticed():
    attachment = resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", policyArn=ADMINISTRATOR, role="search")

    assert violations(added(attachment)) == [f"{attachment.type} extra: attaches {ADMINISTRATOR}"]


@pytest.mark.parametrize("qualifier", ["", ":1", ":lively"])
def test_a_right_to_invoke_past_the_alias_is_noticed(qualifier: str):
    target = run("prod").one(FUNCTION, "search").outputs["arn"] + qualifier

    [violation] = violations(changed(run("prod"), ROLE_POLICY, "worker", allowing("lambda:InvokeFunction", target)))

    assert violation == f"{ROLE_POLICY} worker: points at {target}"


def test_a_right_to_invoke_the_alias_is_right():
    target = run("prod").one(ALIAS, "search").outputs["arn"]

    assert violations(changed(run("prod"), ROLE_POLICY, "worker", allowing("lambda:InvokeFunction", target))) == []


def test_settings_of_the_function_instead_of_its_alias_are_noticed():
    function = run("prod").one(FUNCTION, "search").outputs["name"]

    [violation] = violations(added(resource(INVOKE_CONFIG, functionName=function)))

    assert violation == f"{INVOKE_CONFIG} extra: is for {function} without an alias"


def test_the_same_settings_of_the_alias_are_right():
    function = run("prod").one(FUNCTION, "search").outputs["name"]

    assert violations(added(resource(INVOKE_CONFIG, functionName=function, qualifier="live"))) == []


@pytest.mark.parametrize(("stack", "ignored"), [("prod", ()), ("sandbox", ("functionVersion",))])
def test_an_alias_with_two_owners_or_none_is_noticed(stack: str, ignored: tuple[str, ...]):
    recording = run(stack)
    alias = recording.one(ALIAS, "search")
    other = dataclasses.replace(alias, ignore_changes=ignored)
    resources = tuple(other if each is alias else each for each in recording.resources)

    [violation] = violations(dataclasses.replace(recording, resources=resources))

    assert violation.startswith(f"{ALIAS} search: is moved by")


def resource(token: str, **inputs: Any) -> Resource:
    return dataclasses.replace(run("prod").one(ROLE, "search"), type=token, name="extra", inputs=inputs)


def added(extra: Resource) -> Recording:
    recording = run("prod")
    return dataclasses.replace(recording, resources=(*recording.resources, extra))
