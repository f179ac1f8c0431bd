"""Run one Pulumi program once, as the child of the language host; what to run comes as one JSON line on stdin."""

# ruff: noqa: E402  # the signal handler has to come before the slow imports

import os
import signal


def _end(*_: object) -> None:
    os._exit(130)


signal.signal(signal.SIGINT, _end)  # Ctrl-C shows no traceback

import asyncio
import gc
import json
import logging
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

try:
    import grpc
    import pulumi
    from pulumi.runtime import Settings, configure, run_in_stack, set_all_config
except ModuleNotFoundError as error:
    sys.exit(f"{error.name} is not installed for {sys.executable}\nhint: run `pulumi install`, or `make setup`")

__all__ = ["main"]

BAIL = 32
"""Exit code that says: the engine has been told what went wrong."""
ALLOCATIONS_BEFORE_COLLECTION = 50_000
"""Python's own 700 let the collector take a third of the time: a program keeps most of what it makes until its end."""
ENGINE_GONE = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)


def main() -> int:
    """Run the program and return the exit code: the program's own, or `BAIL`."""
    gc.set_threshold(ALLOCATIONS_BEFORE_COLLECTION)
    order = json.loads(sys.stdin.readline())
    _configure(order)
    program = Path(order["program"])
    os.chdir(order["pwd"])
    # Our own folder comes first otherwise, and its modules would hide those of the program.
    sys.path[0] = str(program if program.is_dir() else program.parent)
    sys.argv = [str(program)]
    if program.is_dir() and not (program / "__main__.py").is_file():
        pulumi.log.error(f"unable to find main python program `__main__.py` in `{program}`")
        return BAIL
    return _run(program, order)


def _configure(order: dict[str, Any]) -> None:
    set_all_config(order["config"], order["config_secret_keys"])
    names = ("monitor", "engine", "project", "stack", "parallel", "dry_run", "organization", "root_directory")
    configure(Settings(**{name: order[name] for name in names}))
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # what failed is reported below, once


def _run(program: Path, order: dict[str, Any]) -> int:
    loop = asyncio.new_event_loop()
    loop.set_default_executor(ThreadPoolExecutor(max_workers=max(1, order["parallel"]) * 4))
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(run_in_stack(lambda: _begun(program)))
    except SystemExit as stop:
        return _exit_code(stop)
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # whatever a program raises is shown
        if not _is_of_ending_engine(error):
            pulumi.log.error(_explained(_original(error), Path(order["root_directory"])))
    else:
        return 0
    return BAIL


async def _begun(program: Path) -> None:
    """Run the program, and let the registrations it made begin.

    The SDK waits first for registrations that have begun, then for Outputs: each time one is known, it looks through
    all that are not. With nothing begun, that takes time that grows with the square of their number.
    """
    _as_main(program)
    await asyncio.sleep(0)


def _as_main(program: Path) -> None:
    try:
        runpy.run_path(str(program), run_name="__main__")
    except SystemExit as stop:
        if stop.code:
            raise  # otherwise this is an ordinary end: what was registered so far counts


def _exit_code(stop: SystemExit) -> int:
    if isinstance(stop.code, int):
        return stop.code
    print(stop.code, file=sys.stderr)
    return 1


def _is_of_ending_engine(error: BaseException) -> bool:
    return isinstance(error, grpc.RpcError) and error.code() in ENGINE_GONE


def _original(error: BaseException) -> BaseException:
    """Return an error as it was before the SDK wrapped it in its own words."""
    while error.__context__ is not None and str(error).startswith("While processing "):
        error = error.__context__
    return error


def _explained(error: BaseException, root: Path) -> str:
    """Return the error with the frames of the program, without those of libraries."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_of_program(frame.filename, root)]
    text = "".join(traceback.format_list(frames) + traceback.format_exception_only(error))
    return f"Program failed with an unhandled exception:\n{text}"


def _is_of_program(filename: str, root: Path) -> bool:
    return Path(filename).is_relative_to(root) and "site-packages" not in filename


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # threads of grpc must not hold the process
