"""An alias's description: the text of whoever made it, then the record and the journal, in 256 characters.

live traffic of search [lf1 live=7:1a2b3c4d prev=6,4 bad=5:9f8e7d6c]
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..errors import PreflightError, ReleaseInputError
from .journal import Journal
from .record import Record

__all__ = ["LONGEST_DESCRIPTION", "Description"]

LONGEST_DESCRIPTION = 256
"""Characters that AWS allows."""
_FORMAT = "lf1"
_MARKED = re.compile(r"(?P<text>.*?) ?\[(?P<format>lf[0-9]+) (?P<fields>[^\[\]]*)\]", re.DOTALL)


@dataclass(frozen=True)
class Description:
    """What a description says."""

    text: str
    """The stack's own words, never changed."""
    record: Record | None = None
    """None before the first release."""
    journal: Journal | None = None
    """None while no release is unfinished."""

    @classmethod
    def parse(cls, description: str) -> "Description":
        """Read a description; raise PreflightError for what a newer or a broken tool has written."""
        marked = _MARKED.fullmatch(description)
        if marked is None:
            return cls(description)
        if marked["format"] != _FORMAT:
            raise PreflightError(
                f"the alias carries a record of the format `{marked['format']}`, this is a tool for `{_FORMAT}`",
                "use the newer lambdaform that wrote it",
            )
        try:
            fields = dict(_pairs(marked["fields"]))
            journal = Journal.parse(fields) if "run" in fields else None
            return cls(marked["text"], Record.parse(fields), journal)
        except (KeyError, ValueError, ReleaseInputError):
            raise PreflightError(
                f"the record in the alias's description cannot be read: `{description}`",
                "remove the part in brackets, after making sure that the alias serves what it should",
            ) from None

    def __str__(self) -> str:
        """Return the description, without the oldest of the past where it would be too long.

        Raise PreflightError if even that does not fit.
        """
        for record in _shortened(self.record):
            parts = [_FORMAT, *(str(part) for part in (record, self.journal) if part)]
            marks = f"[{' '.join(parts)}]" if len(parts) > 1 else ""
            described = f"{self.text} {marks}" if self.text and marks else self.text or marks
            if len(described) <= LONGEST_DESCRIPTION:
                return described
        raise PreflightError(
            f"the alias's own description is {len(self.text)} characters long: with the journal of a release it would "
            f"exceed the {LONGEST_DESCRIPTION} that AWS allows",
            "shorten it to 60 characters",
        )


def _pairs(fields: str) -> Iterator[tuple[str, str]]:
    for field in fields.split():
        key, separator, value = field.partition("=")
        if not separator:
            raise ValueError(field)
        yield key, value


def _shortened(record: Record | None) -> Iterator[Record | None]:
    """Yield the record, then shorter ones: the oldest bad code goes first, then the oldest version."""
    yield record
    while record and (len(record.bad) > 1 or len(record.previous) > 1):
        if len(record.bad) > 1:
            record = replace(record, bad=record.bad[:-1])
        else:
            record = replace(record, previous=record.previous[:-1])
        yield record
