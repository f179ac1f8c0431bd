"""Wrong arguments, one a row: what is changed, which field is named, what is said about it.

Every row starts from arguments that are right, so what is refused is refused for its own sake.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pytest
from infra.samples import ACCOUNT, ALIAS, KEY, QUEUE, TABLE, TARGET, Ordered, function_args
from lambdaform import AliasOwner, Function, HttpApi, InputError, Queue, QueueSource
from lambdaform.testing import deploy

RELEASE = AliasOwner.RELEASE
LAYER = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:layer:base"
TAGGED_IMAGE = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/worker:latest"
IMAGE = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/worker@sha256:{'ab' * 32}"
AN_IMAGE = {"artifact": None, "handler": None, "image_uri": IMAGE}
VPC = {"subnet_ids": ["subnet-1", "subnet-2"], "security_group_ids": ["sg-1"]}
EFS = f"arn:aws:elasticfilesystem:eu-west-1:{ACCOUNT}"
MOUNT = {
    "file_system_arn": f"{EFS}:file-system/fs-1",
    "access_point_arn": f"{EFS}:access-point/fsap-1",
    "mount_path": "/mnt/data",
}
GET_TABLE = {"actions": ["dynamodb:GetItem"], "resources": [TABLE]}


def may(**changes: Any) -> dict[str, Any]:
    return {"permissions": [{**GET_TABLE, **changes}]}


def forward(**destination: str) -> dict[str, Any]:
    return {"log_forward_to": destination}


FUNCTION: list[tuple[dict[str, Any], str, str]] = [
    # numbers
    ({"memory_size": 100}, "memory_size", "must be 128 to 10,240 MB; use 128"),
    ({"memory_size": 20_000}, "memory_size", "must be 128 to 10,240 MB; use 10240"),
    ({"memory_size": "512"}, "memory_size", "must be a whole number, not text; write it without quotes"),
    ({"memory_size": True}, "memory_size", "must be a whole number"),
    ({"memory_size": math.nan}, "memory_size", "pass a whole, finite number"),
    ({"memory_size": math.inf}, "memory_size", "pass a whole, finite number"),
    ({"memory_size": 128.5}, "memory_size", "pass a whole, finite number"),
    ({"memory_size": [256]}, "memory_size", "must be a whole number"),
    ({"timeout": 0}, "timeout", "must be 1 to 900 seconds; use 1"),
    ({"timeout": 901}, "timeout", "must be 1 to 900 seconds; use 900"),
    ({"timeout": -0.0}, "timeout", "must be 1 to 900 seconds; use 1"),
    ({"ephemeral_storage": 100}, "ephemeral_storage", "must be 512 to 10,240 MB; use 512"),
    ({"ephemeral_storage": 11_000}, "ephemeral_storage", "must be 512 to 10,240 MB; use 10240"),
    ({"reserved_concurrent_executions": -1}, "reserved_concurrent_executions", "must be 0 to 100,000"),
    (
        {"reserved_concurrent_executions": 2, "provisioned_concurrent_executions": 3},
        "provisioned_concurrent_executions",
        "must not exceed the 2 of reserved_concurrent_executions; use at most 2",
    ),
    ({"log_retention_days": 10}, "log_retention_days", "must be one of 1, 3, 5, 7, 14"),
    ({"asynchronous": {"maximum_retry_attempts": 5}}, "asynchronous.maximum_retry_attempts", "must be 0 to 2"),
    ({"asynchronous": {"maximum_event_age_seconds": 10}}, "asynchronous.maximum_event_age_seconds", "60 to 21,600"),
    ({"warmer": {"every_minutes": 61}}, "warmer.every_minutes", "must be 1 to 60 minutes"),
    ({"warmer": {"concurrency": 6}}, "warmer.concurrency", "must be 1 to 5"),
    # text
    ({"handler": "handler handle"}, "handler", "must be 1 to 128 characters without blanks"),
    ({"handler": "h" * 129}, "handler", "must be 1 to 128 characters without blanks"),
    ({"handler": ""}, "handler", "must not be empty"),
    ({"handler": None}, "handler", "is missing; set it like handler.handle"),
    ({"handler": 3}, "handler", "must be text"),
    ({"runtime": "python2.7"}, "runtime", "must be the name of a Lambda runtime"),
    ({"runtime": "python3.6"}, "runtime", "`3.6` is not a Python version of Lambda; use one of `3.9`"),
    ({"runtime": "python3.99"}, "runtime", "`3.99` is not a Python version of Lambda"),
    ({"architecture": "amd64"}, "architecture", "must be one of arm64, x86_64; use arm64"),
    ({"description": "d" * 257}, "description", "must be at most 256 characters"),
    ({"description": "a\x00b"}, "description", "must not contain control characters"),
    ({"log_level": "VERBOSE"}, "log_level", "must be one of TRACE, DEBUG, INFO"),
    ({"log_group_class": "DELIVERY"}, "log_group_class", "must be one of STANDARD, INFREQUENT_ACCESS"),
    ({"ramp": "5,75", "alias_owner": RELEASE}, "ramp", "percentages from 1 to 50"),
    ({"alias_owner": "releases"}, "alias_owner", "must be one of stack, release; use AliasOwner.RELEASE"),
    # keys
    ({"memory": 256}, "memory", "is not a known key; did you mean memory_size?"),
    ({"qqqq": 1}, "qqqq", "is not a known key; remove it; known keys are alarm_topics"),
    ({"alarms": {"error": 1}}, "alarms.error", "did you mean errors?"),
    ({"alarms": {"disabled": ["eror"]}}, "alarms.disabled[0]", "use errors"),
    # environment
    ({"environment": {"1A": "x"}}, "environment.1A", "letters, digits and _, two or more, starting with a letter"),
    ({"environment": {"A": "x"}}, "environment.A", "two or more"),
    ({"environment": {"A-B": "x"}}, "environment.A-B", "letters, digits and _"),
    ({"environment": {1: "x"}}, "environment.1", "its key must be text"),
    ({"environment": {"LIMIT": 10}}, "environment.LIMIT", "must be text"),
    ({"environment": {"AWS_REGION": "x"}}, "environment.AWS_REGION", "is reserved, Lambda sets it itself"),
    ({"environment": {"BIG": "x" * 4_096}}, "environment", "must be at most 4,096 bytes in all"),
    ({"environment": {"API_TOKEN": "abc"}}, "environment.API_TOKEN", "looks like a secret written in plain text"),
    ({"environment": {"NOTE": "AKIA" + "A" * 16}}, "environment.NOTE", "looks like a secret"),
    ({"environment": ["TABLE"]}, "environment", "must be a dictionary"),
    # tags and topics
    ({"tags": {f"key{number}": "x" for number in range(51)}}, "tags", "must be 0 to 50 tags, is 51"),
    ({"tags": {"aws:team": "x"}}, "tags.aws:team", "do not start with aws:"),
    ({"tags": {"cost.center": "x" * 257}}, "tags.cost.center", "must be at most 256 characters"),
    ({"alarm_topics": None}, "alarm_topics", "is missing, and an alarm that tells nobody is no alarm"),
    ({"alarm_topics": "pager"}, "alarm_topics", "must be a list; put it in [ ]"),
    ({"alarm_topics": [QUEUE]}, "alarm_topics[0]", "must be an ARN of sns"),
    ({"alarms": {"disabled": ["errors", "error-rate", "throttles", "duration", "concurrency", "async-age",
      "async-drops", "dead-letters"]}}, "disabled", "leaves no alarm"),
    # layers, keys, networks
    ({"layers": [f"{LAYER}:{number}" for number in range(6)]}, "layers", "must be at most 5 layers and extensions"),
    ({"layers": [LAYER]}, "layers[0]", "must be the ARN of a layer version (it ends in the version number)"),
    ({"kms_key_arn": KEY.replace("key/1234", "alias/1234")}, "kms_key_arn", "the ARN of a KMS key, not of an alias"),
    ({"kms_key_arn": "not an arn"}, "kms_key_arn", "must be the ARN of a KMS key"),
    ({"permissions_boundary_arn": "boundary"}, "permissions_boundary_arn", "must be an ARN of iam"),
    ({"vpc": {**VPC, "security_group_ids": []}}, "vpc.security_group_ids", "must be 1 to 5 security groups, is 0"),
    ({"vpc": {"subnet_ids": ["subnet-1", "subnet-2"]}}, "vpc.security_group_ids", "is missing"),
    ({"vpc": {**VPC, "subnet_ids": [f"subnet-{n}" for n in range(17)]}}, "vpc.subnet_ids", "must be 1 to 16 subnets"),
    ({"vpc": {**VPC, "subnet_ids": ["subnet-1"]}}, "vpc.subnet_ids", "must be in two availability zones"),
    ({"vpc": {**VPC, "subnet_ids": ["subnet-1", "net-2"]}}, "vpc.subnet_ids[1]", "must be a subnet id"),
    ({"file_system": MOUNT}, "file_system", "needs a network to reach it; set vpc"),
    ({"vpc": VPC, "file_system": {**MOUNT, "mount_path": "/data"}}, "file_system.mount_path", "a path below /mnt/"),
    # combinations
    ({"source": "code"}, "source", "exactly one of source, archive, artifact, image_uri, placeholder is needed"),
    ({"artifact": None}, "source", "none given"),
    ({"artifact": None, "placeholder": True}, "placeholder", "needs somebody who brings code"),
    ({**AN_IMAGE, "handler": "handler.handle"}, "handler", "is decided by the image"),
    ({**AN_IMAGE, "image_uri": TAGGED_IMAGE}, "image_uri", "by its digest"),
    ({"image": {"command": ["x"]}}, "image", "is only used with image_uri"),
    ({**AN_IMAGE, "runtime_updates": {"update_on": "Auto"}}, "runtime_updates", "is for zip packages"),
    ({**AN_IMAGE, "layers": [f"{LAYER}:1"]}, "layers", "is decided by the image"),
    ({"artifact": {"bucket": "b", "key": "k", "sha256": "ab" * 32}}, "artifact.version_id", "is missing"),
    ({"snap_start": True, "runtime": "python3.11"}, "runtime", "has no SnapStart; use python3.12 or newer"),
    ({"snap_start": True, "ephemeral_storage": 1024}, "ephemeral_storage", "must be 512 MB with snap_start"),
    ({"snap_start": True, "vpc": VPC, "file_system": MOUNT}, "file_system", "is not possible with snap_start"),
    (
        {"snap_start": True, "provisioned_concurrent_executions": 1},
        "provisioned_concurrent_executions",
        "is not possible with snap_start",
    ),
    ({"ramp": "5,25"}, "ramp", "is only used when the release tool moves the alias"),
    (
        {"dead_letter_queue": True, "dead_letter_target_arn": QUEUE},
        "dead_letter_target_arn",
        "is not possible together with dead_letter_queue",
    ),
    ({"runtime_updates": {"update_on": "Manual"}}, "runtime_updates.runtime_version_arn", "goes with update_on MANUAL"),
    (forward(), "log_forward_to", "must have alias_arn or stream_arn; give exactly one of them"),
    (forward(alias_arn=ALIAS, stream_arn=f"arn:aws:kinesis:eu-west-1:{ACCOUNT}:stream/s"), "log_forward_to", "exactly"),
    ({**forward(alias_arn=ALIAS), "log_group_class": "INFREQUENT_ACCESS"}, "log_forward_to", "no subscription filters"),
    # permissions
    (may(actions=["dynamodb:*"]), "permissions[0].actions[0]", "must not contain a wildcard"),
    (may(actions=["dynamodb:Get?tem"]), "permissions[0].actions[0]", "must not contain a wildcard"),
    (may(actions=["GetItem"]), "permissions[0].actions[0]", "must be service:Action"),
    (may(actions=[]), "permissions[0].actions", "must not be empty"),
    (may(resources=[]), "permissions[0].resources", "must not be empty"),
    (may(resources=["*"]), "permissions[0].resources[0]", "must be an ARN that names one thing"),
    (may(resources=[TABLE.replace(ACCOUNT, "*")]), "permissions[0].resources[0]", "must be an ARN that names one"),
    (may(resources=[TABLE.replace("people", "*")]), "permissions[0].resources[0]", "must be an ARN that names one"),
    (may(effect="allow"), "permissions[0].effect", "must be Allow or Deny"),
    (may(conditions=[{"test": "StringEquals", "variable": "x"}]), "permissions[0].conditions[0].values", "is missing"),
    ({"permissions": GET_TABLE}, "permissions", "must be a list"),
]  # fmt: skip

QUEUES: list[tuple[dict[str, Any], str, str]] = [
    ({"consumer_timeout": None}, "consumer_timeout", "is missing; set consumer_timeout"),
    ({"consumer_timeout": 901}, "consumer_timeout", "must be 1 to 900 seconds"),
    ({"maximum_receive_count": 0}, "maximum_receive_count", "must be 1 to 1,000"),
    ({"retention_seconds": 59}, "retention_seconds", "must be 60 to 1,209,600"),
    ({"alarm_topics": None}, "alarm_topics", "is missing"),
]

SOURCES: list[tuple[dict[str, Any], str, str]] = [
    ({"queue_visibility_timeout": 29}, "queue_visibility_timeout", "must be at least 180: six times the function's"),
    (
        {"queue_visibility_timeout": 180, "batching_window_seconds": 20},
        "queue_visibility_timeout",
        "must be at least 200: six times the function's timeout of 30 s, and the batching window; give the queue",
    ),
    ({"batch_size": 0}, "batch_size", "must be 1 to 10,000"),
    ({"batch_size": 10_001, "batching_window_seconds": 1}, "batch_size", "must be 1 to 10,000"),
    ({"batch_size": 11}, "batch_size", "needs a batching window above 10"),
    ({"batch_size": 11, "queue_arn": f"{QUEUE}.fifo"}, "batch_size", "must be at most 10 for a FIFO queue"),
    (
        {"batching_window_seconds": 1, "queue_arn": f"{QUEUE}.fifo"},
        "batching_window_seconds",
        "is not possible for a FIFO queue; remove it",
    ),
    ({"batching_window_seconds": 301}, "batching_window_seconds", "must be 0 to 300 seconds"),
    ({"maximum_concurrency": 1}, "maximum_concurrency", "must be 2 to 1,000"),
    ({"maximum_concurrency": 5_000}, "maximum_concurrency", "must be 2 to 1,000; use 1000"),
    ({"filters": ["{}"] * 6}, "filters", "must be 1 to 5 filters, is 6"),
    ({"filters": ["{not json"]}, "filters[0]", "must be a JSON object"),
    ({"filters": ['["a"]']}, "filters[0]", "must be a JSON object"),
    ({"filters": ['{"body":"' + "x" * 4_096 + '"}']}, "filters[0]", "must be at most 4,096 characters"),
    ({"queue_arn": TABLE}, "queue_arn", "must be an ARN of sqs"),
    ({"alias_arn": ALIAS.removesuffix(":live")}, "alias_arn", "the ARN of an alias, not of a function or a version"),
    ({"alias_arn": ALIAS.replace("live", "7")}, "alias_arn", "the ARN of an alias, not of a function or a version"),
    ({"alias_arn": ALIAS.replace("live", "$LATEST")}, "alias_arn", "the ARN of an alias"),
    ({"role_name": f"arn:aws:iam::{ACCOUNT}:role/worker"}, "role_name", "the name of an IAM role, not its ARN"),
    ({"role_name": None}, "role_name", "is missing, the role must be allowed to read"),
    ({"placeholder": True}, "enabled", "must be False while the function is a placeholder"),
    ({"starting_position": "LATEST"}, "starting_position", "is not a known key"),
    ({"bisect_batch_on_function_error": True}, "bisect_batch_on_function_error", "is not a known key"),
]

APIS: list[tuple[dict[str, Any], str, str]] = [
    ({"public": None}, "public", "exactly one of public, jwt, iam and authorizer is needed, none given"),
    ({"iam": True}, "public", "public and iam given"),
    ({"routes": {}}, "routes", "must be 1 to 300 routes, is 0"),
    ({"routes": {"get /": TARGET}}, "routes.get /", "a method and a path, or $default"),
    ({"routes": {"GET /a-b": TARGET, "GET /a/b": TARGET}}, "routes.GET /a/b", "reads like the route GET /a-b"),
    ({"routes": {"GET /": {**TARGET, "timeout": 31}}}, "routes.GET /.timeout", "must be at most 30 seconds behind"),
    ({"routes": {"GET /": {"alias_arn": "worker"}}}, "routes.GET /.alias_arn", "must be the ARN of an alias"),
    ({"public": None, "jwt": {"audience": ["a"]}}, "jwt.issuer", "is missing"),
    ({"public": None, "jwt": {"issuer": "http://x", "audience": ["a"]}}, "jwt.issuer", "must be an https URL"),
    ({"public": None, "jwt": {"issuer": "https://x", "audience": []}}, "jwt.audience", "must be 1 to 50 audiences"),
    ({"cors": {"allow_origins": ["example.org"]}}, "cors.allow_origins[0]", "an origin without a path"),
    (
        {"cors": {"allow_origins": ["*"], "allow_credentials": True}},
        "cors.allow_origins",
        "is refused by browsers with credentials",
    ),
    ({"throttle": {"burst": 0}}, "throttle.burst", "must be 1 to 5,000 requests"),
]


def queue_args(changes: Mapping[str, Any]) -> Any:
    return _without_none({"consumer_timeout": 30, "alarm_topics": [], **changes})


def source_args(changes: Mapping[str, Any]) -> Any:
    return _without_none({**TARGET, "queue_arn": QUEUE, **changes})


def api_args(changes: Mapping[str, Any]) -> Any:
    return _without_none({"routes": {"GET /": TARGET}, "public": True, **changes})


def _without_none(args: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in args.items() if value is not None}


def refused(program: Callable[[], object], made_before: bool = False) -> InputError:
    """Return the error of the program, which comes before anything is made."""
    backend = Ordered()
    with pytest.raises(InputError) as raised:
        deploy(program, backend=backend)
    assert bool(backend.made) == made_before
    return raised.value


def check(error: InputError, field: str, phrase: str) -> None:
    assert [problem.field for problem in error.problems] == [field]
    assert phrase in str(error)


def identity(row: object) -> str | None:
    return row if isinstance(row, str) else None


@pytest.mark.parametrize(("changes", "field", "phrase"), FUNCTION, ids=identity)
def test_a_function_refuses(changes: dict[str, Any], field: str, phrase: str):
    error = refused(lambda: Function("worker", function_args(**changes)))

    check(error, field, phrase)
    assert error.component == "Function"


@pytest.mark.parametrize(("changes", "field", "phrase"), QUEUES, ids=identity)
def test_a_queue_refuses(changes: dict[str, Any], field: str, phrase: str):
    check(refused(lambda: Queue("orders", queue_args(changes))), field, phrase)


@pytest.mark.parametrize(("changes", "field", "phrase"), SOURCES, ids=identity)
def test_a_queue_source_refuses(changes: dict[str, Any], field: str, phrase: str):
    check(refused(lambda: QueueSource("orders", source_args(changes))), field, phrase)


@pytest.mark.parametrize(("changes", "field", "phrase"), APIS, ids=identity)
def test_an_http_api_refuses(changes: dict[str, Any], field: str, phrase: str):
    check(refused(lambda: HttpApi("people", api_args(changes))), field, phrase)


def test_what_every_row_starts_from_is_accepted():
    def program():
        Function("worker", function_args())
        Queue("orders", queue_args({}))
        QueueSource("orders", source_args({}))
        HttpApi("people", api_args({}))

    assert len(deploy(program).resources) > 20


@pytest.mark.parametrize("args", [None, "source", ["source"], 3], ids=repr)
def test_arguments_must_be_a_dictionary(args: Any):
    error = refused(lambda: Function("worker", args))

    check(error, "args", "must be a dictionary; its keys are alarm_topics")


def test_everything_that_is_wrong_is_said_at_once():
    wrong = {"memory_size": 64, "timeout": "10", "architecture": "arm", "memroy": 1, "environment": {"1": "x"}}

    error = refused(lambda: Function("worker", function_args(**wrong)))

    assert str(error).splitlines()[0] == 'Function "worker" has 5 problems:'
    assert sorted(problem.field for problem in error.problems) == [
        "architecture",
        "environment.1",
        "memory_size",
        "memroy",
        "timeout",
    ]


def test_problems_between_arguments_are_said_at_once_too():
    error = refused(lambda: Function("worker", function_args(memory_size=64, ramp="5", image={}, file_system=MOUNT)))

    assert {problem.field for problem in error.problems} == {"memory_size", "ramp", "image", "file_system"}


def test_five_hundred_statements_are_too_much_for_an_inline_policy():
    many = [{"actions": ["sqs:SendMessage"], "resources": [f"{QUEUE}-{number}"]} for number in range(500)]

    error = refused(lambda: Function("worker", function_args(permissions=many)), made_before=True)

    check(error, "permissions", "must be at most 10,240 characters as an inline policy")


def test_a_long_value_is_cut_in_the_message():
    error = refused(lambda: Function("worker", function_args(description="d" * 5_000)))

    assert "(5002 characters)" in str(error)
    assert len(str(error)) < 400


def test_unknown_values_are_not_judged_in_a_preview():
    def program():
        queue = Queue("orders", {"consumer_timeout": 30, "alarm_topics": []})
        length = queue.queue_arn.apply(len)
        environment = {"QUEUE": queue.queue_url, "TABLE": "people"}
        Function("worker", function_args(environment=environment, memory_size=length, reserved_concurrent_executions=5))

    preview = deploy(program, preview=True)

    assert preview.one("aws:lambda/function:Function")["reservedConcurrentExecutions"] == 5


def test_what_is_known_is_judged_in_a_preview():
    late = pulumi.Output.from_input

    with pytest.raises(InputError, match="timeout is 901"):
        deploy(lambda: Function("worker", function_args(timeout=late(901))), preview=True)
