"""`pulumi up` told as a deployment: the command's events, without the command."""

import json
from pathlib import Path
from typing import Any

import pytest
from lambdaform_sandbox.deployment import Message
from lambdaform_sandbox.errors import SandboxError
from lambdaform_sandbox.project import Project
from lambdaform_sandbox.pulumi_cli import PulumiCli
from lambdaform_sandbox.pulumi_up import deploy

from .program import write_project
from .test_pulumi_cli import stand_in

STACK = "urn:pulumi:sandbox::shop::pulumi:pulumi:Stack::shop-sandbox"
COMPONENT = "urn:pulumi:sandbox::shop::lambdaform:index:Queue::orders"
QUEUE = "urn:pulumi:sandbox::shop::lambdaform:index:Queue$aws:sqs/queue:Queue::orders"
PROVIDER = "urn:pulumi:sandbox::shop::pulumi:providers:aws::default_7_51_1"


def state(urn: str, parent: str = STACK, **outputs: Any) -> dict[str, Any]:
    token = urn.split("::")[2].rpartition("$")[2]
    custom = not token.startswith(("lambdaform:", "pulumi:pulumi:"))
    return {"urn": urn, "type": token, "custom": custom, "parent": parent, "inputs": {}, "outputs": outputs}


def about(kind: str, new: dict[str, Any]) -> dict[str, Any]:
    return {kind: {"metadata": {"op": "create", "urn": new["urn"], "type": new["type"], "new": new}}}


def said(severity: str, message: str) -> dict[str, Any]:
    return {"diagnosticEvent": {"severity": severity, "message": message, "urn": STACK}}


CREATED = [
    about("resourcePreEvent", state(STACK, "")),
    about("resourcePreEvent", state(COMPONENT)),
    about("resourcePreEvent", state(PROVIDER)),
    about("resourcePreEvent", state(QUEUE, COMPONENT)),
    said("debug", "registering"),
    said("info", "three shelves\n"),
    said("warning", "the fourth is missing\n"),
    about("resOutputsEvent", state(QUEUE, COMPONENT, url="http://127.0.0.1:1/orders", name="orders-1234567")),
]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.load(write_project(tmp_path, ""), "sandbox")


def pulumi(folder: Path, events: list[dict[str, Any]], code: int = 0, last: str = "") -> PulumiCli:
    """A command line that tells these events when it is asked for `up`."""
    lines = [json.dumps({"sequence": number, **event}) for number, event in enumerate(events)]
    (folder / "events").write_text("\n".join([*lines, last]), encoding="utf-8")
    up = f'up) echo "$@" > "{folder}/asked"; cat "{folder}/events"; exit {code};;'
    return PulumiCli(stand_in(folder, "pulumi", f"case $1 in {up} version) echo v3.1.0;; esac"), "/usr/bin:/bin")


def test_resources_are_told_with_what_they_became_in_the_same_order_every_time(project: Project, tmp_path: Path):
    first = deploy(project, pulumi(tmp_path, CREATED), tmp_path, {})
    (tmp_path / "later").mkdir()
    again = deploy(project, pulumi(tmp_path, [CREATED[3], CREATED[-1], *CREATED]), tmp_path / "later", {})
    component, queue = first.resources
    assert first.resources == again.resources
    assert (component.name, component.custom, component.parent) == ("orders", False, None)
    assert (queue.type, queue.parent) == ("aws:sqs/queue:Queue", COMPONENT)
    assert queue.outputs["name"] == "orders-1234567"


def test_who_deployed_is_said_with_its_version(project: Project, tmp_path: Path):
    assert deploy(project, pulumi(tmp_path, CREATED), tmp_path, {}).by == "pulumi v3.1.0"


def test_what_the_program_says_is_kept_without_the_engines_own_talk(project: Project, tmp_path: Path):
    messages = deploy(project, pulumi(tmp_path, CREATED), tmp_path, {}).messages
    assert messages == (Message("info", "three shelves"), Message("warning", "the fourth is missing"))


def test_each_resource_is_told_when_it_is_about_to_be_created(project: Project, tmp_path: Path):
    told: list[tuple[str, str]] = []
    deploy(project, pulumi(tmp_path, CREATED), tmp_path, {}, lambda token, name: told.append((token, name)))
    assert told == [("lambdaform:index:Queue", "orders"), ("aws:sqs/queue:Queue", "orders")]


def test_a_failure_is_told_by_what_the_engine_says_of_it(project: Project, tmp_path: Path):
    events = [*CREATED, said("error", "the limit is too low\n"), said("error", "update failed\n")]
    with pytest.raises(SandboxError) as raised:
        deploy(project, pulumi(tmp_path, events, code=1), tmp_path, {})
    assert raised.value.message == "the limit is too low"


def test_a_command_that_fails_before_the_engine_starts_is_quoted(project: Project, tmp_path: Path):
    with pytest.raises(SandboxError, match="error: the plugin is missing"):
        deploy(project, pulumi(tmp_path, [], code=1, last="error: the plugin is missing"), tmp_path, {})


def test_the_users_stack_file_stays_as_it_is(project: Project, tmp_path: Path):
    before = project.stack_file.read_text(encoding="utf-8")
    init = 'stack) echo "encryptionsalt: salt" >> Pulumi.sandbox.yaml;;'
    cli = pulumi(tmp_path, CREATED)
    cli.pulumi.write_text(cli.pulumi.read_text(encoding="utf-8").replace("case $1 in", f"case $1 in {init}"))
    deploy(project, cli, tmp_path, {})
    asked = (tmp_path / "asked").read_text(encoding="utf-8").split()
    settings = Path(asked[asked.index("--config-file") + 1])
    assert project.stack_file.read_text(encoding="utf-8") == before
    assert settings.read_text(encoding="utf-8") == f"{before}encryptionsalt: salt\n"
