from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from infra.samples import ALIAS, QUEUE, TARGET, function_args
from lambdaform import (
    ExecutionRole,
    Function,
    FunctionAlarms,
    FunctionLogs,
    HttpApi,
    InputError,
    LiveAlias,
    Queue,
    QueueSource,
    Warmer,
)
from lambdaform.naming import LONGEST_NAME, RANDOM_SUFFIX_CHARACTERS, check_name
from lambdaform.testing import Resource, deploy

names = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]*", fullmatch=True)
children = st.dictionaries(st.sampled_from(sorted(LONGEST_NAME)), st.text("-abc.", max_size=20), min_size=1)

ALARMS: Any = {
    "function_name": "w",
    "alias_name": "live",
    "timeout": 3,
    "alarm_topics": [],
    "dead_letter_queue_name": "q",
}
STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/s"
MAKE: Mapping[str, Callable[[str], object]] = {
    "ExecutionRole": lambda name: ExecutionRole(name, {}),
    "Function": lambda name: Function(name, function_args(warmer={}, log_forward_to={"stream_arn": STREAM})),
    "FunctionAlarms": lambda name: FunctionAlarms(name, ALARMS),
    "FunctionLogs": lambda name: FunctionLogs(name, {"log_forward_to": {"stream_arn": STREAM}}),
    "HttpApi": lambda name: HttpApi(name, {"routes": {"GET /": TARGET}, "public": True}),
    "LiveAlias": lambda name: LiveAlias(name, {"function_name": "worker", "function_version": "1"}),
    "Queue": lambda name: Queue(name, {"consumer_timeout": 1, "alarm_topics": [], "fifo": True}),
    "QueueSource": lambda name: QueueSource(name, {**TARGET, "queue_arn": QUEUE}),
    "Warmer": lambda name: Warmer(name, {"alias_arn": ALIAS}),
}


@given(names, children)
def test_every_accepted_name_fits_every_child(name: str, suffixes: dict[str, str]):
    try:
        check_name("Component", name, suffixes)
    except InputError:
        fits = False
    else:
        fits = True

    longest = {token: len(name + suffix) + RANDOM_SUFFIX_CHARACTERS for token, suffix in suffixes.items()}
    assert fits == all(length <= LONGEST_NAME[token] for token, length in longest.items())


@given(st.one_of(st.text(), st.integers(), st.none()).filter(lambda name: not _is_plain(name)))
def test_other_characters_are_refused(name: Any):
    with pytest.raises(InputError, match="must be letters, digits, - and _, starting with a letter"):
        check_name("Component", name, {"aws:sqs/queue:Queue": ""})


def _is_plain(name: object) -> bool:
    return isinstance(name, str) and name[:1].isalpha() and name.isascii() and set("-_").issuperset(_odd(name))


def _odd(name: str) -> str:
    return "".join(character for character in name if not character.isalnum())


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_the_longest_accepted_name_fits_every_type_with_its_random_suffix(make: Callable[[str], object]):
    longest = "n" * (600 - _too_long_by(make, "n" * 600))

    made = [resource for resource in deploy(lambda: make(longest)).resources if _is_named_by_pulumi(resource)]

    assert _too_long_by(make, f"{longest}n") == 1
    assert [resource for resource in made if len(resource.outputs["name"]) > LONGEST_NAME[resource.type]] == []


def _too_long_by(make: Callable[[str], object], name: str) -> int:
    with pytest.raises(InputError) as raised:
        deploy(lambda: make(name))
    [problem] = raised.value.problems
    return int(problem.fix.removeprefix("shorten it by "))


def _is_named_by_pulumi(resource: Resource) -> bool:
    return resource.custom and "name" in resource.outputs and "name" not in resource.inputs
