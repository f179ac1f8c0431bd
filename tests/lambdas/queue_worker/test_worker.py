"""Writing registrations, and finding them again with the other function."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]  # botocore is untyped

Load = Callable[[str, str], ModuleType]


@pytest.fixture
def worker(load: Load) -> ModuleType:
    return load("queue_worker", "worker")


@pytest.fixture
def people(make_table: Callable[[str, str], str]) -> str:
    return make_table("people", "name")


def test_a_person_is_stored_under_the_key_with_the_name_as_it_was_sent(worker: ModuleType, dynamodb: Any, people: str):
    registration = worker.Registration(key="jose nunez", name="José Núñez", born=1977)
    worker.RegistrationWorker(dynamodb, people).register(registration)
    assert dynamodb.scan(TableName=people)["Items"] == [
        {"name": {"S": "jose nunez"}, "full_name": {"S": "José Núñez"}, "born": {"N": "1977"}}
    ]


def test_of_two_registrations_of_one_name_the_later_stands(worker: ModuleType, dynamodb: Any, people: str):
    registrations = worker.RegistrationWorker(dynamodb, people)
    registrations.register(worker.Registration(key="john doe", name="john doe", born=1980))
    registrations.register(worker.Registration(key="john doe", name="John Doe", born=1985))
    (item,) = dynamodb.scan(TableName=people)["Items"]
    assert item["full_name"] == {"S": "John Doe"}
    assert item["born"] == {"N": "1985"}


def test_a_failing_table_is_not_hidden(worker: ModuleType, dynamodb: Any):
    registration = worker.Registration(key="john doe", name="John Doe", born=1985)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        worker.RegistrationWorker(dynamodb, "no-such-table").register(registration)


@pytest.mark.parametrize("asked", ["Ada Lovelace", "LOVELACE, Ada", "ada  lovelace"])
def test_what_the_worker_writes_the_searcher_finds(load: Load, dynamodb: Any, people: str, asked: str):
    worker = load("queue_worker", "worker")
    registration = worker.Registration.from_json('{"name": "Lovelace, Ada", "born": 1815}')
    worker.RegistrationWorker(dynamodb, people).register(registration)
    searcher = load("name_searcher", "searcher")
    assert searcher.NameSearcher(dynamodb, people).find(asked) == searcher.Person(name="Lovelace, Ada", born=1815)
