"""What is dangerous about a preview, and what is not."""

from collections.abc import Mapping
from typing import Any

import pytest
from delivery.comment.digests import UNKNOWN, changes, policy, state, step, urn
from lambdaform_delivery.comment.dangers import dangers_in, not_judged

Json = dict[str, Any]

TABLE = "aws:dynamodb/table:Table"
FUNCTION = "aws:lambda/function:Function"
ALIAS = "aws:lambda/alias:Alias"
ROUTE = "aws:apigatewayv2/route:Route"
PERMISSION = "aws:lambda/permission:Permission"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
RELEASED: Json = {"ignoreChanges": ["description", "functionVersion", "routingConfig"]}
ITEMS = "arn:aws:dynamodb:eu-west-1:123456789012:table/people"


def found(*steps: Json) -> list[tuple[str, str]]:
    return [(danger.title, danger.meaning) for danger in dangers_in(changes(*steps))]


def created(type_: str, inputs: Mapping[str, Any]) -> Json:
    return step("create", type_, new=state(inputs))


def updated(type_: str, old: Mapping[str, Any], new: Mapping[str, Any], name: str = "search") -> Json:
    return step("update", type_, name, old=state(old), new=state(new))


def role_policy(*statements: Mapping[str, Any], role: str = "search-1") -> Json:
    return {"role": role, "policy": policy(*statements)}


GET = {"Action": "dynamodb:GetItem", "Resource": ITEMS}
QUERY = {"Action": "dynamodb:Query", "Resource": ITEMS}


def test_a_deleted_table_takes_its_items_along():
    assert found(step("delete", TABLE, old=state())) == [("data is lost", "deleted, with its items")]


def test_a_replaced_table_names_the_properties_that_cause_it():
    replaced = step(
        "replace", TABLE, old=state(), new=state(), differences={"hashKey": "update-replace", "tags": "add"}
    )
    assert found(replaced) == [("data is lost", "replaced because of `hashKey`, with its items")]


def test_a_protected_table_is_said_to_be_refused():
    [(_, meaning)] = found(step("delete", TABLE, old=state(protect=True)))
    assert meaning.endswith("(protected: `pulumi up` refuses)")


def test_a_table_that_stays_in_aws_is_not_lost():
    assert found(step("delete", TABLE, old=state(retainOnDelete=True))) == []


@pytest.mark.parametrize(("operation", "beginning"), [("replace", "replaced: "), ("delete", "deleted: ")])
@pytest.mark.parametrize("type_", [FUNCTION, ALIAS, "aws:lambda/eventSourceMapping:EventSourceMapping"])
def test_what_others_call_is_not_taken_away_in_silence(type_: str, operation: str, beginning: str):
    [(title, meaning)] = found(step(operation, type_, old=state(), new=state()))
    assert title == "taken away"
    assert meaning.startswith(beginning)


@pytest.mark.parametrize("operation", ["create", "update", "same", "read"])
def test_what_stays_or_is_new_is_no_loss(operation: str):
    assert found(step(operation, TABLE, old=state(), new=state()), step(operation, FUNCTION, old=state())) == []


def test_a_protection_that_ends_is_told_even_if_nothing_else_changes():
    assert [title for title, _ in found(step("same", TABLE, old=state(protect=True), new=state()))] == [
        "protection removed"
    ]
    assert [title for title, _ in found(updated(TABLE, {"deletionProtectionEnabled": True}, {}))] == [
        "protection removed"
    ]


