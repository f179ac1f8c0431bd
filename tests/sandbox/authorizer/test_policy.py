from typing import Any

import pytest
from lambdaform_sandbox.authorizer.policy import Decision, Policies, Principal, Request, evaluate

ROLE = "arn:aws:iam::000000000000:role/worker"
SESSION = Principal("AWS", "arn:aws:sts::000000000000:assumed-role/worker/run", (ROLE,), "000000000000")
GATEWAY = Principal("Service", "apigateway.amazonaws.com")
TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/people"
ACTION = "dynamodb:GetItem"


def allow(actions: object = ACTION, resources: object = TABLE, **more: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def deny(actions: object = ACTION, resources: object = TABLE, **more: object) -> dict[str, Any]:
    return {**allow(actions, resources, **more), "Effect": "Deny"}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def decide(*statements: dict[str, Any], action: str = ACTION, resource: str = TABLE, **context: object) -> Decision:
    """Decide by one identity policy. `aws__SourceAccount="x"` gives a condition key, None says that it is absent."""
    keys: dict[str, Any] = {key.replace("__", ":"): value for key, value in context.items()}
    present = {key: value for key, value in keys.items() if value is not None}
    request = Request(SESSION, action, resource, present, frozenset(keys) - present.keys())
    return evaluate(request, Policies(identity=[document(*statements)]))


# Statements


@pytest.mark.parametrize(
    ("actions", "resources", "allowed"),
    [
        (ACTION, TABLE, True),
        ("dynamodb:getitem", TABLE, True),
        ("dynamodb:Get*", TABLE, True),
        ("dynamodb:?etItem", TABLE, True),
        ("*", "*", True),
        (["dynamodb:PutItem", ACTION], ["arn:other", TABLE], True),
        (ACTION, "arn:aws:dynamodb:*:*:table/peop*", True),
        (ACTION, f"{TABLE}?", False),
        (ACTION, TABLE.upper(), False),
        (ACTION, f"{TABLE}/index/*", False),
        ("dynamodb:Get", TABLE, False),
        ("dynamodbXGetItem", TABLE, False),
        ("dynamodb.GetItem", TABLE, False),
        (ACTION, "arn:aws:dynamodb:us-east-1:000000000000:table/orders", False),
    ],
)
def test_actions_ignore_case_resources_do_not_and_both_take_wildcards(
    actions: object, resources: object, allowed: bool
):
    assert decide(allow(actions, resources)).allowed is allowed


def test_nothing_is_allowed_without_a_statement():
    assert decide() == Decision(False, f"because no identity-based policy allows the {ACTION} action")


def test_an_explicit_deny_wins_over_every_allow():
    assert decide(allow("*", "*"), deny()) == Decision(False, "with an explicit deny in an identity-based policy")


def test_a_deny_of_something_else_denies_nothing():
    assert decide(allow(), deny("dynamodb:PutItem"), deny(resources=f"{TABLE}2")).allowed


def test_not_action_is_everything_else():
    assert decide({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}).allowed
    assert not decide({"Effect": "Allow", "NotAction": "dynamodb:*", "Resource": "*"}).allowed


def test_a_deny_with_not_resource_denies_everything_else():
    guard = {"Effect": "Deny", "Action": "*", "NotResource": f"{TABLE}*"}

    assert decide(allow("*", "*"), guard).allowed
    assert not decide(allow("*", "*"), guard, resource="arn:aws:s3:::bucket").allowed


def test_a_single_statement_needs_no_list():
    policies = Policies(identity=[{"Statement": allow()}])

    assert evaluate(Request(SESSION, ACTION, TABLE), policies).allowed


# Conditions


@pytest.mark.parametrize(
    ("operator", "expected", "actual", "holds"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", ["b", "a"], "a", True),
        ("StringEquals", "a", "A", False),
        ("StringEquals", "a*", "ab", False),
        ("StringEqualsIgnoreCase", "a", "A", True),
        ("StringNotEquals", "a", "b", True),
        ("StringNotEquals", ["b", "a"], "a", False),
        ("StringLike", "a*", "ab", True),
        ("StringNotLike", "a*", "ab", False),
        ("ArnLike", "arn:aws:execute-api:us-east-1:*:api/*", "arn:aws:execute-api:us-east-1:0:api/x/GET/", True),
        ("ArnLike", "arn:aws:execute-api:*", "arn:aws:execute-api:us-east-1:0:api/x", False),
        ("ArnEquals", "arn:aws:sqs:us-east-1:0:q*", "arn:aws:sqs:us-east-1:0:queue", True),
        ("ArnNotLike", "arn:aws:sqs:us-east-1:0:q*", "arn:aws:sqs:us-east-1:0:queue", False),
        ("Bool", "true", "true", True),
        ("Bool", True, "true", True),
        ("Bool", "true", "false", False),
        ("Null", "false", "a", True),
        ("Null", "true", "a", False),
        ("StringEqualsIfExists", "a", "b", False),
    ],
)
def test_a_condition_holds_as_its_operator_says(operator: str, expected: object, actual: str, holds: bool):
    statement = allow(Condition={operator: {"aws:SourceAccount": expected}})

    assert decide(statement, aws__SourceAccount=actual).allowed is holds


@pytest.mark.parametrize(
    ("operator", "holds"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("StringEqualsIfExists", True),
        ("ArnLike", False),
        ("Bool", False),
        ("Null", True),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
    ],
)
def test_a_key_that_a_call_does_not_have_meets_only_negations_and_if_exists(operator: str, holds: bool):
    statement = allow(Condition={operator: {"aws:SourceAccount": "true"}})

    assert decide(statement, aws__SourceAccount=None).allowed is holds


@pytest.mark.parametrize(
    ("operator", "values", "holds"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a", "z"], False),
        ("ForAllValues:StringEquals", [], True),
        ("ForAnyValue:StringEquals", ["z", "b"], True),
        ("ForAnyValue:StringEquals", ["y", "z"], False),
    ],
)
def test_a_key_with_several_values_is_judged_by_all_or_any_of_them(operator: str, values: list[str], holds: bool):
    statement = allow(Condition={operator: {"aws:TagKeys": ["a", "b"]}})

    assert decide(statement, aws__TagKeys=values).allowed is holds


def test_all_conditions_of_a_statement_must_hold():
    both = {"StringEquals": {"aws:SourceAccount": "a", "aws:RequestedRegion": "r"}}

    assert decide(allow(Condition=both), aws__SourceAccount="a", aws__RequestedRegion="r").allowed
    assert not decide(allow(Condition=both), aws__SourceAccount="a", aws__RequestedRegion="s").allowed


def test_condition_keys_ignore_case():
    assert decide(allow(Condition={"StringEquals": {"AWS:sourceaccount": "a"}}), aws__SourceAccount="a").allowed


# What cannot be judged


DOUBTS = pytest.mark.parametrize(
    ("unjudged", "word"),
    [
        ({"Condition": {"NumericLessThan": {"aws:SourceAccount": "1"}}}, "the condition operator `NumericLessThan`"),
        ({"Condition": {"StringEquals": {"aws:userid": "x"}}}, "the condition key `aws:userid`"),
        ({"Condition": {"StringLike": {"aws:SourceAccount": "${aws:userid}"}}}, "policy variables"),
        ({"Resource": "arn:aws:dynamodb:*:*:table/${aws:userid}"}, "policy variables"),
    ],
    ids=["operator", "key", "variable in a condition", "variable in a resource"],
)


@DOUBTS
def test_what_cannot_be_judged_allows_nothing_and_is_named(unjudged: dict[str, Any], word: str):
    decision = decide({**allow(), **unjudged}, aws__SourceAccount="0")

    assert not decision.allowed
    assert decision.reason.endswith(f"; the sandbox cannot judge {word}")


@DOUBTS
def test_what_cannot_be_judged_denies_and_is_named(unjudged: dict[str, Any], word: str):
    decision = decide(allow(), {**deny(), **unjudged}, aws__SourceAccount="0")

    assert decision == Decision(
        False, f"with an explicit deny in an identity-based policy; the sandbox cannot judge {word}"
    )


# Boundary, session, resource


def test_a_boundary_limits_and_grants_nothing():
    identity = [document(allow("*", "*"))]
    request = Request(SESSION, ACTION, TABLE)

    assert evaluate(request, Policies(identity, boundary=document(allow()))).allowed
    assert evaluate(request, Policies(identity, boundary=document())).reason == (
        f"because no permissions boundary allows the {ACTION} action"
    )
    assert not evaluate(request, Policies(boundary=document(allow()))).allowed


def test_a_session_policy_limits_and_grants_nothing():
    identity = [document(allow("*", "*"))]
    request = Request(SESSION, ACTION, TABLE)

    assert evaluate(request, Policies(identity, session=document(allow()))).allowed
    assert evaluate(request, Policies(identity, session=document())).reason == (
        f"because no session policy allows the {ACTION} action"
    )
    assert not evaluate(request, Policies(session=document(allow()))).allowed


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"boundary": document(allow("*", "*"), deny())}, "a permissions boundary"),
        ({"session": document(allow("*", "*"), deny())}, "a session policy"),
        ({"resource": document(deny(Principal="*"))}, "a resource-based policy"),
    ],
)
def test_a_deny_counts_wherever_it_stands(place: dict[str, Any], words: str):
    decision = evaluate(Request(SESSION, ACTION, TABLE), Policies(identity=[document(allow())], **place))

    assert decision == Decision(False, f"with an explicit deny in {words}")


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ROLE}, {"AWS": [SESSION.name, "arn:other"]}])
def test_a_resource_policy_that_names_the_role_is_enough(principal: object):
    resource = document(allow(Principal=principal))

    assert evaluate(Request(SESSION, ACTION, TABLE), Policies(resource=resource)).allowed


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": "arn:aws:iam::000000000000:root"},
        {"AWS": "000000000000"},
        {"AWS": "arn:aws:iam::000000000000:role/other"},
        {"Service": "lambda.amazonaws.com"},
    ],
)
def test_a_resource_policy_that_names_the_account_or_others_is_not(principal: object):
    resource = document(allow(Principal=principal))

    assert not evaluate(Request(SESSION, ACTION, TABLE), Policies(resource=resource)).allowed


