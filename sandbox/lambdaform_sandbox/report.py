"""What the sandbox shows: pure functions from values to text, readable with and without a terminal."""

import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path

import pulumi
from rich.console import Console
from rich.text import Text

from .deployment import Deployment, Resource
from .smoke import API, QUEUE, Outcome

__all__ = [
    "answer",
    "console",
    "deployed",
    "endpoints",
    "failure",
    "logs",
    "messages",
    "progress",
    "resources",
    "verdict",
]

LONGEST_LINE = 300
"""Characters of a log line or an answer that are shown: enough for the sentence in which AWS denies something."""


def console() -> Console:
    """Return where reports go: standard output, in colour if it is a terminal that wants it."""
    return Console(highlight=False, soft_wrap=True)


def progress(token: str, name: str) -> str:
    """Say what is being created."""
    return f"creating {_kind(token)} {name}"


def resources(deployment: Deployment) -> list[Text]:
    """Show what exists, below the components it belongs to."""
    roots = [resource for resource in deployment.resources if not resource.parent]
    return [line for root in roots for line in _branch(deployment, root)]


def _branch(deployment: Deployment, resource: Resource, depth: int = 0) -> Iterable[Text]:
    yield Text("  " * depth).append(_label(resource))
    for child in deployment.children(resource):
        yield from _branch(deployment, child, depth + 1)


def _label(resource: Resource) -> Text:
    label = Text.assemble((f"{_kind(resource.type)} {resource.name}", "" if resource.custom else "bold"))
    physical = resource.outputs.get("name")
    return label.append(f"  {physical}", style="dim") if physical and physical != resource.name else label


def _kind(token: str) -> str:
    """Return the last part of a type token: `aws:sqs/queue:Queue` is a Queue."""
    return "Provider" if token.startswith("pulumi:providers:") else token.rpartition(":")[2]


def deployed(deployment: Deployment, seconds: float) -> Text:
    """Say how much was created, by what, and how long it took."""
    count = sum(resource.custom for resource in deployment.resources)
    return Text(f"resources created: {count}, by {deployment.by}, in {seconds:.1f} s", style="bold")


def messages(deployment: Deployment) -> list[Text]:
    """Show what the program said."""
    return [Text.assemble((f"{said.severity}: ", "yellow"), said.text) for said in deployment.messages]


def endpoints(deployment: Deployment) -> list[Text]:
    """Show where the system can be reached."""
    apis = [(f"api {api.name}", str(api.outputs["apiEndpoint"])) for api in deployment.of(API)]
    queues = [(f"queue {queue.name}", str(queue.outputs["url"])) for queue in deployment.of(QUEUE)]
    return _columns([*apis, *queues])


def answer(outcome: Outcome) -> Text:
    """Show what one step brought and, if that is wrong, what was expected."""
    if outcome.problem is None:
        return Text.assemble(("ok      ", "green"), f"{outcome.step}  ", (_cut(outcome.answer), "dim"))
    return Text.assemble(
        ("FAILED  ", "bold red"), f"{outcome.step}  {_cut(outcome.answer)}\n        {_cut(outcome.problem)}"
    )


def verdict(outcomes: Iterable[Outcome]) -> Text:
    """Say in one line how much was as expected."""
    expected = [outcome.problem is None for outcome in outcomes]
    if not expected:
        return Text("no smoke.json beside the program: nothing was sent", style="yellow")
    style = "bold green" if all(expected) else "bold red"
    return Text(f"answers as expected: {sum(expected)} of {len(expected)}", style)


def logs(lines_by_function: Mapping[str, tuple[str, ...]]) -> list[Text]:
    """Show the last lines of each function."""
    return _columns([(f"log {name}", _cut(line)) for name, lines in lines_by_function.items() for line in lines])


def failure(error: BaseException, folder: Path) -> str:
    """Return what to say of a program that failed: its own message, or the lines of its own files that led there."""
    if isinstance(error, pulumi.RunError):
        return str(error)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _belongs(frame.filename, folder)]
    said = "".join(traceback.format_exception_only(error)).strip()
    return "\n".join(["the program failed", "".join(traceback.format_list(frames)).rstrip(), said]) if frames else said


def _belongs(filename: str, folder: Path) -> bool:
    file = Path(filename)
    return file.is_relative_to(folder) and "site-packages" not in file.parts


def _columns(pairs: list[tuple[str, str]]) -> list[Text]:
    width = max((len(name) for name, _ in pairs), default=0)
    return [Text.assemble((name.ljust(width), "cyan"), f"  {value}") for name, value in pairs]


def _cut(text: str) -> str:
    """Return the text as one printable line: what a handler says must not steer the terminal."""
    line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 3]}..."
