"""The command `lambdaform prune`."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from .accounts import by_region
from .sizes import size
from .targets import StackOutputs, source_options

if TYPE_CHECKING:
    from ..release.prune import CodeStorage, Pruned

__all__ = ["prune"]


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@source_options
@click.option("--keep", metavar="N", type=int, help="Newest versions that stay, at least 2. Default: 5.")
@click.option("--yes", is_flag=True, help="Delete; without it, only say what would be deleted.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def prune(
    names: tuple[str, ...], outputs: str | None, stack: str | None, keep: int | None, yes: bool, as_json: bool
) -> None:
    """Delete published versions of each NAME that nothing needs, by default of all functions of the stack.

    Kept are the newest, those that an alias serves or a record names, the one that the stack published last, and those
    younger than a day, with provisioned concurrency or with running durable executions. A function with an unfinished
    release is left alone.
    """
    from ..release.prune import prune as clean, read_code_storage  # noqa: I001, PLC0415  # loads boto3
    from ..release.retention import DEFAULT_KEEP  # noqa: PLC0415  # the same

    found: list[Pruned] = []
    storages: dict[str, CodeStorage | None] = {}
    for account, targets in by_region(StackOutputs(outputs, stack).targets(names)):
        found += clean(account, targets, keep=DEFAULT_KEEP if keep is None else keep, delete=yes)
        storages[account.region] = read_code_storage(account)
    if as_json:
        click.echo(json.dumps(_facts(found, storages, deleted=yes)))
    else:
        click.echo("\n".join(_lines(found, storages, deleted=yes)))


def _facts(found: "list[Pruned]", storages: "dict[str, CodeStorage | None]", *, deleted: bool) -> dict[str, object]:
    functions = [
        {
            "name": one.target.name,
            "function_name": one.target.function_name,
            "total_bytes": one.total_bytes,
            "freed_bytes": one.freed_bytes,
            "left_alone": one.left_alone or None,
            "versions": [
                {
                    "version": each.version.number,
                    "size_bytes": each.version.size_bytes,
                    "kept": each.is_kept,
                    "reason": each.reason,
                }
                for each in one.decisions
            ],
        }
        for one in found
    ]
    accounts = [
        {"region": region, "used_bytes": storage.used_bytes, "limit_bytes": storage.limit_bytes}
        for region, storage in storages.items()
        if storage
    ]
    return {"deleted": deleted, "functions": functions, "accounts": accounts}


def _lines(found: "list[Pruned]", storages: "dict[str, CodeStorage | None]", *, deleted: bool) -> Iterator[str]:
    for one in found:
        yield f"{one.target.name} ({one.target.function_name}): {_sum(one, deleted=deleted)}"
        if not one.left_alone:
            yield from _version_lines(one, deleted=deleted)
    for region, storage in storages.items():
        yield _storage_line(region, storage)
    if not deleted and any(one.freed_bytes for one in found):
        yield "nothing was deleted: --yes does it"


def _sum(one: "Pruned", *, deleted: bool) -> str:
    total = f"{len(one.decisions)} versions, {size(one.total_bytes)}"
    if one.left_alone:
        return f"{total}; left alone: {one.left_alone}"
    going = sum(not each.is_kept for each in one.decisions)
    verb = "deleted" if deleted else "can go"
    return f"{total}; {going} {verb}, {size(one.freed_bytes)}"


def _version_lines(one: "Pruned", *, deleted: bool) -> Iterator[str]:
    for each in one.decisions:
        verb = "keep" if each.is_kept else "deleted" if deleted else "delete"
        yield f"  {each.version.number:>6}  {size(each.version.size_bytes):>9}  {verb:<7}  {each.reason}"


def _storage_line(region: str, storage: "CodeStorage | None") -> str:
    if storage is None:
        return f"account in {region}: code storage unknown, `lambda:GetAccountSettings` is not allowed"
    used, limit = storage.used_bytes, storage.limit_bytes
    return f"account in {region}: {size(used)} of {size(limit)} code storage used ({used / limit:.0%})"
