"""One run of a program in this process: the SDK's own runtime, with the recording monitor as its engine."""

import asyncio
import contextvars
import functools
import inspect
from collections.abc import Callable, Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

from pulumi.runtime import set_all_config, settings
from pulumi.runtime.stack import run_in_stack

from .backend import Backend
from .log import EngineLog
from .monitor import Monitor
from .program import Program, loaded
from .recording import Recording

__all__ = ["run_program"]


def run_program(
    program: Program,
    backend: Backend,
    *,
    project: str,
    stack: str,
    config: Mapping[str, str] | None = None,
    secret_keys: Iterable[str] = (),
    root: Path | None = None,
    preview: bool = False,
    organization: str = "organization",
    parallel: int = 1,
) -> Recording:
    """Run `program` to its end with `backend` in place of AWS, and return what it registered.

    Errors of the program and of the back end are raised as they are. Nothing of the run is left behind, threads
    included: it can be repeated in one process, from any thread, and inside a running event loop, which then waits.

    `config` maps full keys (`aws:region`, `shop:limit`) to text, objects as JSON; `secret_keys` are its secret ones.
    `root` is the folder that holds Pulumi.yaml; by default the nearest above the program, or above the working
    directory if the program is a function. `parallel` is how many calls to the back end may run at once; with one, the
    default, the order of registrations is always the same.
    """
    monitor, log = Monitor(backend, project, stack, preview), EngineLog()

    def run() -> Recording:
        settings.ROOT.set(None)
        settings.configure(
            settings.Settings(
                project=project,
                stack=stack,
                monitor=monitor,
                engine=log,
                dry_run=preview,
                organization=organization,
                root_directory=_root(program, root),
            )
        )
        set_all_config(dict(config or {}), list(secret_keys))
        with loaded(program) as function:
            _complete(run_in_stack(functools.partial(_begun, function)), parallel)
        return monitor.recording(log.messages)

    return _in_own_context(run)


def _root(program: Program, root: Path | None) -> str | None:
    if root is not None:
        return str(root.resolve())
    start = program.resolve() if isinstance(program, Path) else Path.cwd()
    return next((str(folder) for folder in (start, *start.parents) if (folder / "Pulumi.yaml").is_file()), None)


def _in_own_context(run: Callable[[], Recording]) -> Recording:
    """Call `run` where its context variables, which is where the SDK keeps its state, are nobody else's."""
    context = contextvars.copy_context()
    if not _inside_event_loop():
        return context.run(run)
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(context.run, run).result()


def _inside_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def _begun(function: Callable[[], object]) -> None:
    """Run the program, and let the registrations it made begin.

    The SDK waits first for registrations that have begun, then for Outputs: each time one is known, it looks through
    all that are not. With nothing begun, that takes time that grows with the square of their number.
    """
    result = function()
    if inspect.isawaitable(result):
        await result
    await asyncio.sleep(0)


def _complete(coroutine: Coroutine[Any, Any, None], parallel: int) -> None:
    # With a factory, the runner does not touch the event loop of the thread. Its `run` would install a signal handler.
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        loop = runner.get_loop()
        loop.set_default_executor(ThreadPoolExecutor(max_workers=parallel))
        loop.set_exception_handler(_forget)
        failure = _failure(loop, coroutine)
    if failure is not None:
        raise failure


def _forget(_loop: asyncio.AbstractEventLoop, _context: dict[str, Any]) -> None:
    """Ignore errors that nobody waits for: they are echoes of the one that ended the run."""


def _failure(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, None]) -> BaseException | None:
    """Run to the end and return the error that came first; the SDK raises any of those that followed from it."""
    try:
        loop.run_until_complete(coroutine)
    except Exception as error:  # noqa: BLE001  # handed to the caller of the run
        manager = cast(Any, settings.SETTINGS).rpc_manager
        return _original(manager.unhandled_exception or error)
    return None


def _original(error: BaseException) -> BaseException:
    """Return an error as it was before the SDK wrapped it in its own words, or raised it from itself."""
    if error.__cause__ is error:
        error.__cause__, error.__suppress_context__ = None, False
    while error.__context__ is not None and str(error).startswith("While processing "):
        error = error.__context__
    return error
