from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from lambdaform_sandbox.authorizer.enforcement import decide
from lambdaform_sandbox.server import AwsServer, Credentials
from sandbox.authorizer.tried_roles import TriedRoles, document

ARN = "arn:aws:{}:us-east-1:000000000000:{}".format
PEOPLE = {"TableName": "people"}
KEY = {"name": {"S": "john doe"}}
STREAM = {"logGroupName": "worker", "logStreamName": "2026/01/01/[1]abc"}
QUEUE = {"QueueUrl": "http://127.0.0.1/000000000000/orders"}
TOPIC = ARN("sns", "alarms")

CALLS: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "dynamodb:GetItem": ("dynamodb", "get_item", {**PEOPLE, "Key": KEY}, ARN("dynamodb", "table/people")),
    "dynamodb:PutItem": ("dynamodb", "put_item", {**PEOPLE, "Item": KEY}, ARN("dynamodb", "table/people")),
    "dynamodb:UpdateItem": ("dynamodb", "update_item", {**PEOPLE, "Key": KEY}, ARN("dynamodb", "table/people")),
    "dynamodb:DeleteItem": ("dynamodb", "delete_item", {**PEOPLE, "Key": KEY}, ARN("dynamodb", "table/people")),
    "logs:CreateLogStream": ("logs", "create_log_stream", STREAM, ARN("logs", "log-group:worker:*")),
    "logs:PutLogEvents": (
        "logs",
        "put_log_events",
        {**STREAM, "logEvents": [{"timestamp": 0, "message": "x"}]},
        ARN("logs", "log-group:worker:*"),
    ),
    "sqs:SendMessage": ("sqs", "send_message", {**QUEUE, "MessageBody": "{}"}, ARN("sqs", "orders")),
    "sqs:ReceiveMessage": ("sqs", "receive_message", QUEUE, ARN("sqs", "orders")),
    "sqs:DeleteMessage": ("sqs", "delete_message", {**QUEUE, "ReceiptHandle": "x"}, ARN("sqs", "orders")),
    "sqs:GetQueueAttributes": ("sqs", "get_queue_attributes", QUEUE, ARN("sqs", "orders")),
    "sns:Publish": ("sns", "publish", {"TopicArn": TOPIC, "Message": "x"}, TOPIC),
    "lambda:InvokeFunction": (
        "lambda",
        "invoke",
        {"FunctionName": "worker", "Qualifier": "live"},
        ARN("lambda", "function:worker:live"),
    ),
}
"""The calls that functions and Lambda's pollers make: action, call, and the resource that a good policy names."""

WITHOUT_RESOURCE: dict[str, tuple[str, str, dict[str, Any]]] = {
    "xray:PutTraceSegments": ("xray", "put_trace_segments", {"TraceSegmentDocuments": ["{}"]}),
    "cloudwatch:PutMetricData": ("cloudwatch", "put_metric_data", {"Namespace": "people", "MetricData": []}),
}

EMPTY_ZIP = b"PK\x05\x06" + bytes(18)
TRUSTED = {"Effect": "Allow", "Action": "sts:AssumeRole"}

each_call = pytest.mark.parametrize("action", CALLS)


def allow(action: str, resource: str, **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str, resource: str) -> dict[str, object]:
    return {"Effect": "Deny", "Action": action, "Resource": resource}


def asked(roles: TriedRoles, role: str, action: str, session_policy: object = None) -> str:
    service, operation, given, _ = CALLS[action]
    return roles.refusal(role, service, operation, session_policy, **given)


# Every call in every case


@each_call
def test_a_role_without_policies_may_not(roles: TriedRoles, action: str):
    assert asked(roles, roles.make(), action).endswith(f"because no identity-based policy allows the {action} action")


@each_call
def test_a_role_with_exactly_this_grant_may(roles: TriedRoles, action: str):
    assert asked(roles, roles.make(allow(action, CALLS[action][3])), action) == ""


@each_call
def test_a_grant_on_another_resource_is_none(roles: TriedRoles, action: str):
    other = CALLS[action][3].replace("people", "processed").replace("worker", "search")
    other = other.replace("orders", "others").replace("alarms", "news")

    assert asked(roles, roles.make(allow(action, other)), action)


