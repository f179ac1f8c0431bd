"""The comment as a whole."""

from pathlib import Path
from typing import Any

import pytest
from delivery.comment.digests import EXAMPLE, UNKNOWN, digest, policy, state, step, urn
from lambdaform_delivery.comment import SMALLEST_MAX_BYTES, parse, render

Json = dict[str, Any]

PAGE = Path(__file__).parents[3] / "docs/comment-example.md"
TABLE, FUNCTION = "aws:dynamodb/table:Table", "aws:lambda/function:Function"


def headings(comment: str) -> list[str]:
    return [line for line in comment.splitlines() if line.startswith("#")]


def test_the_example_in_the_documents_is_what_comes_out():
    assert PAGE.read_text(encoding="utf-8").endswith("\n\n" + render(parse(EXAMPLE.read_text(encoding="utf-8"))))


def test_the_first_line_is_a_marker_of_this_stack_and_no_other():
    first = render(digest(stack="prod")).splitlines()[0]
    assert first == "<!-- lambdaform preview lambdaform/prod -->"
    assert not render(digest(stack="prod-eu")).startswith(first)


def test_the_order_in_which_the_engine_came_to_the_resources_makes_no_difference():
    steps = [step("create", TABLE, name, new=state()) for name in ("b", "a", "c")]
    assert render(digest(*steps)) == render(digest(*reversed(steps)))


def test_a_preview_without_changes_is_three_lines():
    assert render(digest(unchanged=64)).splitlines()[1:] == [
        "## Preview of `lambdaform/prod`",
        "",
        "**No change**, 64 unchanged.",
    ]


def test_the_dangers_come_before_the_errors_and_those_before_the_rest():
    comment = render(
        digest(
            step("delete", TABLE, old=state()),
            step(
                "update",
                FUNCTION,
                old=state({"timeout": 1}),
                new=state({"timeout": 2}),
                differences={"timeout": "update"},
            ),
            diagnostics=[("warning", "careful"), ("error", "no")],
        )
    )
    assert headings(comment)[1:] == [
        "### Look at this first",
        "### Errors",
        "### Components",
        "### In detail",
        "### Warnings",
    ]


def test_a_preview_that_failed_says_so_before_anything_else():
    assert render(digest(diagnostics=[("error", "no")])).splitlines()[3] == (
        "**The preview failed.** What follows is what it saw until then."
    )


def test_messages_that_are_no_errors_and_no_warnings_are_left_to_the_log():
    messages = [(severity, "printed") for severity in ("info", "info#err", "debug")]
    assert "printed" not in render(digest(diagnostics=messages))


def test_components_are_counted_by_what_happens_to_their_resources():
    function = "lambdaform:index:Function"
    inside = state(parent=urn(function, "search"))
    comment = render(
        digest(
            step("create", function, new=state()),
            step("create", f"{function}$aws:iam/role:Role", new=inside),
            step("delete", f"{function}$aws:lambda/permission:Permission", old=inside),
            step("create", TABLE, "people", new=state()),
        )
    )
    assert "**3 to create, 1 to delete**, 0 unchanged." in comment
    assert "| `Function search` | 2 to create, 1 to delete |\n| `dynamodb.Table people` | 1 to create |\n" in comment


def test_policies_that_cannot_be_read_are_counted_in_the_head():
    later = step("create", "aws:iam/rolePolicy:RolePolicy", new=state({"policy": UNKNOWN, "role": "r"}))
    assert "1 policy is secret or only known after apply, and not judged here." in render(digest(later))


@pytest.mark.parametrize("max_bytes", [SMALLEST_MAX_BYTES, 5_000, 64_000])
def test_a_comment_has_at_most_as_many_bytes_as_allowed(max_bytes: int):
    wide = policy({"Action": [f"s3:Get{number}*" for number in range(500)], "Resource": "é`|" * 200, "Principal": "*"})
    steps: list[Json] = [
        step("create", "aws:sqs/queuePolicy:QueuePolicy", f"é`|{number}", new=state({"policy": wide}))
        for number in range(300)
    ]
    comment = render(digest(*steps, diagnostics=[("error", "é" * 50_000)], stack="s" * 100), max_bytes)
    assert len(comment.encode()) <= max_bytes
    assert comment.endswith(f"more rows are left out**: a comment has at most {max_bytes:,} bytes.\n")
