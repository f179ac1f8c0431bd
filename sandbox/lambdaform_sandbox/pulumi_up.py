"""`pulumi up` of a program on an empty sandbox: what Pulumi's engine does, told as a deployment."""

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .deployment import Deployment, Message, Resource
from .errors import SandboxError
from .project import Project
from .pulumi_cli import PulumiCli
from .rehearsal import OnProgress, require_sandbox_stack

__all__ = ["deploy", "init_stack"]

UP = ["up", "--yes", "--skip-preview", "--json"]
STACK_TYPE = "pulumi:pulumi:Stack"
_SHOWN = {"info": "info", "info#err": "info", "warning": "warning"}
"""Severities of what a program says; `info#err` is what it writes to standard error."""

Event = Mapping[str, Any]


def deploy(
    project: Project,
    cli: PulumiCli,
    home: Path,
    environment: Mapping[str, str],
    on_progress: OnProgress = lambda _token, _name: None,
) -> Deployment:
    """Run the program and return what it created.

    `environment` leads into a sandbox, and `home` is its folder. Refuse a stack that is not the sandbox's own before
    anything happens. Raise SandboxError with what the engine says if the deployment fails.
    """
    require_sandbox_stack(project)
    settings = init_stack(project, cli, home, environment)
    command = [*UP, "--stack", project.stack, "--config-file", str(settings)]
    # The state is of no use without the sandbox, so nothing is lost if it is written at the end only.
    with cli.started(command, project.folder, {**environment, "PULUMI_SKIP_CHECKPOINTS": "true"}) as process:
        events, others = _followed(process.stdout or (), on_progress)
        code = process.wait()
    if code:
        raise SandboxError(_failure(events) or others)
    version = cli.run(["version"], project.folder, environment).strip()
    return Deployment(f"pulumi {version}", _resources(events), _messages(events))


def init_stack(project: Project, cli: PulumiCli, home: Path, environment: Mapping[str, str]) -> Path:
    """Create the stack in the sandbox's state; return a copy of its settings, which now say how secrets are encrypted.

    Pulumi writes that into the stack file of the folder it runs in, and the user's own file is not ours to change.
    """
    folder = home / "project"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(f"name: {json.dumps(project.name)}\nruntime: python\n", encoding="utf-8")
    settings = folder / project.stack_file.name
    shutil.copyfile(project.stack_file, settings)
    cli.run(["stack", "init", project.stack, "--no-select"], folder, environment)
    return settings


def _followed(lines: Iterable[str], on_progress: OnProgress) -> tuple[list[Event], str]:
    """Return the events, and what the command line says besides."""
    events: list[Event] = []
    others: list[str] = []
    for line in lines:
        event = _event(line)
        if event is None:
            others.append(line)
        else:
            events.append(event)
            _tell(event, on_progress)
    return events, "".join(others).strip()


def _event(line: str) -> Event | None:
    """Return the event in a line, None for what the command line says itself."""
    try:
        event: object = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "sequence" in event else None  # pyright: ignore[reportUnknownVariableType]  # parsed JSON


def _tell(event: Event, on_progress: OnProgress) -> None:
    metadata = event.get("resourcePreEvent", {}).get("metadata", {})
    if metadata.get("op") == "create" and not _is_of_engine(metadata["urn"]):
        on_progress(metadata["type"], _name(metadata["urn"]))


def _resources(events: Iterable[Event]) -> tuple[Resource, ...]:
    """Return what exists at the end, by type and name: the engine works at many things at once."""
    states: dict[str, Mapping[str, Any]] = {}
    for event in events:
        for kind in ("resourcePreEvent", "resOutputsEvent"):
            metadata = event.get(kind, {}).get("metadata", {})
            if metadata.get("new") and not _is_of_engine(metadata["urn"]):
                states[metadata["urn"]] = metadata["new"]
    return tuple(_resource(states[urn]) for urn in sorted(states, key=lambda urn: urn.split("::", 3)[2:]))


def _resource(state: Mapping[str, Any]) -> Resource:
    parent = state.get("parent") or None
    return Resource(
        type=state["type"],
        name=_name(state["urn"]),
        urn=state["urn"],
        parent=None if parent is None or _type(parent) == STACK_TYPE else parent,
        inputs=state.get("inputs") or {},
        outputs=state.get("outputs") or {},
        custom=bool(state.get("custom")),
    )


def _is_of_engine(urn: str) -> bool:
    """Whether a program has no line for it: the stack itself, a default provider."""
    token = _type(urn)
    return token == STACK_TYPE or (token.startswith("pulumi:providers:") and _name(urn).startswith("default"))


def _type(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]


def _name(urn: str) -> str:
    return urn.split("::", 3)[3]


def _messages(events: Iterable[Event]) -> tuple[Message, ...]:
    said = (event["diagnosticEvent"] for event in events if "diagnosticEvent" in event)
    return tuple(
        Message(_SHOWN[each["severity"]], each["message"].strip())
        for each in said
        if each["severity"] in _SHOWN and not each.get("ephemeral") and each["message"].strip()
    )


def _failure(events: Iterable[Event]) -> str:
    """Return what went wrong, each thing once; that the update failed is no news."""
    said = (event["diagnosticEvent"] for event in events if "diagnosticEvent" in event)
    errors = (each["message"].strip() for each in said if each["severity"] == "error")
    return "\n".join(dict.fromkeys(each for each in errors if each != "update failed"))
