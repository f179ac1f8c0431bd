from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from infra.samples import deployed, function_args, make_project
from lambdaform import AliasOwner, Function, InputError
from lambdaform.function_rules import environment_size_problems, function_problems
from lambdaform.testing import deploy

variables = st.dictionaries(st.text(max_size=50), st.text(max_size=200), max_size=30)


def fields(**args: Any) -> list[str]:
    """Return the fields with problems among rules between arguments, of a function that is right otherwise."""
    return [problem.field for problem in function_problems(function_args(**args))]


def test_a_function_that_is_right_has_no_problems():
    assert fields() == []


@given(variables)
@example({"\N{BULLET}" * 1_366: ""})
def test_an_environment_is_measured_in_bytes_of_names_and_values(environment: dict[str, str]):
    size = len("".join([*environment.keys(), *environment.values()]).encode())

    assert bool(list(environment_size_problems(environment))) == (size > 4_096)


@pytest.mark.parametrize(
    ("value", "accepted"), [("x" * 4_094, True), ("x" * 4_095, False), ("\N{BULLET}" * 1_365, False)]
)
def test_an_environment_may_be_exactly_four_kilobytes(value: str, accepted: bool):
    assert (fields(environment={"AB": value}) == []) == accepted


@pytest.mark.parametrize(
    "variable",
    ["DB_PASSWORD", "db_password", "API_KEY", "APIKEY", "SIGNING_SECRET", "ACCESS_TOKEN", "PRIVATE_KEY", "CREDENTIALS"],
)
def test_a_literal_is_refused_where_the_name_says_secret(variable: str):
    assert fields(environment={variable: "correct horse"}) == [f"environment.{variable}"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DB_PASSWORD", ""),
        ("DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1B2c3"),
        ("DB_PASSWORD_PARAMETER", "/worker/password"),
        ("TOKEN_SECONDS", "300"),
        ("KEYBOARD", "qwerty"),
    ],
)
def test_a_reference_to_a_secret_is_no_secret(variable: str, value: str):
    assert fields(environment={variable: value}) == []


@pytest.mark.parametrize("value", ["AKIAABCDEFGHIJKLMNOP", "-----BEGIN RSA PRIVATE KEY-----\nMII"])
def test_what_looks_like_a_key_is_refused_under_every_name(value: str):
    assert fields(environment={"NOTE": f"see {value}"}) == ["environment.NOTE"]


def test_two_subnets_or_a_word_that_one_is_meant():
    one = {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]}

    assert fields(vpc=one) == ["vpc.subnet_ids"]
    assert fields(vpc={**one, "single_zone": True}) == []


@pytest.mark.parametrize("runtime", ["python3.12", "python3.13"])
def test_snap_start_runs_on_newer_pythons(runtime: str):
    assert fields(snap_start=True, runtime=runtime) == []


def test_a_placeholder_and_a_ramp_need_the_release_tool():
    assert fields(artifact=None, placeholder=True, ramp="5") == ["placeholder", "ramp"]
    assert fields(artifact=None, placeholder=True, ramp="5", alias_owner=AliasOwner.RELEASE) == []


def probed(project: Path, probe: str) -> None:
    deploy(lambda: Function("worker", function_args(probe=probe)), root=project)


def test_a_probe_is_one_json_event_in_the_project(tmp_path: Path):
    probed(make_project(tmp_path, {"events/found.json": '{"name": "a"}'}), "events/found.json")


@pytest.mark.parametrize(
    ("probe", "phrase"),
    [
        ("events/missing.json", "must be a file in the project; write it relative to Pulumi.yaml"),
        ("events/broken.json", "must hold one JSON event"),
        ("events", "must hold one JSON event"),
    ],
)
def test_another_probe_is_refused(tmp_path: Path, probe: str, phrase: str):
    project = make_project(tmp_path, {"events/broken.json": "{"})

    with pytest.raises(InputError, match=f"probe is '{probe}': {phrase}"):
        probed(project, probe)


def test_every_problem_is_found_at_deployment_too():
    with pytest.raises(InputError) as raised:
        deployed(artifact=None, placeholder=True, ramp="5")

    assert [problem.field for problem in raised.value.problems] == ["placeholder", "ramp"]
