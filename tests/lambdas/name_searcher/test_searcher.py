"""Finding a person by name."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]  # botocore is untyped


@pytest.fixture
def searcher(load: Callable[[str, str], ModuleType]) -> ModuleType:
    return load("name_searcher", "searcher")


@pytest.fixture
def people(dynamodb: Any, make_table: Callable[[str, str], str]) -> str:
    table = make_table("people", "name")
    item = {"name": {"S": "jose nunez"}, "full_name": {"S": "José Núñez"}, "born": {"N": "1977"}}
    dynamodb.put_item(TableName=table, Item=item)
    return table


@pytest.mark.parametrize("spelling", ["José Núñez", "jose  nunez", "NÚÑEZ, José"])
def test_a_person_is_found_by_any_spelling_and_shown_as_registered(
    searcher: ModuleType, dynamodb: Any, people: str, spelling: str
):
    found = searcher.NameSearcher(dynamodb, people).find(spelling)
    assert found == searcher.Person(name="José Núñez", born=1977)


def test_nobody_is_found_under_a_name_that_nobody_has(searcher: ModuleType, dynamodb: Any, people: str):
    assert searcher.NameSearcher(dynamodb, people).find("José") is None


def test_a_name_that_nobody_can_have_is_refused_before_the_table_is_asked(searcher: ModuleType):
    with pytest.raises(ValueError, match="`name` is missing or blank"):
        searcher.NameSearcher(dynamodb=None, people_table="people").find(" ")


def test_a_failing_table_is_not_mistaken_for_a_missing_person(searcher: ModuleType, dynamodb: Any):
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        searcher.NameSearcher(dynamodb, "no-such-table").find("José Núñez")
