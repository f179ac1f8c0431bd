"""The comment as a whole: what is dangerous, what fails, what changes in each component, and in detail."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from .changes import Change, Operation, changes_of
from .dangers import dangers_in, not_judged
from .details import details
from .digest import Digest
from .markdown import Section, cell, code, fence, fitted, row
from .urn import Urn

__all__ = ["DEFAULT_MAX_BYTES", "SMALLEST_MAX_BYTES", "marker", "render"]

DEFAULT_MAX_BYTES = 64_000
"""GitHub takes comments of 65,536 characters."""
SMALLEST_MAX_BYTES = 2_000
"""Enough for the head of any comment."""
LONGEST_STACK = 201
"""Characters of project and stack together, each at most 100."""


def render(digest: Digest, max_bytes: int = DEFAULT_MAX_BYTES) -> str:
    """Return the comment as Markdown of at most `max_bytes` in UTF-8, which is at least `SMALLEST_MAX_BYTES`.

    The first line is the marker. The same preview gives the same comment, in whatever order the engine worked.
    """
    every = changes_of(digest)
    changed = [change for change in every if change.operation is not Operation.UNCHANGED]
    sections = (
        _dangers(every),
        _messages("Errors", "error", digest),
        _components(changed),
        _details(changed),
        _messages("Warnings", "warning", digest),
    )
    return fitted(_head(digest, every, changed), sections, max_bytes)


def marker(digest: Digest) -> str:
    """Return the hidden line by which the comment of this stack is found again; `prod` does not find `prod-eu`."""
    return f"<!-- lambdaform preview {digest.project}/{digest.stack} -->"


def _head(digest: Digest, every: Sequence[Change], changed: Sequence[Change]) -> str:
    lines = [marker(digest), f"## Preview of {code(f'{digest.project}/{digest.stack}', LONGEST_STACK)}", ""]
    if any(each.severity == "error" for each in digest.diagnostics):
        lines += ["**The preview failed.** What follows is what it saw until then.", ""]
    lines.append(f"**{_counts(changed) or 'No change'}**, {digest.unchanged} unchanged.")
    unseen = not_judged(every)
    if unseen:
        policies = "1 policy is" if unseen == 1 else f"{unseen} policies are"
        lines += ["", f"{policies} secret or only known after apply, and not judged here."]
    return "\n".join(lines) + "\n"


def _counts(changes: Iterable[Change]) -> str:
    counted = Counter(change.operation for change in changes)
    return ", ".join(f"{counted[operation]} to {operation}" for operation in Operation if counted[operation])


def _messages(title: str, severity: str, digest: Digest) -> Section:
    messages = [each.message for each in digest.diagnostics if each.severity == severity and each.message.strip()]
    return Section(f"### {title}\n", tuple(fence(message) for message in messages))


def _dangers(every: Sequence[Change]) -> Section:
    head = "### Look at this first\n\n| danger | where | what happens |\n|---|---|---|"
    found = dangers_in(every)
    return Section(
        head, tuple(row((f"**{danger.title}**", _named(danger.change.urn), danger.meaning)) for danger in found)
    )


def _components(changed: Sequence[Change]) -> Section:
    head = "### Components\n\n| component | resources |\n|---|---|"
    rows = (row((_named(component), _counts(within))) for component, within in _by_component(changed).items())
    return Section(head, tuple(rows))


def _details(changed: Sequence[Change]) -> Section:
    head = "### In detail\n\n| component | resource | change | what |\n|---|---|---|---|"
    ordered = (change for within in _by_component(changed).values() for change in within)
    return Section(head, tuple(_detail(change, lines) for change in ordered if (lines := details(change))))


def _detail(change: Change, lines: Sequence[str]) -> str:
    component = _named(change.component) if change.component != change.urn else ""
    return row((component, _named(change.urn), change.operation, cell(lines)))


def _by_component(changes: Iterable[Change]) -> Mapping[Urn, Sequence[Change]]:
    by_component: dict[Urn, list[Change]] = {}
    for change in changes:
        by_component.setdefault(change.component, []).append(change)
    return by_component


def _named(urn: Urn) -> str:
    return code(f"{urn.kind} {urn.name}")