@each_call
def test_a_grant_of_another_action_is_none(roles: TriedRoles, action: str):
    others = [allow(other, "*") for other in CALLS if other != action]

    assert asked(roles, roles.make(*others), action)


@each_call
def test_a_grant_on_everything_is_enough(roles: TriedRoles, action: str):
    assert asked(roles, roles.make(allow(f"{action.split(':', maxsplit=1)[0]}:*", "*")), action) == ""


@each_call
def test_a_deny_of_this_resource_wins(roles: TriedRoles, action: str):
    role = roles.make(allow("*", "*"), deny(action, CALLS[action][3]))

    assert asked(roles, role, action).endswith("with an explicit deny in an identity-based policy")


@each_call
def test_a_boundary_without_this_action_limits_the_grant(roles: TriedRoles, action: str):
    role = roles.make(allow(action, "*"), boundary=allow("s3:GetObject", "*"))

    assert asked(roles, role, action).endswith(f"because no permissions boundary allows the {action} action")


@each_call
def test_a_boundary_with_this_action_lets_the_grant_be(roles: TriedRoles, action: str):
    assert asked(roles, roles.make(allow(action, "*"), boundary=allow("*", "*")), action) == ""


@each_call
def test_a_session_policy_without_this_action_limits_the_grant(roles: TriedRoles, action: str):
    refusal = asked(roles, roles.make(allow(action, "*")), action, session_policy=allow("s3:GetObject", "*"))

    assert refusal.endswith(f"because no session policy allows the {action} action")


@each_call
def test_a_condition_that_does_not_hold_is_no_grant(roles: TriedRoles, action: str):
    condition = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}

    assert asked(roles, roles.make(allow(action, "*", Condition=condition)), action)


@each_call
def test_a_condition_that_holds_is_a_grant(roles: TriedRoles, action: str):
    condition = {"StringEquals": {"aws:RequestedRegion": "us-east-1"}, "Bool": {"aws:SecureTransport": "true"}}

    assert asked(roles, roles.make(allow(action, "*", Condition=condition)), action) == ""


@pytest.mark.parametrize("action", WITHOUT_RESOURCE)
def test_an_action_without_resources_is_granted_on_everything_only(roles: TriedRoles, action: str):
    service, operation, given = WITHOUT_RESOURCE[action]

    assert roles.refusal(roles.make(allow(action, "*")), service, operation, **given) == ""
    assert roles.refusal(roles.make(allow(action, ARN(service, "x"))), service, operation, **given)


# What is asked for


def test_a_refusal_is_the_sentence_of_aws(roles: TriedRoles):
    role = roles.make()
    name = role.rsplit("/", 1)[-1]

    assert roles.refusal(role, "dynamodb", "get_item", TableName="people", Key=KEY) == (
        f"User: arn:aws:sts::000000000000:assumed-role/{name}/lambda is not authorized to perform: dynamodb:GetItem "
        "on resource: arn:aws:dynamodb:us-east-1:000000000000:table/people "
        "because no identity-based policy allows the dynamodb:GetItem action"
    )


@pytest.mark.parametrize(
    ("service", "operation", "given", "code"),
    [
        ("lambda", "list_functions", {}, "AccessDeniedException"),
        ("dynamodb", "get_item", {**PEOPLE, "Key": KEY}, "AccessDeniedException"),
        ("sqs", "receive_message", QUEUE, "AccessDenied"),
        ("s3", "get_object", {"Bucket": "b", "Key": "k"}, "AccessDenied"),
        ("iam", "get_role", {"RoleName": "r"}, "AccessDenied"),
        ("sns", "publish", {"TopicArn": TOPIC, "Message": "x"}, "AuthorizationError"),
    ],
)
def test_a_refusal_has_the_code_of_the_service(
    roles: TriedRoles, service: str, operation: str, given: dict[str, Any], code: str
):
    client = roles.aws.client(service, roles.aws.role_credentials(roles.make()))

    with pytest.raises(ClientError) as caught:
        getattr(client, operation)(**given)

    error: Any = caught.value
    assert (error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]) == (code, 403)


