"""The Markdown summary, seen through a Markdown parser where it matters."""

import re
from pathlib import Path

import pytest
from delivery.view.stories import Story, failing
from lambdaform_delivery.release.outcome import FunctionOutcome
from lambdaform_delivery.view.ending import Ending
from lambdaform_delivery.view.history import History
from lambdaform_delivery.view.markdown import MarkdownSummary, summary
from markdown_it import MarkdownIt

PARSER = MarkdownIt("commonmark").enable("table")
SEARCH = FunctionOutcome("search", "search-1a2b3c4", "live", "7", "8", "version 7")
ENDED = Ending("rolled back", 4, "search: it fails", (SEARCH,), run="k3v9")


def rows(text: str) -> list[list[str]]:
    return [
        re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", PARSER.render(text), re.DOTALL)
    ]


def test_it_begins_with_how_it_ended_and_what_serves_now():
    assert summary(ENDED, History()) == (
        "## Release `k3v9`: rolled back\n"
        "\n"
        "search: it fails\n"
        "\n"
        "| function | alias | from | to | serves now |\n"
        "| --- | --- | ---: | ---: | --- |\n"
        "| `search` | `search-1a2b3c4:live` | `7` | `8` | `version 7` |\n"
    )


def test_every_step_is_a_row_with_both_versions_and_its_verdict():
    first, second = [cells for cells in rows(summary(ENDED, failing().history)) if len(cells) == 6]
    assert first[:5] == ["5 %", "3 min", "5 %", "9 of 8,550 (0.11 %)", "0 of 450 (0 %)"]
    assert second[:5] == ["25 %", "2 min", "25 %", "4 of 4,500 (0.089 %)", "44 of 1,500 (2.93 %)"]
    assert (first[5].split(":")[0], second[5].split(":")[0]) == ("pass", "fail")


def test_notes_are_listed():
    html = PARSER.render(summary(ENDED, failing().history))
    assert "<li>the alarm <code>search-errors</code> is ALARM: it has no say in this release</li>" in html


def test_an_error_comes_with_what_to_do_and_the_command_that_restores_safety():
    ending = Ending("failed", 9, "expired", (), recipe="lambdaform rollback search", hint="`aws sso login`", error="E")
    assert summary(ending, History()) == (
        "## Release: failed\n\nexpired\n\nnothing was changed\n\nWhat to do: `aws sso login`\n\n"
        "Next:\n\n```text\nlambdaform rollback search\n```\n"
    )


@pytest.mark.parametrize("hostile", ["<img src=x>", "[x](y)", "| a | b", "**x**", "1. x", "# x", "- x", "$x$", "`x"])
def test_what_a_message_carries_means_nothing_to_markdown(hostile: str):
    story = Story()
    story.note(hostile)
    html = PARSER.render(summary(Ending("failed", 1, hostile, (), error="E"), story.history))
    assert not re.search(r"<(img|a|strong|ol|table|em)\b", html)
    assert html.count("<h") == 2
    assert html.count("<li>") == 1


def test_a_summary_is_appended(tmp_path: Path):
    path = tmp_path / "summary.md"
    path.write_text("before\n")
    MarkdownSummary(path).finish(ENDED, History())
    assert path.read_text() == f"before\n\n{summary(ENDED, History())}"
