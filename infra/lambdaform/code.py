"""The code of a function: exactly one of five sources, resolved to what AWS is told and who owns it."""

import base64
import hashlib
import json
import symtable
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NotRequired, TypedDict

import pulumi
from lambdaform_delivery.errors import PackagingError
from lambdaform_delivery.packaging import Package, Target, package

from . import limits
from .errors import ABSENT, InputError, Problem
from .inputs import Rules
from .outputs import derived
from .project import project_root

__all__ = [
    "CODE_RULES",
    "Artifact",
    "CodeOwner",
    "CodeSources",
    "FunctionCode",
    "ImageOptions",
    "code_problems",
    "packager",
    "resolve_code",
]

LARGEST_DIRECT_UPLOAD_BYTES = 50 * 1024 * 1024

packager: ContextVar[Callable[[Path, Target], Package]] = ContextVar("packager", default=package)
"""What turns a source folder into a package. `lambdaform.testing` replaces it, so that unit tests build nothing."""


class Artifact(TypedDict):
    """One object of an artifact store, named so exactly that nobody can swap it."""

    bucket: pulumi.Input[str]
    """Bucket in the function's own region."""
    key: pulumi.Input[str]
    """Key of the zip."""
    version_id: pulumi.Input[str]
    """Version of the object, so that overwriting the key changes nothing here."""
    sha256: pulumi.Input[str]
    """SHA-256 of the zip, as 64 hex digits."""


class ImageOptions(TypedDict):
    """What overrides the settings inside a container image."""

    command: NotRequired[Sequence[pulumi.Input[str]]]
    """Parameters of the entry point."""
    entry_point: NotRequired[Sequence[pulumi.Input[str]]]
    """The program that is started."""
    working_directory: NotRequired[pulumi.Input[str]]
    """Where it is started."""


class CodeSources(TypedDict):
    """Where a function's code comes from: exactly one of the first five."""

    source: NotRequired[str]
    """Folder, relative to the project, that is packaged: Python code and a hash-pinned `requirements.txt`."""
    archive: NotRequired[str]
    """Ready zip, relative to the project, at most 50 MB."""
    artifact: NotRequired[Artifact]
    """Object in an artifact store."""
    image_uri: NotRequired[pulumi.Input[str]]
    """Container image in a private registry, by digest."""
    placeholder: NotRequired[bool]
    """Honest stand-in that raises; the pipeline brings the code later. Needs `alias_owner` RELEASE."""
    image: NotRequired[ImageOptions]
    """Overrides for `image_uri`."""


CODE_RULES: Rules = {
    "artifact.sha256": limits.SHA256_HEX,
    "image_uri": limits.IMAGE_URI,
}

_SOURCES = ("source", "archive", "artifact", "image_uri", "placeholder")


class CodeOwner(StrEnum):
    """Who brings new code."""

    STACK = "stack"
    PIPELINE = "pipeline"


@dataclass(frozen=True)
class FunctionCode:
    """What the function resource is told about its code."""

    arguments: Mapping[str, Any]
    """Keyword arguments of `aws.lambda_.Function`."""
    code_sha256: pulumi.Input[str] | None
    """What AWS will report as CodeSha256 (base64), where it is known beforehand."""
    owner: CodeOwner = CodeOwner.STACK
    ignored_properties: tuple[str, ...] = ()
    """What the stack does not touch after the first time."""


def code_problems(args: Mapping[str, Any]) -> Iterable[Problem]:
    """Yield what is wrong with the combination of code sources, handler and runtime."""
    given = [source for source in _SOURCES if args.get(source)]
    if len(given) != 1:
        rule = f"exactly one of {', '.join(_SOURCES)} is needed, {' and '.join(given) or 'none'} given"
        yield Problem("source", ABSENT, rule, "keep one")
    if "image_uri" in given:
        for key in ("handler", "layers", "extensions"):
            if key in args:
                yield Problem(key, args[key], "is decided by the image", f"remove {key}, or use source")
    elif not args.get("handler"):
        yield Problem("handler", ABSENT, "is missing", "set it like handler.handle")
    if "image" in args and "image_uri" not in given:
        yield Problem("image", ABSENT, "is only used with image_uri", "remove it")
    runtime = args.get("runtime", "python")
    if {"source", "placeholder"} & set(given) and not str(runtime).startswith("python"):
        yield Problem("runtime", runtime, "source and placeholder are Python", "build it and use archive or artifact")


