"""The command `lambdaform status`."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from .accounts import by_region
from .targets import StackOutputs, source_options

if TYPE_CHECKING:
    from ..release.status import FunctionStatus, Unfinished

__all__ = ["status"]

_OWNERS = {"stack": "`pulumi up`", "release": "releases"}


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@source_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(names: tuple[str, ...], outputs: str | None, stack: str | None, as_json: bool) -> int:
    """Say where each NAME stands, by default all functions of the stack. Changes nothing.

    Exit codes: 0 all is safe, 7 an alias is not, so that somebody has to look. An unfinished release is safe.
    """
    from ..release.status import status as look  # noqa: PLC0415  # loads boto3

    source = StackOutputs(outputs, stack)
    found = [each for account, targets in by_region(source.targets(names)) for each in look(account, targets)]
    if as_json:
        click.echo(json.dumps({"functions": [_facts(each, source) for each in found]}))
    else:
        click.echo(source.pasteable("\n\n".join("\n".join(_lines(each)) for each in found)))
    return max(each.exit_code for each in found)


def _facts(one: "FunctionStatus", source: StackOutputs) -> dict[str, object]:
    target, record = one.target, one.record
    return {
        "name": target.name,
        "function_name": target.function_name,
        "alias": target.alias,
        "alias_owner": target.alias_owner,
        "version": one.state.version if one.state else None,
        "weights": dict(one.state.weights) if one.state else {},
        "live": record.live.number if record else None,
        "previous": list(record.previous) if record else [],
        "bad": [bad.number for bad in record.bad] if record else [],
        "newer": list(one.newer),
        "unfinished": _unfinished_facts(one.unfinished, source) if one.unfinished else None,
        "danger": one.danger or None,
        "recipe": source.pasteable(one.recipe) or None,
        "notes": list(one.notes),
    }


def _unfinished_facts(unfinished: "Unfinished", source: StackOutputs) -> dict[str, object]:
    journal = unfinished.journal
    return {
        "run": journal.run,
        "to": journal.to.number,
        "phase": str(journal.phase),
        "step": journal.step,
        "ramp": str(journal.ramp),
        "age_seconds": round(unfinished.age_seconds),
        "quiet_seconds": round(unfinished.quiet_seconds),
        "resume": source.pasteable(unfinished.resume),
        "restore": source.pasteable(unfinished.restore),
    }


def _lines(one: "FunctionStatus") -> Iterator[str]:
    target = one.target
    yield f"{target}, moved by {_OWNERS.get(target.alias_owner, target.alias_owner)}"
    yield _row("serves", str(one.state) if one.state else "nothing")
    if one.record:
        yield _row("live", one.record.live.number)
        yield _row("previous", ", ".join(one.record.previous) or "none")
        yield _row("bad", ", ".join(bad.number for bad in one.record.bad) or "none")
    elif one.state and not one.danger:
        yield _row("record", "none: nothing was released yet")
    if one.newer:
        yield _row("newer", ", ".join(one.newer))
    if one.unfinished:
        yield from _unfinished_lines(one.unfinished)
    if one.danger:
        yield _row("DANGER", one.danger)
        yield _row("", one.recipe)
    for note in one.notes:
        yield _row("note", note)


def _unfinished_lines(unfinished: "Unfinished") -> Iterator[str]:
    from ..view.words import duration  # noqa: PLC0415  # loads boto3

    journal = unfinished.journal
    steps = len(journal.ramp.steps)
    where = f", step {journal.step + 1} of {steps} ({journal.percentage:g} %)" if steps else ""
    yield _row("unfinished", f"release {journal.run} to version {journal.to.number}: {journal.phase}{where}")
    yield _row(
        "", f"begun {duration(unfinished.age_seconds)} ago, last heard of {duration(unfinished.quiet_seconds)} ago"
    )
    yield _row("go on", f"`{unfinished.resume}`")
    yield _row("go back", f"`{unfinished.restore}`")


def _row(label: str, value: str) -> str:
    return f"  {label:<11}{value}"
