"""Release: move an alias to a new version by evidence, and back."""

from .account import Account
from .branch import Branch, BranchOptions, create_branch, delete_branch, list_branches
from .clock import Clock, SystemClock
from .events import Event, EventKind, Listener
from .judge import JudgeSettings
from .options import IfInconclusive, ReleaseOptions
from .outcome import FunctionOutcome, Outcome, Result
from .permissions import Command, policy
from .prune import CodeStorage, Pruned, prune, read_code_storage
from .ramp import Ramp
from .releasing import release
from .rolling_back import rollback
from .status import FunctionStatus, Unfinished, status
from .target import ReleaseTarget, read_targets, selected

__all__ = [
    "Account",
    "Branch",
    "BranchOptions",
    "Clock",
    "CodeStorage",
    "Command",
    "Event",
    "EventKind",
    "FunctionOutcome",
    "FunctionStatus",
    "IfInconclusive",
    "JudgeSettings",
    "Listener",
    "Outcome",
    "Pruned",
    "Ramp",
    "ReleaseOptions",
    "ReleaseTarget",
    "Result",
    "SystemClock",
    "Unfinished",
    "create_branch",
    "delete_branch",
    "list_branches",
    "policy",
    "prune",
    "read_code_storage",
    "read_targets",
    "release",
    "rollback",
    "selected",
    "status",
]
