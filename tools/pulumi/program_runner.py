"""Run one Pulumi program once, as the child of the language host; what to run comes as one JSON line on stdin."""

import os
import signal

signal.signal(signal.SIGINT, lambda *_: os._exit(130))  # before the slow imports: Ctrl-C shows no traceback

import asyncio
import json
import logging
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

BAIL = 32


def main() -> int:
    """Run the program and return the exit code: 0, or `BAIL` when the engine has been told what went wrong."""
    request = json.loads(sys.stdin.readline())
    import pulumi

    _configure(request)
    program = Path(request["program"])
    os.chdir(request["pwd"])
    sys.path[0] = str(program if program.is_dir() else program.parent)
    sys.argv = [str(program)]
    if program.is_dir() and not (program / "__main__.py").is_file():
        pulumi.log.error(f"unable to find main python program `__main__.py` in `{program}`")
        return BAIL
    return _run(program, request)


def _configure(request: dict[str, Any]) -> None:
    from pulumi.runtime import Settings, configure, set_all_config

    set_all_config(request["config"], request["config_secret_keys"])
    configure(
        Settings(
            monitor=request["monitor"],
            engine=request["engine"],
            project=request["project"],
            stack=request["stack"],
            parallel=request["parallel"],
            dry_run=request["dry_run"],
            organization=request["organization"],
            root_directory=request["root_directory"],
        )
    )


def _run(program: Path, request: dict[str, Any]) -> int:
    import grpc
    import pulumi
    from pulumi.runtime import run_in_stack

    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # what failed is reported below, once
    loop = asyncio.new_event_loop()
    loop.set_default_executor(ThreadPoolExecutor(max_workers=max(1, request["parallel"]) * 4))
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(run_in_stack(lambda: _as_main(program)))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
    except grpc.RpcError as error:
        if error.code() not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
            pulumi.log.error(_explained(error, request["root_directory"]))
    except (Exception, KeyboardInterrupt) as error:
        pulumi.log.error(_explained(error, request["root_directory"]))
    else:
        return 0
    return BAIL


def _as_main(program: Path) -> None:
    runpy.run_path(str(program), run_name="__main__")


def _explained(error: BaseException, root: str) -> str:
    """Return the error with the frames of the program, without those of libraries."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _of_program(frame.filename, root)]
    text = "".join(traceback.format_list(frames) + traceback.format_exception_only(error))
    return f"Program failed with an unhandled exception:\n{text}"


def _of_program(filename: str, root: str) -> bool:
    return filename.startswith(root) and "site-packages" not in filename and not filename.startswith("<frozen")


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # threads of grpc must not hold the process
