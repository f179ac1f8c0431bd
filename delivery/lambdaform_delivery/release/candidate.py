"""The version that is released: taken as the stack published it, named, or published from a package."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..errors import PreflightError, ReleaseInputError
from .account import Account, CallError
from .options import ReleaseOptions
from .record import CodeVersion, short_digest
from .target import ReleaseTarget

__all__ = ["PublishedVersion", "check_choice", "is_chosen", "published", "resolved", "will_publish"]

_READY_TIMEOUT_SECONDS = 900
_POLL_SECONDS = 1.0
_DIFFERENCES = {
    "Runtime": "runtime",
    "Architectures": "architecture",
    "Handler": "handler",
    "MemorySize": "memory",
    "Timeout": "timeout",
    "Environment": "environment",
    "Layers": "layers",
    "VpcConfig": "network",
    "EphemeralStorage": "ephemeral storage",
}
"""Fields in which the versions of a split may differ, with the word people read."""
_SHARED = {"Role": "role", "DeadLetterConfig": "dead-letter queue"}
"""Fields in which AWS wants the versions of a split to be the same."""


@dataclass(frozen=True)
class PublishedVersion:
    """A published version, as GetFunctionConfiguration describes it."""

    number: str
    code_sha256: str
    configuration: Mapping[str, Any]

    @property
    def code(self) -> CodeVersion:
        """What a record keeps of it."""
        return CodeVersion(self.number, short_digest(self.code_sha256))

    @property
    def timeout_seconds(self) -> int:
        """Longest that one call may take."""
        return self.configuration["Timeout"]

    @property
    def awaits_snapshot(self) -> bool:
        """Whether it is to start from a snapshot that does not exist yet."""
        snap_start = self.configuration.get("SnapStart", {})
        return snap_start.get("ApplyOn") == "PublishedVersions" and snap_start.get("OptimizationStatus") == "Off"

    def differences(self, other: "PublishedVersion") -> tuple[str, ...]:
        """Return in what the two differ, beside their code."""
        return tuple(word for field, word in _DIFFERENCES.items() if self._differs(other, field))

    def unshared(self, other: "PublishedVersion") -> tuple[str, ...]:
        """Return what the two would have to have in common to share the calls of an alias."""
        return tuple(word for field, word in _SHARED.items() if self._differs(other, field))

    def _differs(self, other: "PublishedVersion", field: str) -> bool:
        return self.configuration.get(field) != other.configuration.get(field)


def check_choice(targets: Sequence[ReleaseTarget], options: ReleaseOptions) -> None:
    """Raise ReleaseInputError for choices that contradict each other or do not fit the functions."""
    named = {"version": options.version, "zip": options.zip, "artifact": options.artifact}
    chosen = [f"`--{name}`" for name, value in named.items() if value is not None]
    if len(chosen) > 1:
        raise ReleaseInputError(f"{' and '.join(chosen)} contradict each other", "give one of them")
    if chosen and len(targets) > 1:
        raise ReleaseInputError(f"{chosen[0]} is for one function, {len(targets)} are named", "release them one by one")
    if options.version is not None and not options.version.isdecimal():
        raise ReleaseInputError(
            f"version is `{options.version}`: a release takes a published version, which is a number",
            "publish it first, or leave --version out to take what the stack has published",
        )
    if will_publish(options) and targets[0].code_owner != "pipeline":
        raise ReleaseInputError(
            f"{chosen[0]}: the code of `{targets[0].name}` belongs to the stack, which would undo it",
            "release what `pulumi up` publishes, or give the function `placeholder` code",
        )


def will_publish(options: ReleaseOptions) -> bool:
    """Whether the version has yet to be published."""
    return options.zip is not None or options.artifact is not None


def is_chosen(options: ReleaseOptions) -> bool:
    """Whether somebody has said which version or code it is to be."""
    return will_publish(options) or options.version is not None


def resolved(account: Account, target: ReleaseTarget, options: ReleaseOptions) -> PublishedVersion:
    """Return the version to release, published if need be, once it can take calls.

    Raise PreflightError if there is none, or if it cannot.
    """
    number = _publish(account, target, options) if will_publish(options) else options.version
    return _ready(account, target, number or target.published_version)


def published(account: Account, target: ReleaseTarget, number: str) -> PublishedVersion:
    """Return one published version; raise PreflightError if it does not exist."""
    configuration = _configuration(account, target, number)
    return PublishedVersion(number, configuration["CodeSha256"], configuration)


def _ready(account: Account, target: ReleaseTarget, number: str) -> PublishedVersion:
    """Wait until a version is active, with SnapStart until it has its snapshot."""
    end = account.clock.monotonic() + _READY_TIMEOUT_SECONDS
    while account.clock.monotonic() < end:
        version = published(account, target, number)
        state = version.configuration.get("State", "Active")
        if state == "Failed":
            reason = version.configuration.get("StateReasonCode", "no reason given")
            raise PreflightError(
                f"version {number} of `{target.function_name}` is in the state `Failed`: {reason}",
                "publish a new version with `pulumi up`",
            )
        if state == "Active" and not version.awaits_snapshot:
            return version
        account.clock.sleep(_POLL_SECONDS)
    raise PreflightError(
        f"version {number} of `{target.function_name}` was not active after {_READY_TIMEOUT_SECONDS} s",
        "look at its state in the console, then release again",
    )


def _publish(account: Account, target: ReleaseTarget, options: ReleaseOptions) -> str:
    """Upload, then publish exactly what was uploaded: the digest and the revision guard against anybody else."""
    code = _code(options)
    _settled(account, target)
    try:
        uploaded = account.read("lambda", "UpdateFunctionCode", FunctionName=target.function_name, **code)
        if "ZipFile" in code and uploaded["CodeSha256"] != _digest(code["ZipFile"]):
            raise PreflightError(
                f"AWS holds other code than was uploaded to `{target.function_name}`", "release it again"
            )
        settled = _settled(account, target)
        made = account.read(
            "lambda",
            "PublishVersion",
            FunctionName=target.function_name,
            CodeSha256=uploaded["CodeSha256"],
            RevisionId=settled["RevisionId"],
        )
    except CallError as error:
        raise PreflightError(
            f"no version of `{target.function_name}` could be published: {error.message}",
            "nothing was shifted; if somebody else deploys at the same time, wait for them",
        ) from error
    return made["Version"]


def _code(options: ReleaseOptions) -> dict[str, Any]:
    if options.zip is not None:
        return {"ZipFile": _bytes(options.zip)}
    address = urlsplit(options.artifact or "")
    if address.scheme != "s3" or not address.netloc or not address.path.strip("/"):
        raise ReleaseInputError(f"artifact is `{options.artifact}`: it has to be like `s3://bucket/key`")
    return {"S3Bucket": address.netloc, "S3Key": address.path.lstrip("/")}


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReleaseInputError(f"zip `{path}` cannot be read: {error.strerror}") from error


def _digest(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def _settled(account: Account, target: ReleaseTarget) -> dict[str, Any]:
    """Return `$LATEST` once no update is running: before that AWS refuses the next one."""
    end = account.clock.monotonic() + _READY_TIMEOUT_SECONDS
    while account.clock.monotonic() < end:
        latest = _configuration(account, target, None)
        if latest.get("State") != "Pending" and latest.get("LastUpdateStatus") != "InProgress":
            return latest
        account.clock.sleep(_POLL_SECONDS)
    raise PreflightError(f"an update of `{target.function_name}` has been running for {_READY_TIMEOUT_SECONDS} s")


def _configuration(account: Account, target: ReleaseTarget, number: str | None) -> dict[str, Any]:
    qualifier = {"Qualifier": number} if number else {}
    try:
        return account.read("lambda", "GetFunctionConfiguration", FunctionName=target.function_name, **qualifier)
    except CallError as error:
        if error.code != "ResourceNotFoundException":
            raise
        named = f"version {number} of `{target.function_name}`" if number else f"the function `{target.function_name}`"
        raise PreflightError(
            f"{named} does not exist in the account {target.account}, region {target.region}",
            "run `pulumi up`, and write the outputs anew",
        ) from error
