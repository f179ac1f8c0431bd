"""The environment variables that lead a process into the sandbox, and out of every real account."""

import contextlib
import os
import shlex
import sys
from collections.abc import Generator, Iterable, Mapping
from pathlib import Path

import boto3  # pyright: ignore[reportMissingTypeStubs]  # it has none

from .account_guard import require_loopback
from .server import AwsServer

__all__ = ["environment", "exports", "isolated", "sandboxed", "variables"]

_OTHERS = ("AWS_", "PULUMI_")
"""How the variables begin that could point an SDK or Pulumi to a real account, a real stack or another passphrase."""


def variables(aws: AwsServer, home: Path, provider_port: int) -> dict[str, str]:
    """Return what a process needs; `home` gets Pulumi's own files, so that no stack of a real backend can be seen."""
    return {**_neutral(os.environ), **_aws(aws), **_pulumi(home, provider_port)}


def environment(given: Mapping[str, str], surroundings: Mapping[str, str]) -> dict[str, str]:
    """Return the whole environment of a process: its surroundings without what misleads, and the given variables."""
    hidden = _misleading(surroundings)
    return {**{name: value for name, value in surroundings.items() if name not in hidden}, **given}


def exports(given: Mapping[str, str]) -> str:
    """Return lines for a shell: forget whatever it has that misleads, then set these."""
    patterns = "; ".join(f"s/^\\({beginning}[A-Za-z0-9_]*\\)=.*/\\1/p" for beginning in _OTHERS)
    forgetting = f"unset AWS_PROFILE $(env | sed -n '{patterns}')"  # with one name at least: zsh wants it
    return "\n".join([forgetting, *(f"export {name}={shlex.quote(value)}" for name, value in given.items())])


@contextlib.contextmanager
def isolated() -> Generator[None]:
    """Hide the user's AWS settings and proxies from this process for a while."""
    with _replaced(_misleading(os.environ), _neutral(os.environ)):
        yield


@contextlib.contextmanager
def sandboxed(aws: AwsServer) -> Generator[None]:
    """Lead the AWS SDK of this process into the sandbox for a while: a program may call AWS itself."""
    with _replaced(_misleading(os.environ), {**_neutral(os.environ), **_aws(aws)}):
        yield


def _neutral(surroundings: Mapping[str, str]) -> dict[str, str]:
    """Return settings without any of the user's: no configuration files, no proxy on the way to loopback."""
    given = surroundings.get("no_proxy", surroundings.get("NO_PROXY", "")).split(",")
    direct = ",".join(dict.fromkeys([*filter(None, given), "127.0.0.1"]))
    return {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": direct,
        "no_proxy": direct,
    }


def _aws(aws: AwsServer) -> dict[str, str]:
    require_loopback(aws.endpoint)
    return {
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_ACCESS_KEY_ID": aws.credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": aws.credentials.secret_access_key,
        "AWS_REGION": aws.region,
        "AWS_DEFAULT_REGION": aws.region,
    }


def _pulumi(home: Path, provider_port: int) -> dict[str, str]:
    return {
        "PULUMI_DEBUG_PROVIDERS": f"aws:{provider_port}",
        "PULUMI_HOME": str(home / "home"),
        # Without files of metadata: a command that is killed while it writes one leaves a state that nobody can read.
        "PULUMI_BACKEND_URL": f"{(home / 'state').as_uri()}?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE": "sandbox",
        "PULUMI_PYTHON_CMD": sys.executable,  # of programs that name no virtualenv of their own
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def _misleading(surroundings: Iterable[str]) -> set[str]:
    return {name for name in surroundings if name.startswith(_OTHERS)}


@contextlib.contextmanager
def _replaced(removed: set[str], added: Mapping[str, str]) -> Generator[None]:
    names = {*removed, *added}
    before = {name: os.environ[name] for name in names if name in os.environ}
    session, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, None  # it remembers the credentials it has found
    for name in before:
        del os.environ[name]
    os.environ.update(added)
    try:
        yield
    finally:
        boto3.DEFAULT_SESSION = session
        for name in added:
            os.environ.pop(name, None)
        os.environ.update(before)
