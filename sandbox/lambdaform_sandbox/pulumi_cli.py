"""Pulumi's command line: where it is, and how one command of it is run."""

import os
import shutil
import signal
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from .errors import SandboxError

__all__ = ["PulumiCli"]

SECONDS_TO_END = 10.0
"""A command that is interrupted saves its state and ends; after this time it is killed."""


@dataclass(frozen=True)
class PulumiCli:
    """A `pulumi` that can run programs in Python."""

    pulumi: Path
    search_path: str = field(repr=False)
    """The PATH on which it finds its language host."""

    @classmethod
    def find(cls, project: Path) -> Self | None:
        """Return the one on PATH, else the one in `.tools/bin` of the project; None if neither has a language host."""
        on_path = os.environ.get("PATH", os.defpath)
        for folders in (on_path, str(project / ".tools" / "bin")):
            pulumi = shutil.which("pulumi", path=folders)
            host = shutil.which("pulumi-language-python", path=folders)
            if pulumi and host:
                return cls(Path(pulumi), os.pathsep.join([str(Path(host).parent), on_path]))
        return None

    def run(self, arguments: list[str], folder: Path, environment: Mapping[str, str]) -> str:
        """Run a command to its end and return what it printed; raise SandboxError with that if it fails."""
        with self.started(arguments, folder, environment) as process:
            said, _ = process.communicate()
        if process.returncode:
            raise SandboxError(f"`pulumi {' '.join(arguments)}` failed: {said.strip()}")
        return said

    @contextmanager
    def started(
        self, arguments: list[str], folder: Path, environment: Mapping[str, str]
    ) -> Generator["subprocess.Popen[str]"]:
        """Start a command, with errors on its standard output; it ends with the block at the latest."""
        with subprocess.Popen(  # noqa: S603  # the pulumi that the user has
            [str(self.pulumi), *arguments, "--non-interactive", "--color", "never"],
            cwd=folder,
            env={**environment, "PATH": self.search_path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C reaches us alone, and we end the command
        ) as process:
            try:
                yield process
            finally:
                _end(process)


def _end(process: "subprocess.Popen[str]") -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
