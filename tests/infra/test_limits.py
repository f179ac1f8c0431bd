"""The rules agree with AWS's own API models, as far as those say anything."""
# botocore has no types:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

import functools
import json
import re
from typing import Any

import pytest
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st
from lambdaform import RuntimeUpdateOn, limits
from lambdaform.limits import Choice, Count, JsonObject, Pattern, Range
from lambdaform.naming import LONGEST_NAME
from lambdaform_delivery.release.ramp import Ramp as ReleaseRamp


@functools.cache
def service_model(service: str) -> Any:
    return get_session().get_service_model(service)


def model(service: str, shape: str) -> Any:
    return service_model(service).shape_for(shape).metadata


SAME_RANGES = [
    (limits.QUEUE_BATCH_SIZE, "BatchSize"),
    (limits.BATCHING_WINDOW, "MaximumBatchingWindowInSeconds"),
    (limits.QUEUE_CONCURRENCY, "MaximumConcurrency"),
    (limits.ASYNC_EVENT_AGE, "MaximumEventAgeInSeconds"),
    (limits.ASYNC_RETRIES, "MaximumRetryAttempts"),
]

NARROWER_RANGES = [
    # The API's upper bounds are those of capacity providers, which this library does not offer.
    (limits.MEMORY_SIZE, "MemorySize", 10_240),
    (limits.TIMEOUT, "Timeout", 900),
    (limits.EPHEMERAL_STORAGE, "EphemeralStorageSize", 10_240),
]


@pytest.mark.parametrize(("rule", "shape"), SAME_RANGES)
def test_ranges_are_those_of_the_api(rule: Range, shape: str):
    assert {"min": rule.minimum, "max": rule.maximum} == model("lambda", shape)


@pytest.mark.parametrize(("rule", "shape", "maximum"), NARROWER_RANGES)
def test_ranges_of_ordinary_functions_start_where_the_api_starts(rule: Range, shape: str, maximum: int):
    assert (rule.minimum, rule.maximum) == (model("lambda", shape)["min"], maximum)


def test_choices_are_those_of_the_api():
    assert set(limits.ARCHITECTURE.values) == set(model("lambda", "Architecture")["enum"])
    assert set(limits.LOG_LEVEL.values) == set(model("lambda", "ApplicationLogLevel")["enum"])
    assert {member.value for member in RuntimeUpdateOn} == set(model("lambda", "UpdateRuntimeOn")["enum"])


@pytest.mark.parametrize(
    ("token", "service", "shape"),
    [
        ("aws:cloudwatch/eventRule:EventRule", "events", "RuleName"),
        ("aws:cloudwatch/logGroup:LogGroup", "logs", "LogGroupName"),
        ("aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", "logs", "FilterName"),
        ("aws:cloudwatch/metricAlarm:MetricAlarm", "cloudwatch", "AlarmName"),
        ("aws:cloudwatch/compositeAlarm:CompositeAlarm", "cloudwatch", "AlarmName"),
        ("aws:iam/role:Role", "iam", "roleNameType"),
        ("aws:iam/rolePolicy:RolePolicy", "iam", "policyNameType"),
    ],
)
def test_longest_names_are_those_of_the_api(token: str, service: str, shape: str):
    assert LONGEST_NAME[token] == model(service, shape)["max"]


def test_numbers_of_subnets_and_groups_are_those_of_the_api():
    assert model("lambda", "SubnetIds")["max"] == limits.MAXIMUM_SUBNETS
    assert model("lambda", "SecurityGroupIds")["max"] == limits.MAXIMUM_SECURITY_GROUPS


@pytest.mark.parametrize(
    ("rule", "shape"),
    [
        (limits.HANDLER, "Handler"),
        (limits.ENVIRONMENT_KEY, "EnvironmentVariableName"),
        (limits.MOUNT_PATH, "LocalMountPath"),
        (limits.CODE_SIGNING_ARN, "CodeSigningConfigArn"),
        (limits.LAYER_ARN, "LayerVersionArn"),
        (limits.KEY_ARN, "KMSKeyArn"),
    ],
)
@given(data=st.data())
def test_what_a_pattern_accepts_the_api_accepts(rule: Pattern, shape: str, data: st.DataObject):
    wanted = model("lambda", shape)
    regex = re.compile(rule.regex.replace("arn:aws[a-z-]*", "arn:aws"), re.ASCII)
    text = data.draw(st.from_regex(regex, fullmatch=True))
    text = re.sub(r"(:lambda:)[a-z0-9-]*:(\d{12})?", r"\1eu-west-1:111111111111", text)

    assert rule.breach(text) is None
    assert re.fullmatch(wanted["pattern"], text, re.ASCII)
    assert len(text) <= wanted.get("max", 10_000)


