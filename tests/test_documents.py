"""What the documents point at exists: files, make targets, tests that hold a rule, decisions in order."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
DECISIONS = sorted(ROOT.glob("docs/adr/*.md"))
WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))

LINK = re.compile(r"\[[^\]]+\]\((?!https?://)([^)#]*)(?:#([^)]+))?\)")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_leads_somewhere(document: Path):
    for path, anchor in LINK.findall(document.read_text(encoding="utf-8")):
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), anchor


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_make_target_that_is_named_exists(document: Path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z0-9-]+):.*##", makefile, flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z0-9-]+)", document.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert named <= targets


def test_every_file_of_the_readmes_table_exists():
    rows = re.findall(r"^\| (`[^|]+) \|", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    named = [path for row in rows for path in re.findall(r"`([^`]+)`", row)]

    assert named
    assert [path for path in named if not ((ROOT / path).exists() or (ROOT / "docs" / path).exists())] == []


def test_every_component_rule_names_tests_that_exist():
    rows = [line for line in (ROOT / "docs/rules.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    rules = [row for row in rows if row[2].isdigit()]

    assert rules
    for rule in rules:
        tests = TEST.findall(rule)
        assert tests, rule
        for file, test in tests:
            assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}::{test}"


def test_decisions_are_numbered_without_a_gap():
    assert [int(file.name[:4]) for file in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("decision", DECISIONS, ids=name)
def test_a_decision_has_its_number_its_three_parts_and_one_page(decision: Path):
    lines = decision.read_text(encoding="utf-8").splitlines()

    assert lines[0].startswith(f"# {int(decision.name[:4])}. ")
    assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]
    assert len(lines) < 40


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=name)
def test_every_action_is_pinned_to_a_commit_with_its_version_beside_it(workflow: Path):
    actions = re.findall(r"uses: (.+)", workflow.read_text(encoding="utf-8"))

    assert actions
    assert [action for action in actions if not PINNED.fullmatch(action)] == []
