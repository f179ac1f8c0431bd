"""The command `lambdaform release`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import ReleaseInputError
from .cancellation import Cancellation
from .showing import AliasCommand, NewFile, Showing
from .targets import StackOutputs, project_folder, source_options

if TYPE_CHECKING:
    from ..release.options import ReleaseOptions
    from ..release.outcome import Outcome
    from ..view.views import Views

__all__ = ["release"]

_EXCLUSIVE = (
    ("ramp", "all_at_once"),
    ("dry_run", "resume"),
    *(("resume", option) for option in ("version", "zip", "artifact", "ramp", "all_at_once", "retry_bad")),
)
_SAME = ("version", "zip", "artifact", "dry_run", "resume", "expect_account", "retry_bad")
"""Options that are called the same in `ReleaseOptions`."""


@click.command(cls=AliasCommand)
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@source_options
@click.option("--version", metavar="N", help="Published version to release. Default: the one the stack published.")
@click.option(
    "--zip",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Package to publish and release, if the pipeline owns the code.",
)
@click.option("--artifact", metavar="S3URL", help="The same from s3://bucket/key.")
@click.option("--ramp", metavar="STEPS", help="Such as 5,25,50 or 5,pause,50. Default: the function's own.")
@click.option("--all-at-once", is_flag=True, help="No ramp: probes, then all calls.")
@click.option("--dry-run", is_flag=True, help="Check everything, say what would happen, change nothing.")
@click.option("--resume", is_flag=True, help="Go on with an unfinished release, or past a pause.")
@click.option("--expect-account", metavar="ID", help="Refuse any other AWS account.")
@click.option(
    "--if-inconclusive",
    type=click.Choice(["rollback", "pause", "promote"]),
    default="rollback",
    show_default=True,
    help="What to do if there is too little to judge by.",
)
@click.option("--retry-bad", is_flag=True, help="Release code that was rolled back before.")
@click.option("--json", "as_json", is_flag=True, help="Print every event as one line of JSON.")
@click.option("--summary", type=NewFile(), metavar="FILE", help="Append a summary in Markdown: $GITHUB_STEP_SUMMARY.")
@click.option("--report", type=NewFile(), metavar="FILE.html", help="Write a page with the curves of the release.")
def release(
    names: tuple[str, ...],
    outputs: str | None,
    stack: str | None,
    as_json: bool,
    summary: Path | None,
    report: Path | None,
    **given: Any,  # noqa: ANN401  # as many kinds as options
) -> int:
    """Move the alias of each NAME to a new version by evidence, or back.

    Several functions are released together: all of them, or none.

    \b
    Exit codes: 0 promoted or nothing to do    5 inconclusive or paused
                1 internal error               6 locked, or taken over by somebody
                2 wrong input                  7 NOT safe: somebody has to look
                3 not fit, nothing shifted     8 cancelled, the old version serves
                4 rolled back                  9 no credentials or permission
    """  # noqa: D301  # click's mark for a paragraph that stays as it is
    source = StackOutputs(outputs, stack)

    def work(views: "Views") -> "Outcome":
        from ..release import release as run  # noqa: PLC0415  # loads boto3
        from ..release.clock import SystemClock  # noqa: PLC0415  # the same

        options, targets, clock = _options(given), source.targets(names), SystemClock()
        cancellation = Cancellation(clock.wake)
        with cancellation.on_signals():
            return run(
                targets, options, clock=clock, listen=views, cancelled=cancellation.is_wanted, folder=project_folder()
            )

    return Showing(names, source, as_json, summary, report).run(work)


def _options(given: Mapping[str, Any]) -> "ReleaseOptions":
    """Return what the user has given as options of a release; raise ReleaseInputError for what contradicts itself."""
    from ..release.options import IfInconclusive, ReleaseOptions  # noqa: PLC0415  # loads boto3

    for options in _EXCLUSIVE:
        _check_exclusive([option for option in options if given[option]])
    return ReleaseOptions(
        **{option: given[option] for option in _SAME},
        ramp="all-at-once" if given["all_at_once"] else given["ramp"],
        if_inconclusive=IfInconclusive(given["if_inconclusive"]),
    )


def _check_exclusive(given: Sequence[str]) -> None:
    if len(given) > 1:
        spelled = " and ".join(f"`--{option.replace('_', '-')}`" for option in given)
        why = ": what was begun goes on as it was begun" if "resume" in given else ""
        raise ReleaseInputError(f"{spelled} cannot be combined{why}", "leave all but one of them away")
