"""The command group `lambdaform sandbox`: `up` and `serve`.

Exit codes: 0 all was as expected, 1 the program failed or an answer was wrong, 2 the command could not start as asked,
130 interrupted, 143 terminated. What the commands need is imported when they run, so that help costs nothing.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import click

from .errors import PortInUseError, SandboxError
from .signals import Terminated, ended_by_signals

__all__ = ["sandbox"]

FAILED, NOT_STARTED, INTERRUPTED, TERMINATED = 1, 2, 130, 143


@click.group()
def sandbox() -> None:
    """Run everything on this machine: an AWS on loopback, without an account, without a network."""


@sandbox.command()
@click.option("--stack", default="sandbox", show_default=True, help="Stack whose configuration is used.")
@click.option("--keep", is_flag=True, help="Stay until Ctrl-C, so that you can send requests of your own.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of the AWS endpoint; 0 is any free one.")
def up(stack: str, keep: bool, port: int) -> None:
    """Deploy the program, send it real requests, show what happened."""
    with _exit_codes(NOT_STARTED):
        from .up import prepare  # noqa: PLC0415  # see above
        from .up import up as deploy  # noqa: PLC0415  # see above

        plan = prepare(Path.cwd(), stack)
    with _exit_codes(FAILED):
        as_expected = deploy(plan, port, keep)
    raise SystemExit(0 if as_expected else FAILED)


@sandbox.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of the AWS endpoint; 0 is any free one.")
def serve(port: int) -> None:
    """Start an empty sandbox and stay until Ctrl-C."""
    with _exit_codes(FAILED):
        from .serve import serve as stay  # noqa: PLC0415  # see above

        stay(port)


@contextmanager
def _exit_codes(for_errors: int) -> Generator[None]:
    try:
        with ended_by_signals():
            yield
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except Terminated:
        raise SystemExit(TERMINATED) from None
    except SandboxError as error:
        click.echo(f"error: {error}", err=True)
        raise SystemExit(NOT_STARTED if isinstance(error, PortInUseError) else for_errors) from None
