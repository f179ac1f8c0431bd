"""The alias of a branch: readable, stable, and another one for every branch."""

import hashlib
import re

from ..errors import ReleaseInputError

__all__ = ["PREFIX", "branch_alias", "is_branch_alias"]

PREFIX = "br-"
"""What every branch alias begins with; no other alias is ever created, moved or deleted by `branch`."""
_LONGEST_ALIAS = 128
_HASH_CHARACTERS = 6
_LONGEST_BRANCH = 255
_NO_GIT_NAME = re.compile(r"[\s~^:?*\[\]\\\x00-\x1f\x7f]")
"""What git allows in no branch, and `]`."""
_BRANCH_ALIAS = re.compile(rf"{PREFIX}(?:[a-zA-Z0-9-_]+-)?[0-9a-f]{{{_HASH_CHARACTERS}}}")


def branch_alias(branch: str) -> str:
    """Return the name of the branch's alias, such as `br-feature-search-3f2a91`, in at most 128 characters.

    The end is a hash of the whole branch: `a/b` and `a-b` have two aliases. Raises ReleaseInputError for what cannot
    be a branch of git.
    """
    if not branch or len(branch) > _LONGEST_BRANCH or _NO_GIT_NAME.search(branch):
        raise ReleaseInputError(
            f"branch is `{branch}`: it has 1 to {_LONGEST_BRANCH} characters, without spaces and what else git forbids"
        )
    digest = hashlib.sha256(branch.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_CHARACTERS]
    longest = _LONGEST_ALIAS - len(PREFIX) - 1 - _HASH_CHARACTERS
    readable = re.sub(r"[^a-zA-Z0-9_]+", "-", branch)[:longest].strip("-")
    return f"{PREFIX}{readable}-{digest}" if readable else f"{PREFIX}{digest}"


def is_branch_alias(alias: str) -> bool:
    """Tell whether an alias has a name as `branch_alias` gives it."""
    return _BRANCH_ALIAS.fullmatch(alias) is not None
