"""`sandbox serve`: an empty sandbox that stays until it is interrupted."""

import os
import threading

from rich.console import Console

from . import notes, report
from .sandbox import Sandbox
from .shell import exports, variables

__all__ = ["serve", "show_exports", "stay"]

SECONDS_BETWEEN_LOOKS = 1.0


def serve(port: int) -> None:
    """Start an empty sandbox, say how to use it, stay."""
    console = report.console()
    with Sandbox(port) as sandbox, notes.shown():
        show_exports(sandbox, console)
        stay()


def show_exports(sandbox: Sandbox, console: Console) -> None:
    """Print the lines that lead another shell into the sandbox."""
    console.print("\nto use it from another shell (Ctrl-C here ends it):\n")
    console.print(exports(variables(sandbox.aws, sandbox.home), os.environ), markup=False)


def stay() -> None:
    """Wait until interrupted."""
    while not threading.Event().wait(SECONDS_BETWEEN_LOOKS):
        pass  # a signal that arrives just before an endless wait would not be seen until the next one
