"""The commands `lambdaform branch create`, `list` and `delete`."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .accounts import by_region
from .targets import StackOutputs, source_options

if TYPE_CHECKING:
    from ..release.branch import Branch

__all__ = ["branch"]


@click.group()
def branch() -> None:
    """Aliases for branches: one version beside the traffic, under a name of its own, until the branch is gone."""


@branch.command()
@click.argument("branch_name", metavar="BRANCH")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@source_options
@click.option("--version", metavar="N", help="Published version to serve. Default: the one the stack published.")
@click.option(
    "--zip",
    "zip_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Package to publish as a new version, if the pipeline owns the code.",
)
@click.option("--commit", default="", metavar="SHA", help="Commit to note beside the branch.")
@click.option("--url", is_flag=True, help="Give the alias a URL of its own, for callers with IAM permissions.")
@click.option("--public", is_flag=True, help="With --url: let anybody call it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def create(
    branch_name: str,
    names: tuple[str, ...],
    outputs: str | None,
    stack: str | None,
    version: str | None,
    zip_file: Path | None,
    commit: str,
    url: bool,
    public: bool,
    as_json: bool,
) -> None:
    """Let the alias of BRANCH serve one version of each NAME. Repeated, it moves there.

    The alias is called br-BRANCH-HASH, with what AWS does not allow replaced. No other alias is touched.
    """
    from ..release.branch import (  # noqa: PLC0415  # loads boto3
        LATEST_WARNING,
        SHARED_ROLE_WARNING,
        BranchOptions,
        create_branch,
    )

    options = BranchOptions(version=version, zip=zip_file, commit=commit, url=url, public=public)
    regions = by_region(StackOutputs(outputs, stack).targets(names))
    made = [each for account, targets in regions for each in create_branch(account, targets, branch_name, options)]
    _show(made, as_json=as_json)
    for warning in (SHARED_ROLE_WARNING, *([LATEST_WARNING] if zip_file else [])):
        click.echo(f"warning: {warning}", err=True)


@branch.command("list")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@source_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_(names: tuple[str, ...], outputs: str | None, stack: str | None, as_json: bool) -> None:
    """List the aliases of branches of each NAME, by default of all functions of the stack."""
    from ..release.branch import list_branches  # noqa: PLC0415  # loads boto3

    regions = by_region(StackOutputs(outputs, stack).targets(names))
    found = [each for account, targets in regions for target in targets for each in list_branches(account, target)]
    _show(found, as_json=as_json)


@branch.command()
@click.argument("branch_name", metavar="BRANCH")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@source_options
def delete(branch_name: str, names: tuple[str, ...], outputs: str | None, stack: str | None) -> None:
    """Delete the alias of BRANCH of each NAME with its URL and permissions, by default of all functions of the stack.

    Its version stays until `lambdaform prune` deletes it. What is gone already is no error.
    """
    from ..release.branch import delete_branch  # noqa: PLC0415  # loads boto3

    for account, targets in by_region(StackOutputs(outputs, stack).targets(names)):
        for target in targets:
            existed = delete_branch(account, target, branch_name)
            click.echo(f"{target.name}: {'deleted' if existed else 'nothing to delete'}")


def _show(found: "Sequence[Branch]", *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"branches": [_facts(each) for each in found]}))
    else:
        click.echo("\n".join(_lines(found)))


def _facts(one: "Branch") -> dict[str, object]:
    return {
        "name": one.target.name,
        "function_name": one.target.function_name,
        "alias": one.alias,
        "version": one.version,
        "branch": one.label.branch if one.label else None,
        "commit": (one.label.commit or None) if one.label else None,
        "moved": one.label.moved if one.label else None,
        "url": one.url.url if one.url else None,
        "public": one.url.is_public if one.url else None,
    }


def _lines(found: "Sequence[Branch]") -> Iterator[str]:
    from ..release.clock import SystemClock  # noqa: PLC0415  # loads boto3
    from ..view.words import duration  # noqa: PLC0415  # the same

    now = SystemClock().now()
    if not found:
        yield "no branch aliases"
    for one in found:
        yield f"{one.target.name}: {one.target.function_name}:{one.alias}, version {one.version}"
        if one.label:
            commit = f" at {one.label.commit}" if one.label.commit else ""
            yield f"  branch  {one.label.branch}{commit}, moved {duration(now - one.label.moved)} ago"
        if one.url:
            yield f"  url     {one.url.url} ({'public' if one.url.is_public else 'IAM'})"