@pytest.mark.parametrize(
    ("type_", "inputs", "meaning"),
    [
        (ROUTE, {"routeKey": "GET /", "authorizationType": "NONE"}, "anybody on the internet may call `GET /`"),
        (ROUTE, {"routeKey": "GET /"}, "anybody on the internet may call `GET /`"),
        (
            "aws:lambda/functionUrl:FunctionUrl",
            {"authorizationType": "NONE"},
            "anybody on the internet may call the function's URL",
        ),
        (PERMISSION, {"principal": "*", "action": "lambda:InvokeFunction"}, "anybody may `lambda:InvokeFunction`"),
        (
            QUEUE_POLICY,
            {"policy": policy({"Action": "sqs:SendMessage", "Resource": ITEMS, "Principal": {"AWS": "*"}})},
            "anybody may `sqs:SendMessage`",
        ),
        (
            "aws:iam/role:Role",
            {"assumeRolePolicy": policy({"Action": "sts:AssumeRole", "Principal": "*"})},
            "anybody may `sts:AssumeRole`",
        ),
    ],
)
def test_what_becomes_open_to_anybody_is_told(type_: str, inputs: Json, meaning: str):
    assert found(created(type_, inputs)) == [("public access", meaning)]
    assert found(step("same", type_, old=state(inputs), new=state(inputs))) == []


@pytest.mark.parametrize(
    ("condition", "public"),
    [
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"ArnEquals": {"aws:SourceArn": ITEMS}}, False),
        ({"StringEquals": {"kms:CallerAccount": "123456789012"}}, False),
    ],
)
def test_a_condition_counts_if_it_keeps_somebody_out(condition: Json, public: bool):
    open_to_all = {"Action": "sqs:SendMessage", "Resource": ITEMS, "Principal": "*", "Condition": condition}
    assert bool(found(created(QUEUE_POLICY, {"policy": policy(open_to_all)}))) is public


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        (ROUTE, {"authorizationType": "AWS_IAM"}),
        (ROUTE, {"authorizationType": UNKNOWN}),
        (PERMISSION, {"principal": "sqs.amazonaws.com"}),
        (PERMISSION, {"principal": "*", "principalOrgId": "o-1"}),
        (QUEUE_POLICY, {"policy": policy({"Effect": "Deny", "Action": "*", "Resource": "*", "Principal": "*"})}),
    ],
)
def test_what_is_not_open_is_not_called_so(type_: str, inputs: Json):
    assert found(created(type_, inputs)) == []


def test_a_bucket_that_may_become_public_is_told():
    closed: Json = {"blockPublicAcls": True, "blockPublicPolicy": True, "ignorePublicAcls": True}
    closed["restrictPublicBuckets"] = True
    assert found(created(BLOCK, closed)) == []
    assert found(updated(BLOCK, closed, {**closed, "blockPublicPolicy": False})) == [
        ("public access", "`blockPublicPolicy` is off")
    ]
    assert [title for title, _ in found(step("delete", BLOCK, old=state(closed)))] == ["public access"]


@pytest.mark.parametrize(
    ("statement", "meaning"),
    [
        ({"Action": "s3:*", "Resource": ITEMS}, f"allows `s3:*` on `{ITEMS}`"),
        ({"Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*"}, "allows `s3:GetObject`, `s3:PutObject` on `*`"),
        ({"NotAction": "iam:*", "Resource": ITEMS}, f"allows `*` on `{ITEMS}`"),
    ],
)
def test_a_wildcard_is_told_when_it_comes(statement: Json, meaning: str):
    assert found(created(ROLE_POLICY, role_policy(statement))) == [("wildcard", meaning)]
    unchanged = state(role_policy(statement))
    assert found(step("same", ROLE_POLICY, old=unchanged, new=unchanged)) == []


def test_a_star_is_no_wildcard_where_aws_takes_nothing_else():
    assert found(created(ROLE_POLICY, role_policy({"Action": "xray:PutTraceSegments", "Resource": "*"}))) == []