@pytest.mark.parametrize(
    ("service", "operation", "given"),
    [
        ("lambda", "list_code_signing_configs", {}),
        ("ec2", "describe_instances", {}),
        ("s3", "list_buckets", {}),
        ("dynamodb", "list_tables", {}),
    ],
)
def test_what_the_table_does_not_know_is_denied_even_to_who_may_do_anything(
    roles: TriedRoles, service: str, operation: str, given: dict[str, Any]
):
    refusal = roles.refusal(roles.make(allow("*", "*")), service, operation, **given)

    assert "the sandbox's table of calls does not know it" in refusal


def test_everybody_may_ask_who_he_is(roles: TriedRoles):
    role = roles.make()
    identity = roles.aws.client("sts", roles.aws.role_credentials(role)).get_caller_identity()

    assert identity["Arn"] == f"arn:aws:sts::000000000000:assumed-role/{role.rsplit('/', 1)[-1]}/lambda"


def test_the_administrator_may_do_anything(roles: TriedRoles):
    assert roles.aws.client("s3").list_buckets()["Buckets"] == []


def test_a_key_that_nobody_has_opens_nothing(roles: TriedRoles):
    stranger = roles.aws.client("dynamodb", Credentials("AKIAIOSFODNN7EXAMPLE", "secret"))

    with pytest.raises(ClientError, match="security token included in the request is invalid"):
        stranger.get_item(TableName="people", Key=KEY)


def test_a_managed_policy_grants_like_an_inline_one(roles: TriedRoles):
    role = roles.make()
    roles.attach(role, roles.policy(allow("sqs:SendMessage", ARN("sqs", "orders"))))

    assert asked(roles, role, "sqs:SendMessage") == ""


def test_a_policy_that_is_taken_away_grants_no_longer(roles: TriedRoles):
    role = roles.make(allow("sqs:SendMessage", "*"))
    before = asked(roles, role, "sqs:SendMessage")
    roles.aws.client("iam").delete_role_policy(RoleName=role.rsplit("/", 1)[-1], PolicyName="own")

    assert before == ""
    assert asked(roles, role, "sqs:SendMessage")


def test_the_alias_alone_may_be_granted(roles: TriedRoles):
    role = roles.make(allow("lambda:InvokeFunction", ARN("lambda", "function:worker:live")))

    assert asked(roles, role, "lambda:InvokeFunction") == ""
    assert roles.refusal(role, "lambda", "invoke", FunctionName="worker")
    assert roles.refusal(role, "lambda", "invoke", FunctionName="worker", Qualifier="1")


# Implied and resource-based


def create_function(roles: TriedRoles, creator: str, role: str) -> str:
    return roles.refusal(
        creator,
        "lambda",
        "create_function",
        FunctionName="new",
        Role=role,
        Runtime="python3.13",
        Handler="handler.handle",
        Code={"ZipFile": b"no zip"},
    )


def test_who_creates_a_function_must_be_allowed_to_pass_its_role(roles: TriedRoles):
    role = roles.make()
    create = allow("lambda:CreateFunction", "*")
    pass_role = allow("iam:PassRole", role, Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}})

    assert "iam:PassRole" in create_function(roles, roles.make(create), role)
    assert create_function(roles, roles.make(create, pass_role), role) == ""


def test_who_may_pass_roles_to_other_services_only_may_not_pass_it_to_lambda(roles: TriedRoles):
    role = roles.make()
    elsewhere = allow("iam:PassRole", role, Condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}})

    assert "iam:PassRole" in create_function(roles, roles.make(allow("lambda:CreateFunction", "*"), elsewhere), role)


def test_a_role_is_created_only_with_the_boundary_that_is_demanded(roles: TriedRoles):
    boundary = roles.policy(allow("*", "*"))
    condition = {"StringEquals": {"iam:PermissionsBoundary": boundary}}
    role = roles.make(allow("iam:CreateRole", "*", Condition=condition))
    given = {"RoleName": "limited", "AssumeRolePolicyDocument": document()}

    assert roles.refusal(role, "iam", "create_role", **given)
    assert roles.refusal(role, "iam", "create_role", **given, PermissionsBoundary=boundary) == ""


