"""Where a command takes its functions from: the outputs of a stack, out of a file or from Pulumi."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from ..errors import ReleaseInputError
from ..packaging.project import project_root

if TYPE_CHECKING:
    from ..release.target import ReleaseTarget

__all__ = ["StackOutputs", "project_folder", "source_options"]

_STANDARD_INPUT = "-"
_WRITE_OUTPUTS = "write the outputs with `pulumi stack output --json > outputs.json` and name the file in `--outputs`"
_COMMAND = re.compile(r"lambdaform (?:branch|prune|release|rollback|status)\b[^`\n]*")

Command = TypeVar("Command", bound=Callable[..., Any])


def source_options(command: Command) -> Command:
    """Give a command the options `--outputs` and `--stack`."""
    stack = click.option("--stack", metavar="S", help="Stack of the project, asked with `pulumi stack output`.")
    outputs = click.option("--outputs", metavar="FILE", help="What `pulumi stack output --json` printed, - for stdin.")
    return outputs(stack(command))


def project_folder() -> Path:
    """Return the folder that the paths in the outputs are relative to: the project's, or else the current one."""
    return project_root(Path.cwd()) or Path.cwd()


@dataclass(frozen=True)
class StackOutputs:
    """The outputs that the options name, exactly one of the two."""

    outputs: str | None = None
    """File, or `-` for standard input."""
    stack: str | None = None

    def targets(self, names: Sequence[str]) -> "tuple[ReleaseTarget, ...]":
        """Return the named functions; raise ReleaseInputError if they cannot be had."""
        from ..release.target import read_targets, selected  # noqa: PLC0415  # loads boto3

        if bool(self.outputs) == bool(self.stack):
            problem = "are both given" if self.outputs else "are both missing"
            raise ReleaseInputError(f"`--outputs` and `--stack` {problem}: the functions come from one of them")
        return selected(read_targets(self._read()), names)

    def pasteable(self, text: str) -> str:
        """Return the text with these outputs named in each of our commands; they end at a backtick or with the text."""
        option, value = ("--outputs", self.outputs) if self.outputs else ("--stack", self.stack)
        return _COMMAND.sub(lambda found: f"{found[0]} {shlex.join([option, value])}" if value else found[0], text)

    def _read(self) -> dict[str, Any]:
        source = f"`{self.outputs}`" if self.outputs else f"the outputs of the stack `{self.stack}`"
        try:
            outputs = json.loads(_file(self.outputs) if self.outputs else _of_stack(self.stack or ""))
        except ValueError as error:
            raise ReleaseInputError(f"{source} is not JSON: {error}", _WRITE_OUTPUTS) from None
        if not isinstance(outputs, dict):
            raise ReleaseInputError(f"{source} is JSON, but not an object of outputs", _WRITE_OUTPUTS)
        return cast("dict[str, Any]", outputs)


def _file(name: str) -> bytes:
    if name == _STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise ReleaseInputError(f"`--outputs {name}` cannot be read: {error.strerror}", _WRITE_OUTPUTS) from None


def _of_stack(stack: str) -> bytes:
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise ReleaseInputError("`--stack` asks `pulumi`, which is not on the PATH", _WRITE_OUTPUTS)
    command = [pulumi, "stack", "output", "--json", "--non-interactive", "--stack", stack]
    ran = subprocess.run(command, cwd=project_folder(), capture_output=True, check=False)  # noqa: S603  # no shell
    if ran.returncode:
        said = ran.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {ran.returncode}"]
        raise ReleaseInputError(f"the outputs of the stack `{stack}` cannot be had: {said[-1]}", _WRITE_OUTPUTS)
    return ran.stdout
