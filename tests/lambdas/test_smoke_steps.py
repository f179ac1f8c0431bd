"""The requests and messages that the sandbox sends after a deployment fit what the functions understand."""

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SMOKE = Path(__file__).parents[2] / "infra" / "smoke.json"
STEPS: list[dict[str, Any]] = json.loads(SMOKE.read_text())
REQUESTS = [step for step in STEPS if "request" in step]
DELIVERIES = [step for step in STEPS if "queue" in step]


def test_every_step_is_a_request_or_a_delivery():
    assert all(set(step) == {"api", "request", "status", "body"} for step in REQUESTS)
    assert all(set(step) == {"queue", "messages", "dead_letters"} for step in DELIVERIES)
    assert len(REQUESTS) + len(DELIVERIES) == len(STEPS)


def test_every_answer_of_the_searcher_is_asked_for():
    assert {step["status"] for step in REQUESTS} == {200, 400, 404}


@pytest.mark.parametrize("delivery", DELIVERIES)
def test_as_many_messages_are_refused_as_dead_letters_are_expected(
    load: Callable[[str, str], ModuleType], delivery: dict[str, Any]
):
    registration = load("queue_worker", "registration")
    refused = 0
    for message in delivery["messages"]:
        try:
            registration.Registration.from_json(json.dumps(message))
        except registration.InvalidRegistrationError:
            refused += 1
    assert refused == delivery["dead_letters"]