def test_a_queue_may_let_a_role_in_and_keep_it_out(roles: TriedRoles):
    sqs = roles.aws.client("sqs")
    url = sqs.create_queue(QueueName="guarded")["QueueUrl"]
    friend, foe = roles.make(), roles.make(allow("sqs:SendMessage", "*"))
    arn = ARN("sqs", "guarded")
    policy = document(
        {**allow("sqs:SendMessage", arn), "Principal": {"AWS": friend}},
        {**deny("sqs:SendMessage", arn), "Principal": {"AWS": foe}},
    )
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})

    assert roles.refusal(friend, "sqs", "send_message", QueueUrl=url, MessageBody="x") == ""
    assert roles.refusal(foe, "sqs", "send_message", QueueUrl=url, MessageBody="x").endswith(
        "with an explicit deny in a resource-based policy"
    )


def test_a_bucket_for_encrypted_connections_only_is_open_to_who_may_read_it(roles: TriedRoles):
    s3 = roles.aws.client("s3")
    s3.create_bucket(Bucket="artifacts")
    s3.put_object(Bucket="artifacts", Key="worker.zip", Body=b"x")
    tls_only = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}, "Principal": "*"}
    both = ["arn:aws:s3:::artifacts", "arn:aws:s3:::artifacts/*"]
    s3.put_bucket_policy(
        Bucket="artifacts", Policy=document({"Effect": "Deny", "Action": "s3:*", "Resource": both, **tls_only})
    )
    reader = roles.make(allow("s3:GetObject", "arn:aws:s3:::artifacts/*"))

    assert roles.refusal(reader, "s3", "get_object", Bucket="artifacts", Key="worker.zip") == ""
    assert roles.refusal(roles.make(), "s3", "get_object", Bucket="artifacts", Key="worker.zip")
    assert s3.get_object(Bucket="artifacts", Key="worker.zip")["Body"].read() == b"x"


def test_a_function_may_let_a_role_in(roles: TriedRoles):
    lambda_, friend = roles.aws.client("lambda"), roles.make()
    lambda_.create_function(
        FunctionName="open",
        Role=roles.make(),
        Runtime="python3.13",
        Handler="handler.handle",
        Code={"ZipFile": EMPTY_ZIP},
    )
    lambda_.add_permission(FunctionName="open", StatementId="f", Action="lambda:InvokeFunction", Principal=friend)

    assert roles.refusal(friend, "lambda", "invoke", FunctionName="open") == ""
    assert roles.refusal(roles.make(), "lambda", "invoke", FunctionName="open")


# Roles that take roles


def take(roles: TriedRoles, taker: str, role: str) -> str:
    return roles.refusal(taker, "sts", "assume_role", RoleArn=role, RoleSessionName="run")


def test_a_role_is_taken_by_whom_its_trust_policy_names(roles: TriedRoles):
    taker = roles.make()
    role = roles.make(trust={**TRUSTED, "Principal": {"AWS": taker}})

    assert take(roles, taker, role) == ""
    assert take(roles, roles.make(allow("sts:AssumeRole", "*")), role)


def test_a_role_that_trusts_its_account_is_taken_by_whom_the_accounts_policies_let(roles: TriedRoles):
    role = roles.make(trust={**TRUSTED, "Principal": {"AWS": "arn:aws:iam::000000000000:root"}})

    assert take(roles, roles.make(allow("sts:AssumeRole", role)), role) == ""
    assert take(roles, roles.make(), role)


# In process and beside AWS


def test_calls_within_the_process_are_judged_too(roles: TriedRoles):
    credentials = roles.aws.role_credentials(roles.make())
    keys = (credentials.access_key_id, credentials.secret_access_key, credentials.session_token)
    session: Any = boto3.Session(*keys, region_name="us-east-1")

    with pytest.raises(ClientError, match="is not authorized to perform: sqs:CreateQueue"):
        session.client("sqs").create_queue(QueueName="mine")


def test_what_is_no_call_to_moto_is_decided_by_access_key(roles: TriedRoles):
    route = ARN("execute-api", "api/$default/GET/")
    caller = roles.aws.role_credentials(roles.make(allow("execute-api:Invoke", route)))

    assert decide(caller.access_key_id, "execute-api:Invoke", route).allowed
    assert not decide(caller.access_key_id, "execute-api:Invoke", f"{route}x").allowed
    assert not decide("AKIAIOSFODNN7EXAMPLE", "execute-api:Invoke", route).allowed
    assert decide(AwsServer.credentials.access_key_id, "execute-api:Invoke", route).allowed
