"""The pins of a lock: exact versions, each with the SHA-256 of every file it may be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from ..errors import RequirementsError
from .target import Target

__all__ = ["Pin", "read_pins"]

_COMMENT = re.compile(r"(^|\s+)#.*$")
_HASH = re.compile(r"--hash(?:=|\s+)(\S+)")
_SHA256 = re.compile(r"sha256:([0-9a-f]{64})")
_LOCK_HINT = "write it with `uv pip compile requirements.in --generate-hashes -o requirements.txt`"
_OPTION_HINTS = {
    "-r": "write one lock that holds everything",
    "--requirement": "write one lock that holds everything",
    "-c": "constraints belong to the command that writes the lock",
    "--constraint": "constraints belong to the command that writes the lock",
    "-e": "copy the code into the folder, or build a wheel of it",
    "--editable": "copy the code into the folder, or build a wheel of it",
}
_OTHER_OPTION_HINT = "remove it; addresses of indexes belong to pip's configuration, such as `PIP_INDEX_URL`"


@dataclass(frozen=True)
class Pin:
    """One dependency of the target, at one version."""

    name: str
    """Normalised, such as `aws-lambda-powertools`."""
    version: str
    """Normalised, such as `3.37.0`."""
    hashes: tuple[str, ...]
    """SHA-256 of the files it may be, as hex digits, sorted."""

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"


def read_pins(text: str, origin: str, target: Target) -> tuple[Pin, ...]:
    """Return the pins that apply to the target, by name; RequirementsError names `origin` and the line."""
    pins: dict[str, Pin] = {}
    for number, line in _logical_lines(text):
        where = f"{origin} line {number}"
        pin = _pin(line, where, target)
        if pin and pins.setdefault(pin.name, pin) != pin:
            raise RequirementsError(
                f"{where} pins `{pin}`, but `{pins[pin.name]}` is pinned before", f"keep one for {target}"
            )
    return tuple(pins[name] for name in sorted(pins))


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    parts: list[str] = []
    first = 1
    for number, line in enumerate(text.splitlines(), start=1):
        first = first if parts else number
        content = _COMMENT.sub("", line)
        if content == line and line.endswith("\\"):
            parts.append(line.removesuffix("\\"))
            continue
        whole = " ".join([*parts, content]).strip()
        parts = []
        if whole:
            yield first, whole
    if "".join(parts).strip():
        yield first, " ".join(parts).strip()


def _pin(line: str, where: str, target: Target) -> Pin | None:
    if line.startswith("-"):
        option = re.split(r"[=\s]", line, maxsplit=1)[0]
        raise RequirementsError(f"{where}: `{option}` is not read", _OPTION_HINTS.get(option, _OTHER_OPTION_HINT))
    requirement = _requirement(_HASH.sub("", line).strip(), where)
    if requirement.marker and not requirement.marker.evaluate(dict(target.markers)):
        return None
    version = _version(requirement, where)
    hashes = [_sha256(value, requirement.name, where) for value in _HASH.findall(line)]
    if not hashes:
        raise RequirementsError(f"{where}: `{requirement.name}` has no `--hash`", _LOCK_HINT)
    return Pin(canonicalize_name(requirement.name), version, tuple(sorted(set(hashes))))


def _requirement(text: str, where: str) -> Requirement:
    if "://" in text or text.startswith((".", "/")):
        raise RequirementsError(
            f"{where}: an address or a path is not a pinned version",
            "publish it to an index and pin `name==version`, or copy the code into the folder",
        )
    try:
        return Requirement(text)
    except InvalidRequirement as error:
        rule = str(error).splitlines()[0]
        raise RequirementsError(f"{where}: `{text}` is not a requirement: {rule}", _LOCK_HINT) from error


def _version(requirement: Requirement, where: str) -> str:
    specifiers = list(requirement.specifier)
    if len(specifiers) == 1 and specifiers[0].operator == "==":
        try:
            return str(Version(specifiers[0].version))
        except InvalidVersion:
            pass  # `==1.*`
    raise RequirementsError(f"{where}: `{requirement.name}` is not pinned with `==` to one version", _LOCK_HINT)


def _sha256(value: str, name: str, where: str) -> str:
    match = _SHA256.fullmatch(value)
    if match is None:
        raise RequirementsError(f"{where}: a hash of `{name}` is not `sha256:` and 64 hex digits", _LOCK_HINT)
    return match[1]
