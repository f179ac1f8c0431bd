"""The key a person is stored under: what the spellings of one name have in common.

`name_searcher` and `queue_worker` carry the same file: each is packaged alone, and both must derive the same key.
"""

from anyascii import anyascii

__all__ = ["InvalidNameError", "key_of"]

MAXIMUM_CHARACTERS = 100
MAXIMUM_KEY_BYTES = 2048  # DynamoDB's limit for a partition key; one character of a name may become 42 of the key


class InvalidNameError(ValueError):
    """A name that no person can be stored under; the message says why and never repeats the name."""


def key_of(name: str) -> str:
    """Return the key of a name: ASCII, lower case, single spaces, surname last.

    `José Núñez`, `NUNEZ, Jose` and `jose  nunez` have one key, so they are one person.
    Raises `InvalidNameError` for a blank name and for one of more than 100 characters.
    """
    if len(name) > MAXIMUM_CHARACTERS:
        raise InvalidNameError(f"`name` has more than {MAXIMUM_CHARACTERS} characters")
    surname_last = " ".join(reversed(anyascii(name).split(",", 1)))
    key = " ".join(surname_last.lower().split())
    if not key:
        raise InvalidNameError("`name` is missing or blank")
    if len(key) > MAXIMUM_KEY_BYTES:
        raise InvalidNameError(f"`name` is longer than {MAXIMUM_KEY_BYTES} bytes in ASCII letters")
    return key
