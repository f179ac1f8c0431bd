"""Markdown that means what it says: whatever comes from a digest is inert, on one line, and of bounded length.

Inside a code span neither HTML nor links, mentions or emphasis exist. A text with what could end the span or its table
cell (backtick, pipe) becomes a `<code>` element of entities instead.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Section", "cell", "code", "fence", "fitted", "listed", "row"]

LONGEST_CODE_CHARACTERS = 90
LONGEST_MESSAGE_CHARACTERS = 3_000
MOST_LINES_IN_A_CELL = 20
MOST_NAMES_IN_A_LINE = 12

_DELICATE = re.compile(r"[`|]")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


@dataclass(frozen=True)
class Section:
    """A heading and what follows it; it can be cut between two rows and nowhere else."""

    head: str
    """Heading, and the head of the table if it has one."""
    rows: tuple[str, ...]


def code(text: str, limit: int = LONGEST_CODE_CHARACTERS) -> str:
    """Return `text` as code, at most `limit` characters of it."""
    shown = _visible(" ".join(text.split()))
    shown = shown if len(shown) <= limit else shown[: limit - 1] + "…"
    if not shown:
        return "`(empty)`"
    if _DELICATE.search(shown):
        return f"<code>{''.join(_entity(character) for character in shown)}</code>"
    return f"`{shown}`"


def listed(texts: Iterable[str]) -> str:
    """Return the texts in order as code, beyond a dozen only how many there are."""
    ordered = sorted(texts)
    shown = ", ".join(code(text) for text in ordered[:MOST_NAMES_IN_A_LINE])
    more = len(ordered) - MOST_NAMES_IN_A_LINE
    return f"{shown} and {more} more" if more > 0 else shown


def fence(text: str) -> str:
    """Return a message of several lines as a block of code; of a long one the middle is left out."""
    lines = [_visible(line) for line in _ANSI.sub("", text).strip().splitlines()]
    shown = "\n".join(lines)
    if len(shown) > LONGEST_MESSAGE_CHARACTERS:
        half = LONGEST_MESSAGE_CHARACTERS // 2
        shown = f"{shown[:half]}\n…\n{shown[-half:]}"
    longest_run = max((len(run) for run in re.findall("`+", shown)), default=0)
    marks = "`" * max(3, longest_run + 1)
    return f"{marks}text\n{shown}\n{marks}"


def cell(lines: Sequence[str]) -> str:
    """Return the lines, which are Markdown already, as the content of one table cell, at most 20 of them."""
    shown = list(lines[:MOST_LINES_IN_A_CELL])
    if len(lines) > len(shown):
        shown.append(f"and {len(lines) - len(shown)} more")
    return "<br>".join(shown)


def row(cells: Iterable[str]) -> str:
    """Return one row of a table."""
    return f"| {' | '.join(cells)} |"


def fitted(head: str, sections: Iterable[Section], max_bytes: int) -> str:
    """Return head and sections as one text of at most `max_bytes` in UTF-8, cut at the end of a row if need be.

    The head is never cut. What is left out is counted at the end.
    """
    pieces = [piece for section in sections for piece in _pieces(section)]
    room = max_bytes - _size(head)
    everything = sum(_size(text) for _, text in pieces)
    if everything <= room:
        return head + "".join(text for _, text in pieces)
    room -= _size(_left_out(len(pieces), max_bytes))
    kept: list[str] = []
    for _, text in pieces:
        room -= _size(text)
        if room < 0:
            break
        kept.append(text)
    left_out = sum(rows for rows, _ in pieces[len(kept) :])
    return head + "".join(kept) + _left_out(left_out, max_bytes)


def _pieces(section: Section) -> Iterable[tuple[int, str]]:
    """Yield what may be cut after, with the number of rows in it; a heading stays with its first row."""
    for index, text in enumerate(section.rows):
        before = f"\n{section.head}\n" if index == 0 else ""
        yield 1, f"{before}{text}\n"


def _left_out(rows: int, max_bytes: int) -> str:
    more = "1 more row is" if rows == 1 else f"{rows:,} more rows are"
    return f"\n**{more} left out**: a comment has at most {max_bytes:,} bytes.\n"


def _visible(text: str) -> str:
    """Return `text` with its control, formatting and undisplayable characters replaced: they could hide something."""
    return "".join("\ufffd" if unicodedata.category(each) in _UNSEEN and each != "\t" else each for each in text)


def _entity(character: str) -> str:
    return character if character.isalnum() or character == " " else f"&#{ord(character)};"


def _size(text: str) -> int:
    return len(text.encode())
