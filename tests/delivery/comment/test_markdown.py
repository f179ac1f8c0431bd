"""Nothing that comes from a digest means anything to Markdown; seen through a Markdown parser."""

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lambdaform_delivery.comment.markdown import Section, cell, code, fence, fitted, listed, row
from markdown_it import MarkdownIt

PARSER = MarkdownIt("commonmark").enable("table")
HEAD = "| a | b |\n|---|---|\n"
HOSTILE = [
    "`",
    "``",
    "|",
    "\\",
    "\\|",
    "\\`",
    "<b>",
    "-->",
    "@octocat",
    "[x](y)",
    "&amp;",
    "*",
    "_",
    " ",
    "\n",
    "a",
    "é",
]


def cells(markdown: str) -> list[str]:
    """Return the content of the second row's cells, as HTML."""
    return re.findall(r"<td>(.*?)</td>", PARSER.render(HEAD + markdown), flags=re.DOTALL)


def shown(content: str) -> str:
    """Return the text of a cell that is one piece of code and nothing else."""
    match = re.fullmatch(r"<code>([^<>]*)</code>", content)
    assert match, content
    return html.unescape(match[1])


@given(st.lists(st.sampled_from(HOSTILE), max_size=12).map("".join))
def test_hostile_text_stays_in_its_cell_as_it_is(text: str):
    one, other = cells(row((code(text), code("fine"))))
    assert shown(one) == (" ".join(text.split()) or "(empty)")
    assert shown(other) == "fine"


@given(st.text())
def test_any_text_stays_in_its_cell(text: str):
    one, other = cells(row((code(text), code("fine"))))
    shown(one)
    assert shown(other) == "fine"


@example("```\n# out\n````\n# out")
@given(st.text() | st.lists(st.sampled_from(HOSTILE), max_size=12).map("".join))
def test_a_message_stays_in_its_block(text: str):
    rendered = PARSER.render(fence(text) + "\nafter\n")
    assert rendered.count("<pre>") == 1
    assert rendered.endswith("</code></pre>\n<p>after</p>\n")


def test_a_message_is_shown_as_it_is_without_colours():
    assert fence("\x1b[31merror:\x1b[0m `x` <b>\n  here\n") == "```text\nerror: `x` <b>\n  here\n```"


def test_of_a_long_message_the_middle_is_left_out():
    shortened = fence("begin " + "x" * 100_000 + " end")
    assert "begin" in shortened
    assert " end" in shortened
    assert len(shortened) < 4_000


@pytest.mark.parametrize("character", ["\u202e", "\u200b", "\x00", "\ud800", "\u2066"])
def test_what_could_hide_something_is_made_visible(character: str):
    assert code(f"a{character}b") == "`a\ufffdb`"
    assert "a\ufffdb" in fence(f"a{character}b")


def test_one_row_that_is_left_out_is_one_row():
    assert "\n**1 more row is left out**: " in fitted("head\n", [Section("### One", ("| 1 |" * 90,))], 200)


def test_long_code_is_cut():
    assert code("x" * 200) == f"`{'x' * 89}…`"


def test_a_dozen_names_are_listed_and_the_rest_counted():
    assert listed(["b", "a"]) == "`a`, `b`"
    assert listed([f"{number:02}" for number in range(15)]).endswith("`11` and 3 more")


def test_a_cell_has_at_most_twenty_lines():
    assert cell(["a", "b"]) == "a<br>b"
    assert cell(["a"] * 25).endswith("<br>and 5 more")


def test_what_fits_is_left_whole():
    sections = [Section("### One", ("| 1 |", "| 2 |")), Section("### Two", ()), Section("### Three", ("| 3 |",))]
    assert fitted("head\n", sections, 1_000) == "head\n\n### One\n| 1 |\n| 2 |\n\n### Three\n| 3 |\n"


@pytest.mark.parametrize("max_bytes", [200, *range(300, 312), 650])
def test_what_does_not_fit_is_cut_after_a_row_and_counted(max_bytes: int):
    rows = tuple(f"| é {number:03} |" for number in range(60))
    cut = fitted("head\n", [Section("### One", rows), Section("### Two", ("| end |",))], max_bytes)
    assert len(cut.encode()) <= max_bytes
    kept = re.findall(r"^\| é \d{3} \|$", cut, flags=re.MULTILINE)
    assert tuple(kept) == rows[: len(kept)]
    assert cut.endswith(f"\n**{61 - len(kept)} more rows are left out**: a comment has at most {max_bytes:,} bytes.\n")
    assert "### Two" not in cut