PATTERNS = [value for value in vars(limits).values() if isinstance(value, Pattern)]
ABRIDGED = (limits.SHA256_HEX, limits.RUNTIME_VERSION_ARN, limits.IMAGE_URI)


@pytest.mark.parametrize("rule", [rule for rule in PATTERNS if rule not in ABRIDGED], ids=lambda rule: rule.meaning)
def test_every_example_follows_its_own_rule(rule: Pattern):
    assert rule.breach(rule.example) is None


@given(number=st.integers(), minimum=st.integers(), size=st.integers(0, 10_000))
def test_a_range_offers_the_nearest_number_it_accepts(number: int, minimum: int, size: int):
    rule = Range(minimum, minimum + size)

    breach = rule.breach(number)

    assert (breach is None) == (minimum <= number <= minimum + size)
    assert breach is None or rule.breach(int(breach.fix.removeprefix("use "))) is None


def test_a_range_may_have_single_values_beside_it():
    rule = Range(60, 600, "seconds", also=(-1,))

    assert rule.breach(-1) is None
    breach = rule.breach(0)
    assert breach is not None
    assert breach.rule == "must be 60 to 600 seconds, or -1"


@given(st.text() | st.integers())
def test_a_choice_offers_one_of_its_values(value: object):
    rule = Choice((1, 3, 5)) if isinstance(value, int) else Choice(("arm64", "x86_64"))

    breach = rule.breach(value)

    assert breach is None or breach.fix.removeprefix("use ") in {str(allowed) for allowed in rule.values}


@given(st.lists(st.none(), max_size=6))
def test_a_count_says_how_many_there_are(items: list[None]):
    breach = Count(1, 3, "filters").breach(items)

    assert (breach is None) == (1 <= len(items) <= 3)
    assert breach is None or breach.rule == f"must be 1 to 3 filters, is {len(items)}"


@given(st.recursive(st.none() | st.booleans() | st.text(), st.lists) | st.dictionaries(st.text(), st.text()))
def test_a_json_object_is_an_object_and_nothing_else(value: object):
    assert (JsonObject(10_000).breach(json.dumps(value)) is None) == isinstance(value, dict)


def test_a_json_object_has_a_length():
    assert JsonObject(2).breach("{}") is None
    assert JsonObject(2).breach("{ }") == limits.Breach("must be at most 2 characters, is 3", "shorten it")


@pytest.mark.parametrize("ramp", ["all-at-once", "5", "5,25,50", "5, 25", "pause,10,pause,50", "1,2,3"])
def test_a_ramp_is_rising_percentages_and_pauses(ramp: str):
    assert limits.RAMP.breach(ramp) is None


@pytest.mark.parametrize(
    "ramp",
    [
        "",
        "0",
        "51",
        "5,",
        "5;25",
        "-5",
        "pause",
        "all-at-once,5",
        "5,75",
        "50,5",
        "5,5",
        "1,2,3,4,5,6,7,8,9,10,11",
        "\N{SUPERSCRIPT TWO}",
    ],
)
def test_other_ramps_are_refused(ramp: str):
    assert limits.RAMP.breach(ramp) is not None


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6, unique=True), st.lists(st.integers(0, 6), max_size=4))
def test_a_ramp_that_the_library_takes_is_one_for_the_release_tool(shares: list[int], pauses: list[int]):
    steps = [str(share) for share in sorted(shares)]
    for place in pauses:
        steps.insert(place, "pause")
    ramp = ",".join(steps)

    assert limits.RAMP.breach(ramp) is None
    assert str(ReleaseRamp.parse(ramp)) == ramp


@pytest.mark.parametrize("qualifier", ["", ":7", ":$LATEST", ":123"])
def test_an_alias_is_neither_a_function_nor_a_version(qualifier: str):
    assert limits.ALIAS_ARN.breach(f"arn:aws:lambda:eu-west-1:111111111111:function:worker{qualifier}") is not None


@pytest.mark.parametrize("value", ["Gr\N{LATIN SMALL LETTER O WITH DIAERESIS}sse", "\N{CJK UNIFIED IDEOGRAPH-4EAC}"])
def test_tags_are_written_in_every_script_and_names_in_ascii(value: str):
    assert limits.TAG_VALUE.breach(value) is None
    assert limits.ROLE_NAME.breach(value) is not None


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_arns_of_every_partition_are_accepted(partition: str):
    assert limits.QUEUE_ARN.breach(f"arn:{partition}:sqs:somewhere-1:111111111111:orders") is None
