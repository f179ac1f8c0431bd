"""A Pulumi project and one of its stacks, read as Pulumi's CLI reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast

from . import configuration
from .errors import SandboxError
from .yaml_text import read_yaml

__all__ = ["DEFAULT_REGION", "Project", "find_project"]

DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True)
class Project:
    """What a program is and how one stack configures it."""

    name: str
    stack: str
    folder: Path
    """Where Pulumi.yaml is."""
    main: Path
    """The program: a folder with `__main__.py`, or a file."""
    stack_file: Path
    """Where the stack is configured: `Pulumi.<stack>.yaml`."""
    config: Mapping[str, str]
    """Full key to value as the program gets it: always text, JSON for what is not a scalar."""

    @classmethod
    def load(cls, folder: Path, stack: str) -> Self:
        """Read `Pulumi.yaml` and `Pulumi.<stack>.yaml`; raise SandboxError for what the CLI would refuse."""
        file = folder / "Pulumi.yaml"
        if not file.is_file():
            raise SandboxError(f"no Pulumi.yaml in `{folder}`", hint="run it inside a Pulumi project")
        project = read_yaml(file)
        name = project.get("name")
        if not isinstance(name, str) or not name:
            raise SandboxError("Pulumi.yaml gives the project no `name`", hint="add `name: my-project`")
        stack_file = folder / str(project.get("stackConfigDir", "")) / f"Pulumi.{stack}.yaml"
        return cls(
            name=name,
            stack=stack,
            folder=folder.resolve(),
            main=_main(folder, str(project.get("main", "."))),
            stack_file=stack_file.resolve(),
            config=configuration.resolve(
                name, stack, _section(project, "config", file), _stack_values(stack_file, stack)
            ),
        )

    @property
    def region(self) -> str:
        """The stack's `aws:region`, else us-east-1."""
        return self.config.get("aws:region", DEFAULT_REGION)

    @property
    def allowed_account_ids(self) -> tuple[str, ...]:
        """The stack's `aws:allowedAccountIds` as text; empty if it has none."""
        ids = configuration.parsed(self.config.get("aws:allowedAccountIds", "[]"))
        return tuple(str(account_id) for account_id in cast("list[object]", ids if isinstance(ids, list) else [ids]))

    @property
    def default_tags(self) -> Mapping[str, str]:
        """Tags that the stack's `aws:defaultTags` puts on everything."""
        setting = configuration.parsed(self.config.get("aws:defaultTags", "{}"))
        tags = cast("dict[str, Any]", setting).get("tags", {}) if isinstance(setting, dict) else None
        if not isinstance(tags, dict):
            raise SandboxError("`aws:defaultTags` must be like `{tags: {team: search}}`")
        return {key: configuration.text(value) for key, value in cast("dict[str, object]", tags).items()}


def find_project(start: Path) -> Path:
    """Return the nearest folder at or above `start` that holds a Pulumi.yaml."""
    for folder in (start, *start.parents):
        if (folder / "Pulumi.yaml").is_file():
            return folder
    raise SandboxError(f"no Pulumi.yaml in `{start}` or above it", hint="run it inside a Pulumi project")


def _main(folder: Path, main: str) -> Path:
    program = (folder / main).resolve()
    if not (program / "__main__.py").is_file() and not program.is_file():
        raise SandboxError(f"Pulumi.yaml says `main: {main}`, but there is no `__main__.py`", hint="correct `main`")
    return program


def _stack_values(file: Path, stack: str) -> Mapping[str, Any]:
    if not file.is_file():
        stacks = ", ".join(sorted(path.name.split(".")[1] for path in file.parent.glob("Pulumi.*.yaml")))
        hint = f"choose one of {stacks} with --stack" if stacks else f"write `{file.name}`"
        raise SandboxError(f"the project has no stack `{stack}`: there is no `{file.name}`", hint=hint)
    content = read_yaml(file)
    if content.get("environment"):
        raise SandboxError(
            f"`{file.name}` imports an environment, which the sandbox cannot reach", hint="copy its values"
        )
    return _section(content, "config", file)


def _section(content: Mapping[str, Any], key: str, file: Path) -> Mapping[str, Any]:
    section: object = content.get(key) or {}
    if not isinstance(section, dict):
        raise SandboxError(f"`{key}` of `{file.name}` must be a mapping of keys to values")
    return cast("dict[str, Any]", section)
