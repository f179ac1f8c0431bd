"""Which messages are registrations."""

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture
def registration(load: Callable[[str, str], ModuleType]) -> ModuleType:
    return load("queue_worker", "registration")


def test_a_registration_keeps_the_name_and_derives_the_key(registration: ModuleType):
    assert registration.Registration.from_json('{"name": " Núñez, José ", "born": 1977}') == registration.Registration(
        key="jose nunez", name="Núñez, José", born=1977
    )


def test_fields_of_a_newer_sender_are_ignored(registration: ModuleType):
    body = '{"name": "Ada Lovelace", "born": 1815, "died": 1852}'
    assert registration.Registration.from_json(body).name == "Ada Lovelace"


@pytest.mark.parametrize("body", ["", "Ada Lovelace", "{", '{"name": "Ada', f'{{"born": {"9" * 5000}}}'])
def test_a_body_that_is_not_json_is_refused(registration: ModuleType, body: str):
    with pytest.raises(registration.InvalidRegistrationError, match="the body must be JSON"):
        registration.Registration.from_json(body)


@pytest.mark.parametrize("body", ["[]", "null", "1815", '"Ada Lovelace"'])
def test_a_body_that_is_not_an_object_is_refused(registration: ModuleType, body: str):
    with pytest.raises(registration.InvalidRegistrationError, match="the body must be a JSON object"):
        registration.Registration.from_json(body)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        (None, "`name` must be text"),
        (7, "`name` must be text"),
        ({}, "`name` must be text"),
        (" ", "`name` is missing or blank"),
        ("x" * 101, "`name` has more than 100 characters"),
    ],
)
def test_a_name_that_cannot_be_found_again_is_refused(registration: ModuleType, name: Any, rule: str):
    with pytest.raises(registration.InvalidRegistrationError, match=rule):
        registration.Registration.from_json(json.dumps({"name": name, "born": 1815}))


@pytest.mark.parametrize("born", ["1815", 1815.0, True, None, 0, -1, 10_000, float("nan")])
def test_a_year_that_is_not_a_whole_number_of_four_digits_is_refused(registration: ModuleType, born: Any):
    with pytest.raises(registration.InvalidRegistrationError, match="`born` must be a whole number from 1 to 9999"):
        registration.Registration.from_json(json.dumps({"name": "Ada Lovelace", "born": born}))


def test_a_refusal_repeats_nothing_of_the_message(registration: ModuleType):
    with pytest.raises(registration.InvalidRegistrationError) as refusal:
        registration.Registration.from_json('{"name": "Ada Lovelace", "born": "1815-12-10"}')
    assert "Ada" not in str(refusal.value)
    assert "1815" not in str(refusal.value)
