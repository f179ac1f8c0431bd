"""Work on aliases, shown while it goes on, and its end: what `release` and `rollback` have in common.

People are shown it on standard error, as a picture on a terminal and as lines elsewhere; programs get JSON on standard
output. Whatever the end is, it is said where the aliases stand.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import LambdaformError
from .targets import StackOutputs

if TYPE_CHECKING:
    from ..release.outcome import Outcome
    from ..view.stream import Stream
    from ..view.views import View, Views

__all__ = ["AliasCommand", "NewFile", "Showing"]


class AliasCommand(click.Command):
    """A command that says that nothing was changed when its arguments cannot be understood."""

    def make_context(self, *args: object, **kwargs: object) -> click.Context:
        """Parse the arguments; raise click.UsageError."""
        try:
            return super().make_context(*args, **kwargs)  # pyright: ignore[reportArgumentType]  # passed on as they are
        except click.UsageError:
            click.echo("nothing was changed", err=True)
            raise


class NewFile(click.Path):
    """A file that can be written, as far as can be known before it is."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401  # click's
        """Return the path; raise click.BadParameter if its folder does not exist."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not path.parent.is_dir():
            self.fail(f"the folder `{path.parent}` does not exist", param, ctx)
        return path


@dataclass(frozen=True)
class Showing:
    """How one command is to be shown."""

    names: Sequence[str]
    source: StackOutputs
    as_json: bool = False
    summary: Path | None = None
    report: Path | None = None

    def run(self, work: "Callable[[Views], Outcome]") -> int:
        """Do the work and return the exit code; what the work raises is raised again once it was shown."""
        views = self._views()
        try:
            outcome = work(views)
        except BaseException as error:
            if isinstance(error, LambdaformError) and error.hint:
                error.hint = self.source.pasteable(error.hint)
            views.finish(error)
            raise
        return views.finish(replace(outcome, recipe=self.source.pasteable(outcome.recipe))).exit_code

    def _views(self) -> "Views":
        from ..view.ending import Commands  # noqa: PLC0415  # loads boto3
        from ..view.stream import Stream  # noqa: PLC0415  # the same
        from ..view.views import Views  # noqa: PLC0415  # the same

        out, log = Stream(sys.stdout, "standard output"), Stream(sys.stderr, "standard error")
        names = " ".join(self.names)
        commands = Commands(
            status=self.source.pasteable(f"lambdaform status {names}"),
            restore=self.source.pasteable(f"lambdaform rollback {names} --if-unfinished"),
        )
        return Views(tuple(self._chosen(out, log)), commands, streams=(out,) if self.as_json else (), log=log)

    def _chosen(self, out: "Stream", log: "Stream") -> "Iterator[View]":
        from ..view.lines import Lines  # noqa: PLC0415  # loads boto3
        from ..view.ndjson import Ndjson  # noqa: PLC0415  # the same

        if self.as_json:
            yield Ndjson(out)
        if self.summary:
            from ..view.markdown import MarkdownSummary  # noqa: PLC0415  # the same

            yield MarkdownSummary(self.summary)
        if self.report:
            from ..view.html_report import HtmlReport  # noqa: PLC0415  # the same

            yield HtmlReport(self.report)
        if self._is_live(log):
            from ..view.live import LiveView  # noqa: PLC0415  # loads rich

            yield LiveView(log)
        else:
            yield Lines(log)

    def _is_live(self, log: "Stream") -> bool:
        """Whether there is a terminal that can be drawn on, and nothing else is printed on it."""
        is_able = os.environ.get("TERM", "dumb") not in ("dumb", "unknown") and not os.environ.get("CI")
        return log.isatty() and is_able and not self.as_json
