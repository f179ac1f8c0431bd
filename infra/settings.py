"""The only reader of configuration: raw texts to frozen, typed settings, with all errors at once.

Defaults and descriptions live in Pulumi.yaml, where `pulumi config` shows them; there are none here.
"""

import difflib
import json
import platform
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from lambdaform import AliasOwner
from pulumi.runtime.config import CONFIG, get_config_env

__all__ = ["Person", "Settings", "SettingsError", "load", "read"]

PROJECT = "lambdaform"


class SettingsError(pulumi.RunError):
    """Configuration that cannot be used: every problem of it."""

    def __init__(self, problems: Iterable[str]):
        super().__init__(
            "\n".join(["the configuration of this stack has problems:", *(f"  {each}" for each in problems)])
        )


@dataclass(frozen=True)
class Person:
    """Somebody to put into the table."""

    name: str
    born: int

    @property
    def key(self) -> str:
        """What the person is found by, as the functions derive it for a name in ASCII."""
        return " ".join(self.name.lower().split())


@dataclass(frozen=True)
class Settings:
    """What differs between stacks."""

    alarm_topics: tuple[str, ...]
    alias_owner: AliasOwner
    ramp: str
    runtime: str
    architecture: str
    log_retention_days: int
    permissions_boundary_arn: str | None
    public_api: bool
    warm_environments: int
    protect_data: bool
    people: tuple[Person, ...]


def load() -> Settings:
    """Read the settings of the running stack. Raises `SettingsError`."""
    everything: dict[str, Any] = {**get_config_env(), **CONFIG.get()}
    prefix = f"{PROJECT}:"
    return read({key.removeprefix(prefix): value for key, value in everything.items() if key.startswith(prefix)})


def read(raw: Mapping[str, str]) -> Settings:
    """Turn the texts of one stack's configuration into settings. Raises `SettingsError` with every problem."""
    problems = [f"{PROJECT}:{key} is not a known key; {_suggestion(key)}" for key in raw if key not in _READERS]
    values: dict[str, Any] = {}
    for key, reader in _READERS.items():
        try:
            values[key] = reader(raw[key])
        except KeyError:
            problems.append(f"{PROJECT}:{key} is missing; run the program through pulumi, or set it")
        except ValueError as error:
            problems.append(f"{PROJECT}:{key} is {raw[key]!r}: {error}")
    if problems:
        raise SettingsError(problems)
    return Settings(**values)


def _suggestion(key: str) -> str:
    near = difflib.get_close_matches(key, _READERS, n=1)
    return f"did you mean {near[0]}?" if near else f"the keys are {', '.join(_READERS)}"


def _text(raw: str) -> str:
    return raw


def _boolean(raw: str) -> bool:
    if raw not in ("true", "false"):
        raise ValueError("must be true or false")
    return raw == "true"


def _whole_number(minimum: int, maximum: int) -> Callable[[str], int]:
    def read_number(raw: str) -> int:
        if not (raw.isascii() and raw.isdigit()) or not minimum <= int(raw) <= maximum:
            raise ValueError(f"must be a whole number from {minimum} to {maximum}")
        return int(raw)

    return read_number


def _alias_owner(raw: str) -> AliasOwner:
    try:
        return AliasOwner(raw)
    except ValueError:
        raise ValueError("must be stack or release") from None


def _runtime(raw: str) -> str:
    return f"python{sys.version_info.major}.{sys.version_info.minor}" if raw == "host" else raw


def _architecture(raw: str) -> str:
    if raw != "host":
        return raw
    return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"


def _list(raw: str) -> list[Any]:
    try:
        values = json.loads(raw)
    except ValueError:
        raise ValueError("must be a list") from None
    if not isinstance(values, list):
        raise ValueError("must be a list")  # noqa: TRY004  # a wrong value of a setting, whatever its type
    return values  # pyright: ignore[reportUnknownVariableType]  # parsed JSON


def _texts(raw: str) -> tuple[str, ...]:
    values = _list(raw)
    if not all(isinstance(value, str) for value in values):
        raise ValueError("must be a list of texts")
    return tuple(values)


def _people(raw: str) -> tuple[Person, ...]:
    try:
        return tuple(Person(str(item["name"]), int(item["born"])) for item in _list(raw))
    except (KeyError, TypeError, ValueError, OverflowError):
        raise ValueError("must be a list of people, each with name and born") from None


_READERS: Mapping[str, Callable[[str], Any]] = {
    "alarm_topics": _texts,
    "alias_owner": _alias_owner,
    "ramp": _text,
    "runtime": _runtime,
    "architecture": _architecture,
    "log_retention_days": _whole_number(1, 3653),
    "permissions_boundary_arn": lambda raw: raw or None,
    "public_api": _boolean,
    "warm_environments": _whole_number(0, 5),
    "protect_data": _boolean,
    "people": _people,
}
