"""A release on a terminal, as the terminal shows it."""

import io
import re

import pytest
from delivery.view.stories import START, Story, failing, healthy
from lambdaform_delivery.view.ending import Ending
from lambdaform_delivery.view.frame import Frame
from lambdaform_delivery.view.history import History
from lambdaform_delivery.view.live import LiveView
from lambdaform_delivery.view.stream import Stream
from rich.console import Console


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def drawn(*stories: Story, width: int = 80, height: int = 40) -> list[str]:
    """Return the lines of the picture after the last event."""
    history = History()
    for event in sorted((event for story in stories for event in story.events), key=lambda event: event.time):
        history.add(event)
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True, color_system=None)
    with console.capture() as capture:
        console.print(Frame(history, now=max(story.now for story in stories)))
    return [line.rstrip() for line in capture.get().splitlines()]


def row(lines: list[str], label: str) -> list[str]:
    """Return the words of the line that begins with the label."""
    line = next(line for line in lines if line.strip("│ ").startswith(label))
    return line.strip("│ ").removeprefix(label).split()


def split() -> Story:
    story = Story()
    story.lock()
    story.shift(0)
    story.minute((150, 0), (2850, 3))
    story.now += 65
    story.shift(1)
    for _ in range(2):
        story.minute((744, 2), (2256, 3))
    return story


def test_weight_and_realised_share_stand_one_below_the_other():
    lines = drawn(split())
    assert row(lines, "weight")[:4] == ["75", "%", "25", "%"]
    assert row(lines, "share it got")[:4] == ["75.2", "%", "24.8", "%"]


def test_calls_and_errors_are_told_apart_by_version():
    lines = drawn(split())
    assert row(lines, "calls") == ["7,362", "1,638"]
    assert row(lines, "errors") == ["9", "(0.12", "%)", "4", "(0.24", "%)"]


def test_there_is_a_bar_towards_each_verdict():
    lines = drawn(split())
    assert row(lines, "to advance")[-1] == "100%"
    assert {row(lines, test)[-1] for test in ("error ratio", "error budget", "slow ratio")} == {"0%"}
    failed = drawn(_failed())
    assert row(failed, "error ratio") == ["█" * 24, "100%"]


def _failed() -> Story:
    story = failing()
    story.events.pop()
    return story


def test_the_ramp_shows_where_the_release_is():
    assert "✓ probes   ✓ 5 %   ● 25 %   ○ 50 %   ○ 100 %   ○ live" in drawn(split())[1]


def test_the_ramp_shows_where_the_release_turned_back():
    assert "✓ probes   ✓ 5 %   ✗ 25 %   ○ 50 %" in drawn(failing())[1]


def test_the_ramp_is_done_in_the_end():
    assert "✓ probes   ✓ 5 %   ✓ 25 %   ✓ 50 %   ✓ 100 %   ✓ live" in drawn(healthy())[1]


def test_before_the_first_step_the_release_is_at_its_probes():
    story = Story(ramp="5,pause,50")
    story.lock()
    assert "● probes   ○ 5 %   ○ pause   ○ 50 %   ○ 100 %" in drawn(story)[1]


def test_time_goes_on_between_two_events():
    story = split()
    story.look(0, seconds_left=100.0)
    story.now += 40
    assert "at this weight for 2 min 40 s · at least 1 min left" in "\n".join(drawn(story))


def test_the_reason_of_a_verdict_is_readable_in_full():
    text = " ".join(" ".join(line.strip("│ ") for line in drawn(_failed())).split())
    judgement = _failed().events[-1].judgement
    assert judgement
    assert f"fail: {judgement.reason}" in text


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_picture_fits_the_terminal(width: int):
    assert max(map(len, drawn(split(), failing("worker"), width=width))) <= width


def test_many_functions_are_one_row_each():
    lines = drawn(*(at_first_step(f"worker{index}") for index in range(12)), height=24)
    assert len(lines) == 13
    assert lines[1].split() == ["worker0", "7", "→", "8", "5", "%", "5", "%", "150", "0", "50%", "0%", "unknown"]


def at_first_step(name: str) -> Story:
    story = Story(name)
    story.shift(0)
    story.minute((150, 0), (2850, 3))
    return story


def test_nothing_of_a_message_is_taken_for_markup_or_orders():
    story = Story()
    story.note("[bold]x[/bold] \x1b[2J")
    assert "[bold]x[/bold] \ufffd[2J" in "\n".join(drawn(story))


def shown(story: Story, ending: Ending) -> str:
    terminal = Terminal()
    view = LiveView(Stream(terminal, "terminal"), now=lambda: START + 60.0, is_moving=False)
    history = History()
    for event in story.events:
        history.add(event)
        view(event, history)
    view.finish(ending, history)
    return re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue())


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "40")


def test_the_last_picture_and_the_end_stay():
    text = shown(failing(), Ending("rolled back", 4, "it fails", (), recipe="lambdaform release search"))
    assert text.rindex("✗ 25 %") < text.index("rolled back: it fails") < text.index("next: lambdaform release search\n")


def test_the_cursor_is_visible_again_in_the_end():
    text = shown(failing(), Ending("rolled back", 4, "it fails", ()))
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")


def test_the_next_command_is_never_broken_into_lines():
    command = f"lambdaform rollback search --if-unfinished --outputs {'long/' * 30}outputs.json"
    assert f"next: {command}\n" in shown(Story(), Ending("failed", 1, "x", (), recipe=command, error="ReleaseError"))
