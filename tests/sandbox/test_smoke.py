"""Smoke steps: how they are read, and what is said when an answer is not the expected one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lambdaform_sandbox import smoke
from lambdaform_sandbox.deployment import Deployment
from lambdaform_sandbox.errors import SandboxError
from lambdaform_sandbox.project import Project
from lambdaform_sandbox.rehearsal import rehearse
from lambdaform_sandbox.sandbox import Sandbox

from .program import FUNCTION_PROGRAM, write_project

REPOSITORY = Path(__file__).parents[2]
REQUEST = {"api": "values", "request": "GET /", "status": 200}


def load(folder: Path, steps: object) -> tuple[smoke.Step, ...]:
    (folder / "smoke.json").write_text(json.dumps(steps))
    return smoke.load_steps(folder)


def test_a_request_step_is_read(tmp_path: Path):
    (step,) = load(tmp_path, [{**REQUEST, "request": "POST /people?a=b%20c", "body": ""}])
    assert step == smoke.RequestStep("values", "POST", "/people?a=b%20c", 200, "")


def test_messages_are_texts_or_json(tmp_path: Path):
    (step,) = load(tmp_path, [{"queue": "orders", "messages": ["text", {"name": "José"}], "dead_letters": 1}])
    assert step == smoke.QueueStep("orders", ("text", '{"name": "José"}'), 1)


def test_without_the_file_there_are_no_steps(tmp_path: Path):
    assert smoke.load_steps(tmp_path) == ()


def test_the_file_lies_beside_a_program_that_is_a_file(tmp_path: Path):
    load(tmp_path, [REQUEST])
    assert len(smoke.load_steps(tmp_path / "__main__.py")) == 1


def test_the_steps_of_this_repository_are_understood():
    assert len(smoke.load_steps(REPOSITORY / "infra")) > 1


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ({}, "must be a list of steps"),
        (["GET /"], "step 1 of `smoke.json` must be an object"),
        ([REQUEST, {"api": "values"}], "step 2 of `smoke.json` needs `request`, as str"),
        ([{**REQUEST, "status": "200"}], "step 1 of `smoke.json` needs `status`, as int"),
        ([{**REQUEST, "request": "/"}], "`request` must be like `GET /path`"),
        ([{**REQUEST, "stauts": 200}], "has the unknown key `stauts`"),
        ([{**REQUEST, "request": "GET /José"}], "`request` must be like `GET /path`"),
        ([{"queue": "orders", "messages": ["text"], "dead_letters": "1"}], "needs `dead_letters`, as int"),
        ([{"queue": "orders"}], "step 1 of `smoke.json` needs `messages`, as list"),
    ],
)
def test_a_step_that_is_not_understood_is_refused_by_its_number(tmp_path: Path, steps: object, said: str):
    with pytest.raises(SandboxError, match=said):
        load(tmp_path, steps)


def test_broken_json_is_refused(tmp_path: Path):
    (tmp_path / "smoke.json").write_text("[")
    with pytest.raises(SandboxError, match=r"`smoke.json` is not valid JSON"):
        smoke.load_steps(tmp_path)


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, Deployment]]:
    folder = write_project(tmp_path_factory.mktemp("project"), FUNCTION_PROGRAM)
    with Sandbox() as sandbox:
        recording = rehearse(Project.load(folder, "sandbox"), sandbox.aws, sandbox.provider)
        yield sandbox, Deployment.of_recording(recording)


def outcome(deployed: tuple[Sandbox, Deployment], step: smoke.Step) -> smoke.Outcome:
    sandbox, deployment = deployed
    (found,) = smoke.send([step], deployment, sandbox.aws, sandbox.events)
    return found


def request(path: str = "/", status: int = 200, **body: Any) -> smoke.RequestStep:
    return smoke.RequestStep("values", "GET", path, status, **body)


def test_an_expected_answer_is_no_problem(deployed: tuple[Sandbox, Deployment]):
    found = outcome(deployed, request(body={"value": "first"}))
    assert found == smoke.Outcome("GET /", '200 {"value": "first"}')


def test_without_a_body_any_body_will_do(deployed: tuple[Sandbox, Deployment]):
    assert outcome(deployed, request()).problem is None


def test_a_body_given_as_text_is_compared_as_text(deployed: tuple[Sandbox, Deployment]):
    assert outcome(deployed, request(body='{"value": "first"}')).problem is None
    assert outcome(deployed, request(body='{"value":"first"}')).problem is not None


def test_a_wrong_status_is_said_with_both(deployed: tuple[Sandbox, Deployment]):
    assert outcome(deployed, request(status=404)).problem == "expected status 404, got 200"


def test_a_wrong_body_is_said_with_both(deployed: tuple[Sandbox, Deployment]):
    problem = outcome(deployed, request(body={"value": "second"})).problem
    assert problem == 'expected body {"value": "second"}, got {"value": "first"}'


def test_messages_are_worked_off_and_poison_becomes_a_dead_letter(deployed: tuple[Sandbox, Deployment]):
    found = outcome(deployed, smoke.QueueStep("orders", ("good", "poison", "good"), 1))
    assert found == smoke.Outcome("messages to orders: 3", "handled: 2, dead letters: 1")


def test_an_unexpected_dead_letter_is_said(deployed: tuple[Sandbox, Deployment]):
    found = outcome(deployed, smoke.QueueStep("orders", ("poison",)))
    assert found.problem == "expected dead letters: 0, got 1"


def test_messages_that_nobody_takes_are_said(deployed: tuple[Sandbox, Deployment]):
    found = outcome(deployed, smoke.QueueStep("unread", ("stays",)))
    assert found.problem == "expected an empty queue, got messages still waiting: 1"


@pytest.mark.parametrize("step", [smoke.RequestStep("vlaues", "GET", "/", 200), smoke.QueueStep("ordres", ("good",))])
def test_a_name_that_the_program_does_not_use_is_refused(deployed: tuple[Sandbox, Deployment], step: smoke.Step):
    with pytest.raises(SandboxError, match="have that name") as raised:
        outcome(deployed, step)
    assert raised.value.hint in ("there are: values", "there are: orders, orders-dead-letters, unread")
