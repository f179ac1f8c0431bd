"""A registration: what a message asks for, checked before anything is written."""

import json
from dataclasses import dataclass
from typing import Any, cast

from name_key import InvalidNameError, key_of

__all__ = ["InvalidRegistrationError", "Registration"]

LATEST_YEAR = 9999


class InvalidRegistrationError(ValueError):
    """A message that never can be registered; the message of the error says why and repeats no personal data."""


@dataclass(frozen=True)
class Registration:
    """A person to be written to the people table."""

    key: str
    """What all spellings of the name share: the partition key."""
    name: str
    """The name as it was sent, without blanks around it."""
    born: int
    """Year of birth, 1 to 9999."""

    @classmethod
    def from_json(cls, body: str) -> "Registration":
        """Read a body such as `{"name": "Ada Lovelace", "born": 1815}`; further fields are ignored.

        Raises `InvalidRegistrationError` that names the field and its rule.
        """
        message = _object(body)
        name = _name(message.get("name"))
        try:
            return cls(key=key_of(name), name=name, born=_year(message.get("born")))
        except InvalidNameError as error:
            raise InvalidRegistrationError(str(error)) from error


def _object(body: str) -> dict[str, Any]:
    try:
        message = json.loads(body)
    except ValueError as error:
        raise InvalidRegistrationError("the body must be JSON") from error
    if not isinstance(message, dict):
        raise InvalidRegistrationError("the body must be a JSON object")
    return cast("dict[str, Any]", message)


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise InvalidRegistrationError("`name` must be text")
    return name.strip()


def _year(born: object) -> int:
    if not isinstance(born, int) or isinstance(born, bool) or not 1 <= born <= LATEST_YEAR:
        raise InvalidRegistrationError(f"`born` must be a whole number from 1 to {LATEST_YEAR}")
    return born
