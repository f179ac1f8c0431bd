"""Unit tests of Pulumi programs: run one in this process and look at what it registered.

    recording = deploy(lambda: Function("worker", {"source": "lambdas/worker", "timeout": 30, ...}))
    assert recording.one("aws:lambda/function:Function")["timeout"] == 30

The sandbox runs programs with the same recorder, in front of its own AWS.
"""

from .backend import Backend
from .deployment import deploy
from .fake_aws import FakeAws
from .recording import Invoke, LogMessage, Recording, Resource
from .run import run_program
from .wire import UNKNOWN

__all__ = [
    "UNKNOWN",
    "Backend",
    "FakeAws",
    "Invoke",
    "LogMessage",
    "Recording",
    "Resource",
    "deploy",
    "run_program",
]
