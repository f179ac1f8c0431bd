"""The command `lambdaform rollback`."""

from typing import TYPE_CHECKING

import click

from .cancellation import Cancellation
from .showing import AliasCommand, Showing
from .targets import StackOutputs, source_options

if TYPE_CHECKING:
    from ..release.outcome import Outcome
    from ..view.views import Views

__all__ = ["rollback"]


@click.command(cls=AliasCommand)
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@source_options
@click.option("--to", metavar="N", help="Version to go back to. Default: the one that was live before.")
@click.option("--if-unfinished", is_flag=True, help="Only end a release that was left unfinished; else do nothing.")
@click.option("--expect-account", metavar="ID", help="Refuse any other AWS account.")
@click.option("--json", "as_json", is_flag=True, help="Print every event as one line of JSON.")
def rollback(
    names: tuple[str, ...],
    outputs: str | None,
    stack: str | None,
    to: str | None,
    if_unfinished: bool,
    expect_account: str | None,
    as_json: bool,
) -> int:
    """Give all calls of each NAME back to the version before, at once.

    Run `lambdaform rollback NAME... --if-unfinished` as the last step of a CI job, whatever became of the release:
    it does nothing unless one was left unfinished. Exit codes as of `lambdaform release`.
    """
    source = StackOutputs(outputs, stack)

    def work(views: "Views") -> "Outcome":
        from ..release import rollback as run  # noqa: PLC0415  # loads boto3
        from ..release.clock import SystemClock  # noqa: PLC0415  # the same

        targets, clock = source.targets(names), SystemClock()
        # A rollback is a few short calls: whoever interrupts it wants no half of it.
        with Cancellation(clock.wake).on_signals():
            return run(
                targets, to=to, if_unfinished=if_unfinished, expect_account=expect_account, clock=clock, listen=views
            )

    return Showing(names, source, as_json).run(work)
