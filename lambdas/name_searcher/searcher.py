"""People, found by name. Nothing here knows Lambda or HTTP."""

from dataclasses import dataclass
from typing import Any

from name_key import key_of

__all__ = ["NameSearcher", "Person"]


@dataclass(frozen=True)
class Person:
    """Somebody in the people table."""

    name: str
    """The name as it was registered."""
    born: int
    """Year of birth."""


class NameSearcher:
    """Looks people up in one DynamoDB table, by any spelling of their name."""

    def __init__(self, dynamodb: Any, people_table: str):  # noqa: ANN401  # boto3 clients are untyped
        self._dynamodb = dynamodb
        self._people_table = people_table

    def find(self, name: str) -> Person | None:
        """Return the person of that name, or None.

        Raises `InvalidNameError` for a name that nobody can have, and lets the errors of DynamoDB pass.
        """
        key = key_of(name)
        found = self._dynamodb.get_item(TableName=self._people_table, Key={"name": {"S": key}})
        return _person(found["Item"]) if "Item" in found else None


def _person(item: dict[str, Any]) -> Person:
    return Person(name=item["full_name"]["S"], born=int(item["born"]["N"]))