@pytest.mark.parametrize("account", ["arn:aws:iam::000000000000:root", "000000000000"])
def test_a_resource_policy_that_denies_the_account_denies_the_role(account: str):
    resource = document(deny(Principal={"AWS": account}))

    assert not evaluate(Request(SESSION, ACTION, TABLE), Policies([document(allow())], resource=resource)).allowed


def test_a_deny_for_everybody_but_the_role_spares_the_role():
    resource = document(deny(NotPrincipal={"AWS": ROLE}))

    assert evaluate(Request(SESSION, ACTION, TABLE), Policies([document(allow())], resource=resource)).allowed


# Services


def invocation(source_arn: str, account: str = "000000000000") -> Decision:
    """Let API Gateway call an alias that permits exactly one route of one account."""
    alias = "arn:aws:lambda:us-east-1:000000000000:function:search:live"
    permitted = allow(
        "lambda:InvokeFunction",
        alias,
        Principal={"Service": "apigateway.amazonaws.com"},
        Condition={
            "StringEquals": {"AWS:SourceAccount": "000000000000"},
            "ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:us-east-1:000000000000:api/$default/GET/"},
        },
    )
    context = {"aws:SourceArn": source_arn, "aws:SourceAccount": account}
    request = Request(GATEWAY, "lambda:InvokeFunction", alias, context)
    return evaluate(request, Policies(resource=document(permitted)))


def test_a_service_may_do_what_the_resource_permits_it_for_this_source():
    assert invocation("arn:aws:execute-api:us-east-1:000000000000:api/$default/GET/").allowed


@pytest.mark.parametrize(
    ("source_arn", "account"),
    [
        ("arn:aws:execute-api:us-east-1:000000000000:api/$default/POST/", "000000000000"),
        ("arn:aws:execute-api:us-east-1:000000000000:other/$default/GET/", "000000000000"),
        ("arn:aws:execute-api:us-east-1:000000000000:api/$default/GET/", "111122223333"),
    ],
    ids=["another route", "another API", "another account"],
)
def test_a_service_may_not_do_it_for_another_source(source_arn: str, account: str):
    assert invocation(source_arn, account) == Decision(
        False, "because no resource-based policy allows the lambda:InvokeFunction action"
    )


def test_a_service_has_no_identity_policies():
    request = Request(GATEWAY, ACTION, TABLE)

    assert not evaluate(request, Policies(identity=[document(allow("*", "*"))])).allowed
