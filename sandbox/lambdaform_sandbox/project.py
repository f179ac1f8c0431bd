"""A Pulumi project and one of its stacks, read as Pulumi's CLI reads them, all mistakes at once."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast

from .errors import SandboxError
from .yaml_text import read_yaml

__all__ = ["DEFAULT_REGION", "Project", "find_project"]

DEFAULT_REGION = "us-east-1"

_DECLARATION_KEYS = {"type", "items", "default", "value", "secret", "description"}
_TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}


@dataclass(frozen=True)
class Project:
    """What a program is and how one stack configures it."""

    name: str
    stack: str
    folder: Path
    """Where Pulumi.yaml is."""
    main: Path
    """The program: a folder with `__main__.py`, or a file."""
    config: Mapping[str, str]
    """Full key to value as the program gets it: always text, JSON for what is not a scalar."""

    @classmethod
    def load(cls, folder: Path, stack: str) -> Self:
        """Read `Pulumi.yaml` and `Pulumi.<stack>.yaml`; raise SandboxError for whatever the CLI would refuse."""
        file = folder / "Pulumi.yaml"
        if not file.is_file():
            raise SandboxError(f"no Pulumi.yaml in `{folder}`", hint="run it inside a Pulumi project")
        project = read_yaml(file)
        name = project.get("name")
        if not isinstance(name, str) or not name:
            raise SandboxError(f"`{file}` gives the project no `name`", hint="add `name: my-project`")
        declared = _section(project, "config", file)
        values = _stack_values(folder / str(project.get("stackConfigDir", "")), stack)
        main = (folder / str(project.get("main", "."))).resolve()
        return cls(name, stack, folder.resolve(), main, _resolved(name, stack, declared, values))

    @property
    def region(self) -> str:
        """The stack's `aws:region`, else us-east-1."""
        return self.config.get("aws:region", DEFAULT_REGION)

    @property
    def allowed_account_ids(self) -> tuple[str, ...]:
        """The stack's `aws:allowedAccountIds` as text; empty if it has none."""
        ids: object = json.loads(self.config.get("aws:allowedAccountIds", "[]"))
        return tuple(str(account_id) for account_id in cast("list[object]", ids if isinstance(ids, list) else [ids]))

    @property
    def default_tags(self) -> Mapping[str, str]:
        """Tags that the stack's `aws:defaultTags` puts on everything."""
        return json.loads(self.config.get("aws:defaultTags", "{}")).get("tags", {})


def find_project(start: Path) -> Path:
    """Return the nearest folder at or above `start` that holds a Pulumi.yaml."""
    for folder in (start, *start.parents):
        if (folder / "Pulumi.yaml").is_file():
            return folder
    raise SandboxError(f"no Pulumi.yaml in `{start}` or above it", hint="run it inside a Pulumi project")


def _stack_values(folder: Path, stack: str) -> Mapping[str, Any]:
    file = folder / f"Pulumi.{stack}.yaml"
    if not file.is_file():
        stacks = sorted(path.name.split(".")[1] for path in folder.glob("Pulumi.*.yaml"))
        raise SandboxError(
            f"the project has no stack `{stack}`: there is no `{file.name}`",
            hint=f"choose one of {', '.join(stacks)} with --stack" if stacks else f"write `{file.name}`",
        )
    content = read_yaml(file)
    if content.get("environment"):
        raise SandboxError(f"`{file.name}` imports an environment, which the sandbox cannot reach", hint="write its values")
    return _section(content, "config", file)


def _section(content: Mapping[str, Any], key: str, file: Path) -> Mapping[str, Any]:
    section = content.get(key) or {}
    if not isinstance(section, dict):
        raise SandboxError(f"`{key}` of `{file.name}` must be a mapping of keys to values")
    return cast("dict[str, Any]", section)


def _resolved(
    name: str, stack: str, declared: Mapping[str, Any], stack_values: Mapping[str, Any]
) -> dict[str, str]:
    """Return the configuration of a stack: its own values, then the project's values and defaults."""
    declarations = {_full_key(name, key): _declaration(spec) for key, spec in declared.items()}
    values = {_full_key(name, key): value for key, value in stack_values.items() if value is not None}
    for key, declaration in declarations.items():
        fallback = declaration.get("value", declaration.get("default"))
        if key not in values and fallback is not None:
            values[key] = fallback
    problems = [*_missing(declarations, values), *_refused(declarations, values)]
    if problems:
        raise SandboxError(
            "\n  ".join([f"the configuration of stack `{stack}` has {len(problems)} mistakes:", *problems])
            if len(problems) > 1
            else f"the configuration of stack `{stack}`: {problems[0]}",
            hint=f"set values in `Pulumi.{stack}.yaml`",
        )
    return {key: _text(value) for key, value in values.items()}


def _full_key(name: str, key: str) -> str:
    return key if ":" in key else f"{name}:{key}"


def _declaration(spec: object) -> Mapping[str, Any]:
    """Return the declaration of a key; a bare value is short for `value:`."""
    if isinstance(spec, dict) and _DECLARATION_KEYS & cast("dict[str, Any]", spec).keys():
        return cast("dict[str, Any]", spec)
    return {"value": spec}


def _missing(declarations: Mapping[str, Mapping[str, Any]], values: Mapping[str, Any]) -> Iterable[str]:
    for key in declarations:
        if key not in values:
            yield f"`{key}` is missing and has no default"


def _refused(declarations: Mapping[str, Mapping[str, Any]], values: Mapping[str, Any]) -> Iterable[str]:
    for key, value in values.items():
        declaration = declarations.get(key, {})
        if _holds_secret(value) or declaration.get("secret"):
            yield f"`{key}` is a secret, and the sandbox keeps none"
            continue
        problem = _type_problem(value, declaration)
        if problem:
            yield f"`{key}` must be {problem}"


def _holds_secret(value: Any) -> bool:
    if isinstance(value, dict):
        parts = cast("dict[str, Any]", value)
        return set(parts) == {"secure"} or any(_holds_secret(part) for part in parts.values())
    return isinstance(value, list) and any(_holds_secret(part) for part in cast("list[Any]", value))


def _type_problem(value: Any, declaration: Mapping[str, Any]) -> str | None:
    """Return what the value should have been, or None if it is of the declared type (text of it counts)."""
    declared = declaration.get("type")
    if declared is None:
        return None
    if declared not in _TYPES:
        return f"declared with one of the types {', '.join(_TYPES)}, not {declared}"
    parsed = _parsed(value) if declared != "string" else value
    if declared == "string" or _is(parsed, declared):
        items = declaration.get("items")
        wrong = [_type_problem(item, cast("dict[str, Any]", items)) for item in parsed] if items else []
        return next((f"a list whose items are each {problem}" for problem in wrong if problem), None)
    return f"of type {declared}, not {_kind(parsed)}"


def _parsed(value: Any) -> Any:
    """Return what a text says in JSON, as the CLI takes `"5"` for an integer; other values as they are."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _is(value: object, declared: str) -> bool:
    if declared == "integer" and isinstance(value, bool):
        return False
    return isinstance(value, _TYPES[declared])


def _kind(value: object) -> str:
    return next((kind for kind in _TYPES if _is(value, kind)), type(value).__name__)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, separators=(",", ":"))
    return str(value)