def test_a_policy_that_aws_writes_is_a_wildcard():
    attached = {"role": "search-1", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    [(title, meaning)] = found(created("aws:iam/rolePolicyAttachment:RolePolicyAttachment", attached))
    assert title == "wildcard"
    assert "`arn:aws:iam::aws:policy/AdministratorAccess`" in meaning


def test_an_alias_that_the_stack_takes_over_is_told_with_what_follows():
    flipped = step("same", ALIAS, old=state(**RELEASED), new=state())
    assert found(flipped) == [
        ("alias owner", "from `release` to `stack`: this `pulumi up` moves it at once to the version it publishes")
    ]


def test_an_alias_that_the_stack_hands_over_is_told():
    flipped = step("same", ALIAS, old=state(), new=state(**RELEASED))
    assert found(flipped) == [("alias owner", "from `stack` to `release`: `pulumi up` does not move it any more")]


@pytest.mark.parametrize("more", [{}, RELEASED])
def test_an_alias_that_keeps_its_owner_is_not_dangerous(more: Json):
    assert found(step("update", ALIAS, old=state(**more), new=state(**more))) == []


def test_a_new_alias_has_no_owner_that_could_change():
    assert found(step("create", ALIAS, new=state(**RELEASED))) == []


def test_an_action_that_the_running_version_may_use_is_missed():
    assert found(updated(ROLE_POLICY, role_policy(GET, QUERY), role_policy(QUERY))) == [
        (
            "right removed",
            f"loses `dynamodb:GetItem` on `{ITEMS}`; what runs now loses it before anything new takes over",
        )
    ]


def test_a_version_that_waits_for_a_release_runs_on_without_the_action():
    function = {"name": "search-2", "role": "arn:aws:iam::123456789012:role/search-1"}
    alias = state({"functionName": "search-2"}, **RELEASED)
    [(_, meaning)] = found(
        updated(ROLE_POLICY, role_policy(GET, QUERY), role_policy(QUERY)),
        step("same", FUNCTION, old=state(function), new=state(function)),
        step("same", ALIAS, old=alias, new=alias),
    )
    assert meaning.endswith("; the live version runs on without it until a release moves the alias")


def test_an_action_that_another_policy_of_the_role_gives_is_not_lost():
    moved = updated(ROLE_POLICY, role_policy(GET, QUERY), role_policy(QUERY))
    assert found(moved, step("create", ROLE_POLICY, "more", new=state(role_policy(GET)))) == []
    assert found(moved, step("create", ROLE_POLICY, "other", new=state(role_policy(GET, role="worker-1")))) != []


def test_an_action_that_a_wider_one_includes_is_not_lost():
    wider = {"Action": "dynamodb:Get*", "Resource": ITEMS}
    assert [title for title, _ in found(updated(ROLE_POLICY, role_policy(GET), role_policy(wider)))] == ["wildcard"]


def test_rights_that_go_with_the_component_that_needs_them_are_not_missed():
    source = "lambdaform:index:QueueSource"
    gone = state(role_policy(GET), parent=urn(source, "orders"))
    assert found(step("delete", source, "orders", old=state()), step("delete", ROLE_POLICY, old=gone)) == []
    assert [title for title, _ in found(step("delete", ROLE_POLICY, old=gone))] == ["right removed"]


def test_a_deny_that_goes_is_no_right_that_is_lost():
    deny = {**GET, "Effect": "Deny"}
    assert found(updated(ROLE_POLICY, role_policy(deny, QUERY), role_policy(QUERY))) == []


@pytest.mark.parametrize("value", [UNKNOWN, "[secret]"])
def test_what_cannot_be_read_is_not_judged_but_counted(value: str):
    later = updated(ROLE_POLICY, role_policy(GET), {"role": "search-1", "policy": value})
    assert found(later) == []
    assert not_judged(changes(later)) == 1


def test_the_worst_comes_first():
    titles = [
        title
        for title, _ in found(
            updated(ROLE_POLICY, role_policy(GET), role_policy({"Action": "s3:*", "Resource": ITEMS})),
            step("same", ALIAS, old=state(), new=state(**RELEASED)),
            created(ROUTE, {}),
            step("delete", FUNCTION, old=state()),
            step("delete", TABLE, old=state()),
        )
    ]
    assert titles == ["data is lost", "taken away", "public access", "wildcard", "alias owner", "right removed"]