def resolve_code(component: str, name: str, args: Mapping[str, Any], target: Target) -> FunctionCode:
    """Return the code of checked arguments, packaging the source folder if there is one."""
    if "source" in args:
        return _from_source(component, name, args["source"], args["handler"], target)
    if "archive" in args:
        return _from_archive(component, name, args["archive"])
    if "artifact" in args:
        return _from_artifact(args["artifact"])
    if "image_uri" in args:
        return _from_image(args["image_uri"], args.get("image"))
    return _placeholder(args["handler"])


def _from_source(component: str, name: str, source: str, handler: str, target: Target) -> FunctionCode:
    folder = project_root() / source
    problem = _source_problem(folder, source, handler)
    if problem:
        raise InputError(component, name, [problem])
    try:
        built = packager.get()(folder, target)
    except PackagingError as error:
        raise InputError(component, name, [Problem("source", source, *_sentences(error))]) from error
    if built.size_bytes > LARGEST_DIRECT_UPLOAD_BYTES:
        raise InputError(component, name, [_too_large("source", source, built.size_bytes)])
    return _zip_file(built.path, built.code_sha256)


def _source_problem(folder: Path, source: str, handler: str) -> Problem | None:
    if not folder.is_dir():
        return Problem(
            "source", source, f"must be a folder in the project, {folder} is not", "write it relative to Pulumi.yaml"
        )
    module, _, function = handler.rpartition(".")
    file = folder / f"{module.replace('.', '/')}.py"
    if not module or not file.is_file():
        return Problem(
            "handler", handler, f"must name a function in a file of {source}", "write it like handler.handle"
        )
    return _definition_problem(file, handler, function)


def _definition_problem(file: Path, handler: str, function: str) -> Problem | None:
    try:
        names = symtable.symtable(file.read_text(encoding="utf-8"), file.name, "exec")
    except (SyntaxError, ValueError) as error:
        return Problem("handler", handler, f"{file.name} is not valid Python ({error})", "correct the file")
    if function not in names.get_identifiers():
        return Problem("handler", handler, f"{file.name} defines no {function}", "name a function it defines")
    return None


def _sentences(error: PackagingError) -> tuple[str, str]:
    return error.message, error.hint or "run `lambdaform package` on the folder to see more"


def _from_archive(component: str, name: str, archive: str) -> FunctionCode:
    path = project_root() / archive
    if not zipfile.is_zipfile(path):
        problem = Problem("archive", archive, "must be a zip file in the project", "build it before `pulumi up`")
        raise InputError(component, name, [problem])
    if path.stat().st_size > LARGEST_DIRECT_UPLOAD_BYTES:
        raise InputError(component, name, [_too_large("archive", archive, path.stat().st_size)])
    return _zip_file(path, base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode())


def _too_large(field: str, value: str, size_bytes: int) -> Problem:
    rule = f"is {size_bytes / 1024 / 1024:.1f} MB zipped, AWS takes at most 50 MB in a direct upload"
    return Problem(field, value, rule, "put it into a bucket and use artifact")


def _zip_file(path: Path, code_sha256: str) -> FunctionCode:
    arguments = {"code": pulumi.FileArchive(str(path)), "source_code_hash": code_sha256}
    return FunctionCode({"package_type": "Zip", **arguments}, code_sha256)


def _from_artifact(artifact: Artifact) -> FunctionCode:
    digest = derived(artifact["sha256"], lambda text: base64.b64encode(bytes.fromhex(text)).decode())
    arguments = {
        "package_type": "Zip",
        "s3_bucket": artifact["bucket"],
        "s3_key": artifact["key"],
        "s3_object_version": artifact["version_id"],
        "source_code_hash": digest,
    }
    return FunctionCode(arguments, digest)


def _from_image(image_uri: pulumi.Input[str], options: ImageOptions | None) -> FunctionCode:
    image_config: dict[str, Any] | None = None
    if options:
        image_config = {
            "commands": options.get("command"),
            "entry_points": options.get("entry_point"),
            "working_directory": options.get("working_directory"),
        }
    digest = derived(image_uri, lambda uri: uri.rpartition("sha256:")[2])
    return FunctionCode({"package_type": "Image", "image_uri": image_uri, "image_config": image_config}, digest)


def _placeholder(handler: str) -> FunctionCode:
    module, _, function = handler.rpartition(".")
    text = json.dumps("no code has been released to this function yet")
    body = f"def {function}(event, context):\n    raise RuntimeError({text})\n"
    archive = pulumi.AssetArchive({f"{module.replace('.', '/')}.py": pulumi.StringAsset(body)})
    ignored = ("code", "imageUri", "s3Bucket", "s3Key", "s3ObjectVersion", "sourceCodeHash")
    return FunctionCode({"package_type": "Zip", "code": archive}, None, CodeOwner.PIPELINE, ignored)
