"""The command group and its exit codes."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec

import click

from ..errors import LambdaformError
from .branch import branch
from .comment import comment
from .package import package
from .prune import prune
from .release import release
from .rollback import rollback
from .status import status

__all__ = ["lambdaform", "run"]

INTERRUPTED = 130
_SANDBOX = "sandbox"


class _Group(click.Group):
    """A group that takes `sandbox` from its own distribution, when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = super().list_commands(ctx)
        return sorted([*names, _SANDBOX]) if find_spec("lambdaform_sandbox") else names

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _sandbox() if cmd_name == _SANDBOX else super().get_command(ctx, cmd_name)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lambdaform-delivery", message="lambdaform %(version)s")
def lambdaform() -> None:
    """AWS Lambda in production: packages, releases, and a sandbox to try them in."""


lambdaform.add_command(branch)
lambdaform.add_command(comment)
lambdaform.add_command(package)
lambdaform.add_command(prune)
lambdaform.add_command(release)
lambdaform.add_command(rollback)
lambdaform.add_command(status)


def run(arguments: Sequence[str]) -> int:
    """Run the command that the arguments name and return the exit code; everything refused is one message."""
    try:
        code = lambdaform.main(list(arguments), prog_name="lambdaform", standalone_mode=False)
    except LambdaformError as error:
        click.echo(f"error: {error}", err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _sandbox() -> click.Command:
    if find_spec("lambdaform_sandbox") is None:
        raise LambdaformError("the sandbox is not installed", "pip install lambdaform-sandbox")
    return import_module("lambdaform_sandbox.cli").sandbox
