"""Fetches wheels with pip, from wherever the user's pip is configured to look, and says why when it cannot."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

from ..errors import ToolError, WheelError
from .requirements import Pin
from .target import Target
from .tools import reason

__all__ = ["Refusal", "download"]

_SHOWN_TAGS = 4
_FILE_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._+!-]*\.(?:whl|tar\.gz|zip))(?=[\s#?]|$)", re.MULTILINE)
_NOT_FOUND = re.compile(r"No matching distribution found for ([A-Za-z0-9._-]+)==")
_WRONG_HASH = re.compile(r"DO NOT MATCH THE HASHES.*?\n\s+(\S+)==", re.DOTALL)
_OTHER_PYTHON = re.compile(r"require a different python version: (.*)")
# An index that answers 404 was reached and does not have the name.
_UNREACHABLE = re.compile(r"Could not fetch URL (?!.*\b404\b).*|(?<=after )connection broken by .*")


@dataclass(frozen=True)
class Refusal:
    """The index has the pinned version, but not for the target: true for good, so it can be remembered."""

    pin: Pin
    reason: str
    """One sentence."""


def download(pins: Sequence[Pin], target: Target, folder: Path) -> Refusal | None:
    """Put the one best wheel of each pin into `folder`, or return the first pin that has none.

    Raises WheelError if no hash fits or no index has the version, ToolError if pip or the index failed.
    """
    lock = folder / "lock.txt"
    lock.write_text("".join(_line(pin) for pin in pins), encoding="utf-8")
    # Constraints of the environment have no hashes, which pip would refuse.
    environment = {name: value for name, value in os.environ.items() if name != "PIP_CONSTRAINT"}
    done = subprocess.run(  # noqa: S603  # this Python with fixed arguments, no shell
        [*_command(target), "--dest", str(folder), "-r", str(lock)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return _refusal(pins, target, done.stdout) if done.returncode else None


def _command(target: Target) -> list[str]:
    pip = [sys.executable, "-P", "-m", "pip", "download", "-vv", "--no-input", "--disable-pip-version-check"]
    rules = ["--progress-bar=off", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    tags = ["--implementation=cp", f"--python-version={target.python}", f"--abi={target.abi}"]
    return [*pip, *rules, *tags, *(f"--platform={platform}" for platform in target.platforms)]


def _line(pin: Pin) -> str:
    return f"{pin} {' '.join(f'--hash=sha256:{value}' for value in pin.hashes)}\n"


def _refusal(pins: Sequence[Pin], target: Target, output: str) -> Refusal:
    wrong_hash = _WRONG_HASH.search(output)
    if wrong_hash:
        raise WheelError(
            f"no hash pinned for `{wrong_hash[1]}` is that of its wheel for {target}",
            "write the lock anew, with hashes",
        )
    not_found = _NOT_FOUND.search(output)
    pin = next((pin for pin in pins if not_found and pin.name == canonicalize_name(not_found[1])), None)
    if pin is None:
        raise ToolError(f"pip failed: {reason(output)}")
    unreachable = _UNREACHABLE.search(output)
    if unreachable:
        raise ToolError(f"the index of `{pin.name}` cannot be reached: {reason(unreachable[0])}")
    offered = set(_offered(pin, output))
    if not offered:
        raise WheelError(f"no index of pip's configuration has `{pin}`", "correct the pin, or set `PIP_INDEX_URL`")
    why = _other_python(pin, output) or _other_platform(offered, target)
    return Refusal(pin, f"`{pin}` has no wheel for {target}: {why}")


def _offered(pin: Pin, output: str) -> Iterator[str]:
    for name in _FILE_NAME.findall(output):
        try:
            found = parse_wheel_filename(name)[:2] if name.endswith(".whl") else parse_sdist_filename(name)
        except (InvalidWheelFilename, InvalidSdistFilename):
            continue
        if found == (pin.name, Version(pin.version)):
            yield name


def _other_python(pin: Pin, output: str) -> str | None:
    found = _OTHER_PYTHON.search(output)
    for version in found[1].split("; ") if found else ():
        number, _, pythons = version.partition(" Requires-Python ")
        if number == pin.version:
            return f"it requires Python {pythons}"
    return None


def _other_platform(offered: Iterable[str], target: Target) -> str:
    wheels = [name for name in offered if name.endswith(".whl")]
    return f"its wheels are for {_tags(wheels, target)}" if wheels else "there is only its source"


def _tags(wheels: Sequence[str], target: Target) -> str:
    tags = {name.removesuffix(".whl").split("-", maxsplit=2)[2] for name in wheels}
    nearest_first = sorted(tags, key=lambda tag: (not tag.endswith(target.machine), "linux" not in tag, tag))
    shown = ", ".join(f"`{tag}`" for tag in nearest_first[:_SHOWN_TAGS])
    return f"{shown} and {len(tags) - _SHOWN_TAGS} others" if len(tags) > _SHOWN_TAGS else shown
