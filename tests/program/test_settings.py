import json
import platform
import sys

import pulumi
import pytest
import settings
from hypothesis import given
from hypothesis import strategies as st
from lambdaform import AliasOwner
from program.stacks import project_of
from settings import Person, SettingsError, read

DEFAULTS = {
    "alarm_topics": "[]",
    "alias_owner": "stack",
    "ramp": "all-at-once",
    "runtime": "python3.13",
    "architecture": "arm64",
    "log_retention_days": "365",
    "permissions_boundary_arn": "",
    "public_api": "false",
    "warm_environments": "0",
    "protect_data": "true",
    "people": "[]",
}


simple = st.none() | st.booleans() | st.integers() | st.text() | st.just({"name": "John Doe", "born": "1985"})
texts = st.text() | st.recursive(simple, st.lists).map(json.dumps)


def problems(**changes: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        read({**DEFAULTS, **changes})
    first, *found = str(raised.value).splitlines()
    assert first == "the configuration of this stack has problems:"
    return [line.strip() for line in found]


def test_texts_become_values():
    chosen = {
        "alarm_topics": '["arn:aws:sns:eu-west-1:111111111111:pager"]',
        "alias_owner": "release",
        "ramp": "5,25,50",
        "log_retention_days": "30",
        "permissions_boundary_arn": "arn:aws:iam::111111111111:policy/boundary",
        "public_api": "true",
        "warm_environments": "5",
        "protect_data": "false",
        "people": '[{"name": "John Doe", "born": 1985}]',
    }

    assert read({**DEFAULTS, **chosen}) == settings.Settings(
        alarm_topics=("arn:aws:sns:eu-west-1:111111111111:pager",),
        alias_owner=AliasOwner.RELEASE,
        ramp="5,25,50",
        runtime="python3.13",
        architecture="arm64",
        log_retention_days=30,
        permissions_boundary_arn="arn:aws:iam::111111111111:policy/boundary",
        public_api=True,
        warm_environments=5,
        protect_data=False,
        people=(Person("John Doe", 1985),),
    )


def test_every_key_that_is_wrong_is_named_at_once():
    wrong = {
        "alarm_topics": "pager",
        "alias_owner": "both",
        "log_retention_days": "long",
        "public_api": "yes",
        "warm_environments": "6",
        "protect_data": "1",
        "people": '[{"name": "John Doe"}]',
    }

    assert problems(**wrong) == [
        "lambdaform:alarm_topics is 'pager': must be a list",
        "lambdaform:alias_owner is 'both': must be stack or release",
        "lambdaform:log_retention_days is 'long': must be a whole number from 1 to 3653",
        "lambdaform:public_api is 'yes': must be true or false",
        "lambdaform:warm_environments is '6': must be a whole number from 0 to 5",
        "lambdaform:protect_data is '1': must be true or false",
        """lambdaform:people is '[{"name": "John Doe"}]': must be a list of people, each with name and born""",
    ]


@pytest.mark.parametrize("topics", ["{}", "3", "null", "[1]", "[", '"arn"'])
def test_topics_are_a_list_of_texts(topics: str):
    [problem] = problems(alarm_topics=topics)

    assert "must be a list" in problem


@pytest.mark.parametrize("people", ["{}", "[1]", '[{"born": 1}]', '[{"name": "a", "born": "long ago"}]', "[null]"])
def test_people_have_name_and_year(people: str):
    [problem] = problems(people=people)

    assert problem.endswith(("must be a list of people, each with name and born", "must be a list"))


def test_a_key_nobody_knows_is_told_its_nearest_neighbour():
    assert problems(alarm_topic="[]") == ["lambdaform:alarm_topic is not a known key; did you mean alarm_topics?"]


def test_a_key_nobody_could_mean_is_told_what_there_is():
    [problem] = problems(zzzzzz="1")

    assert problem == f"lambdaform:zzzzzz is not a known key; the keys are {', '.join(DEFAULTS)}"


@given(st.sampled_from(sorted(DEFAULTS)))
def test_a_key_that_is_missing_is_named(missing: str):
    with pytest.raises(SettingsError, match=f"lambdaform:{missing} is missing; run the program through pulumi"):
        read({key: value for key, value in DEFAULTS.items() if key != missing})


@given(st.dictionaries(st.sampled_from(sorted(DEFAULTS)), texts))
def test_whatever_is_written_there_is_a_value_or_one_line_about_its_key(changes: dict[str, str]):
    try:
        read({**DEFAULTS, **changes})
        lines: list[str] = []
    except SettingsError as error:
        lines = str(error).splitlines()[1:]

    assert {line.split()[0].removeprefix("lambdaform:") for line in lines} <= set(changes)
    assert len(lines) <= len(changes)


@pytest.mark.parametrize(
    ("machine", "architecture"),
    [("x86_64", "x86_64"), ("AMD64", "x86_64"), ("aarch64", "arm64"), ("arm64", "arm64")],
)
def test_host_is_the_python_and_the_machine_that_run_the_program(
    monkeypatch: pytest.MonkeyPatch, machine: str, architecture: str
):
    monkeypatch.setattr(platform, "machine", lambda: machine)

    chosen = read({**DEFAULTS, "runtime": "host", "architecture": "host"})

    assert chosen.runtime == f"python{sys.version_info.major}.{sys.version_info.minor}"
    assert chosen.architecture == architecture


def test_people_are_found_by_their_name_in_small_letters():
    assert Person("  John   DOE ", 1985).key == "john doe"


def test_the_project_file_declares_a_default_for_every_key_and_no_other():
    declared = {key for key in project_of("staging").config if key.startswith("lambdaform:")}

    assert declared == {f"lambdaform:{key}" for key in DEFAULTS}


@pytest.mark.parametrize("stack", ["prod", "sandbox", "staging"])
def test_every_stack_file_can_be_read(stack: str):
    config = project_of(stack).config

    chosen = read({key.removeprefix("lambdaform:"): config[key] for key in config if key.startswith("lambdaform:")})

    assert json.loads(config["lambdaform:alarm_topics"]) == list(chosen.alarm_topics)


def test_an_error_ends_the_program_with_its_message_alone():
    assert issubclass(SettingsError, pulumi.RunError)
