"""The short way to run a program in a unit test: `deploy`."""

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path

from .backend import Backend
from .fake_aws import FakeAws
from .packages import without_dependencies
from .program import Program
from .recording import Recording
from .run import run_program

__all__ = ["deploy"]


def deploy(
    program: Program,
    *,
    backend: Backend | None = None,
    preview: bool = False,
    project: str = "project",
    stack: str = "stack",
    config: Mapping[str, str] | None = None,
    secret_keys: Iterable[str] = (),
    root: Path | None = None,
    account: str = "123456789012",
    region: str = "eu-west-1",
    packages: bool = False,
) -> Recording:
    """Run `program`, a function or the path of a program, and return what it registered.

        recording = deploy(lambda: Function("worker", {...}))

    `backend` is by default a `FakeAws` in `account` and `region`; `aws:region` in `config` counts more. In a `preview`,
    ids and outputs are unknown, as in a `pulumi preview` of a new stack. With `packages`, source folders are packaged
    with their dependencies, which may be downloaded; by default a package holds the folder's own files. The rest is as
    in `run_program`.
    """
    values = {"aws:region": region, **(config or {})}
    run = functools.partial(
        run_program,
        program,
        backend or FakeAws(account=account, region=values["aws:region"]),
        project=project,
        stack=stack,
        config=values,
        secret_keys=secret_keys,
        root=root,
        preview=preview,
    )
    return run() if packages else without_dependencies(run)
