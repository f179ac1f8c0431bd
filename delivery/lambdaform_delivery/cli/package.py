"""The command `lambdaform package`."""

import json
import shutil
from pathlib import Path

import click

from ..errors import PackagingError, SourceError
from ..packaging import Package, Target
from ..packaging import package as build
from ..packaging.project import project_root
from .sizes import size

__all__ = ["package"]

_DEFAULT = Target()


@click.command()
@click.argument("name_or_path", metavar="NAME|PATH")
@click.option("--python", default=_DEFAULT.python, show_default=True, help="Python version of the function.")
@click.option("--architecture", default=_DEFAULT.architecture, show_default=True, help="arm64 or x86_64.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder that the zip and its manifest are copied to.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def package(name_or_path: str, python: str, architecture: str, out: Path | None, as_json: bool) -> None:
    """Package a function: NAME is a folder in the project's lambdas/, PATH any folder."""
    target = Target(python, architecture)
    folder = _folder(name_or_path)
    if out and out.resolve().is_relative_to(folder.resolve()):
        raise SourceError(f"`--out {out}` is in the folder that is packaged", "choose a folder outside of it")
    built = build(folder, target)
    zip_path, manifest = _copy(built, folder.resolve().name, out) if out else (built.path, built.manifest)
    if as_json:
        click.echo(json.dumps(_facts(built, target, zip_path, manifest)))
    else:
        _show(built, target, zip_path, manifest)


def _folder(name_or_path: str) -> Path:
    if not name_or_path:
        raise SourceError("the name is empty", "name a function of the project, or a folder")
    path = Path(name_or_path)
    root = project_root(Path.cwd())
    if root is None or "/" in name_or_path or name_or_path in (".", ".."):
        return path
    function = root / "lambdas" / name_or_path
    return path if path.is_dir() and not function.is_dir() else function


def _copy(built: Package, name: str, out: Path) -> tuple[Path, Path]:
    copies = out / f"{name}.zip", out / f"{name}.json"
    try:
        out.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(built.path, copies[0])
        shutil.copyfile(built.manifest, copies[1])
    except OSError as error:
        raise PackagingError(
            f"`{error.filename}` cannot be written: {error.strerror}", "choose another --out"
        ) from error
    return copies


def _facts(built: Package, target: Target, zip_path: Path, manifest: Path) -> dict[str, object]:
    return {
        "path": str(zip_path),
        "manifest": str(manifest),
        "python": target.python,
        "architecture": target.architecture,
        "sha256": built.sha256,
        "code_sha256": built.code_sha256,
        "size_bytes": built.size_bytes,
        "unpacked_bytes": built.unpacked_bytes,
        "needs_store": built.needs_store,
    }


def _show(built: Package, target: Target, zip_path: Path, manifest: Path) -> None:
    from rich.console import Console  # noqa: PLC0415  # errors and --json need not wait for it
    from rich.text import Text  # noqa: PLC0415  # the same

    sizes = f"{size(built.size_bytes)} zipped, {size(built.unpacked_bytes)} unpacked"
    note = ", too large for a direct upload" if built.needs_store else ""
    rows = {"package": str(zip_path), "manifest": str(manifest), "for": str(target), "size": sizes + note}
    console = Console(soft_wrap=True)
    for label, value in {**rows, "sha256": built.sha256, "code sha256": built.code_sha256}.items():
        console.print(Text.assemble((f"{label:<13}", "bold"), value))
