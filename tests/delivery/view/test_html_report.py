"""The HTML report: whole in itself, inert, and complete."""

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from delivery.view.stories import Story, failing, healthy
from lambdaform_delivery.release.outcome import FunctionOutcome
from lambdaform_delivery.view.ending import Ending
from lambdaform_delivery.view.history import History
from lambdaform_delivery.view.html_report import HtmlReport, page

SEARCH = FunctionOutcome("search", "search-1a2b3c4", "live", "7", "8", "version 7")
ENDED = Ending("rolled back", 4, "search: it fails", (SEARCH,), run="k3v9")
HOSTILE = "</title><script>alert('x')</script><img src=\"https://example.com/x\" onerror=alert(1)>"


class Reader(HTMLParser):
    """Collects elements, their attributes and text, and whether each is closed."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.said: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said).split())


def charts(text: str) -> list[Xml.Element]:
    found = re.findall(r"<svg viewBox=\"0 0 880.*?</svg>", text, flags=re.DOTALL)
    return [Xml.fromstring(each) for each in found]  # noqa: S314  # written by us a moment ago


def test_every_element_is_closed():
    assert Reader(page(ENDED, failing().history)).open == []


def test_it_needs_nothing_from_outside_and_runs_nothing():
    reader = Reader(page(ENDED, healthy().history))
    assert not set(reader.tags) & {"script", "link", "img", "iframe", "object", "embed", "use", "image", "base", "form"}
    assert not [name for name, _ in reader.attributes if name in ("src", "href", "srcset") or name.startswith("on")]
    assert "url(" not in page(ENDED, healthy().history)
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in reader.attributes


def test_it_says_how_it_ended_and_what_serves_now():
    text = Reader(page(ENDED, failing().history)).text
    assert "Release k3v9 rolled back search: it fails" in text
    assert "search search-1a2b3c4:live 7 8 version 7" in text


def test_an_error_comes_with_the_command_that_restores_safety():
    ending = Ending("failed", 9, "expired", (), recipe="lambdaform rollback search", hint="sign in", error="E")
    text = Reader(page(ending, History())).text
    assert "expired What to do: sign in Next: lambdaform rollback search nothing was changed" in text


def test_each_function_has_its_three_charts():
    history = failing("search").history
    for event in healthy("worker").events:
        history.add(event)
    titles = [chart.findtext("title") for chart in charts(page(ENDED, history))]
    assert titles == ["Traffic", "Errors", "Evidence"] * 2


def test_a_chart_has_the_minutes_as_points_and_the_steps_as_bands():
    traffic, *_ = charts(page(ENDED, failing().history))
    points = [dot.findtext("title") for dot in traffic.iter("circle")]
    assert points[:3] == ["17:47 version 8 (new): 150", "17:48 version 8 (new): 150", "17:49 version 8 (new): 150"]
    assert len(points) == 10
    labels = [text.text for text in traffic.iter("text") if text.get("class") == "step-label"]
    assert labels == ["5 %", "25 %"]


def test_the_evidence_ends_at_proof_where_the_release_was_rolled_back():
    *_, evidence = charts(page(ENDED, failing().history))
    assert "error ratio: from 0 % to 100 %, at the end 100 %." in (evidence.findtext("desc") or "")
    assert [line.get("class") for line in evidence.iter("line")].count("threshold") == 1


def test_curves_stay_within_their_chart():
    for chart in charts(page(ENDED, healthy().history)):
        for dot in chart.iter("circle"):
            assert 64 <= float(dot.get("cx", "0")) <= 864
            assert 26 <= float(dot.get("cy", "0")) <= 190


def test_charts_are_named_for_those_who_cannot_see_them():
    for chart in charts(page(ENDED, healthy().history)):
        named = (chart.get("aria-labelledby") or "").split()
        assert [chart.findtext(f"*[@id='{name}']") for name in named] == [
            chart.findtext("title"),
            chart.findtext("desc"),
        ]


def test_ids_are_unique_on_the_page():
    history = failing("search").history
    history.add(healthy("worker").events[-2])
    found = [value for name, value in Reader(page(ENDED, history)).attributes if name == "id"]
    assert len(found) == len(set(found)) > 0


def test_steps_and_events_are_told_in_words():
    text = Reader(page(ENDED, failing().history)).text
    assert "25 % 2 min 25 % 4 of 4,500 (0.089 %) 44 of 1,500 (2.93 %) fail: " in text
    assert "17:52:00 all calls go to version 7 again" in text


def test_whatever_is_said_is_only_text():
    story = Story(HOSTILE)
    story.note(HOSTILE)
    story.shift(0)
    story.minute((10, 1), (90, 1))
    function = FunctionOutcome(HOSTILE, HOSTILE, "live", "7", "8", HOSTILE)
    reader = Reader(page(Ending("failed", 1, HOSTILE, (function,), HOSTILE, HOSTILE, HOSTILE, "E"), story.history))
    assert not set(reader.tags) & {"script", "img"}
    assert reader.open == []
    assert HOSTILE in reader.text


@pytest.mark.parametrize("story", [Story(), failing()])
def test_it_follows_the_light_and_the_dark_of_the_reader(story: Story):
    assert "@media (prefers-color-scheme: dark)" in page(ENDED, story.history)


def test_a_release_that_was_never_judged_has_no_charts():
    story = Story()
    story.lock()
    assert charts(page(ENDED, story.history)) == []


def test_the_file_is_written_at_the_end(tmp_path: Path):
    path = tmp_path / "report.html"
    report, history = HtmlReport(path), failing().history
    report(failing().events[0], history)
    assert not path.exists()
    report.finish(ENDED, history)
    assert path.read_text(encoding="utf-8") == page(ENDED, history)
