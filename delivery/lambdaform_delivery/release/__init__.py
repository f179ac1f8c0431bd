"""Release: move an alias to a new version by evidence, and back."""

from .clock import Clock, SystemClock
from .events import Event, EventKind, Listener
from .judge import JudgeSettings
from .options import IfInconclusive, ReleaseOptions
from .outcome import FunctionOutcome, Outcome, Result
from .ramp import Ramp
from .releasing import release
from .rolling_back import rollback
from .target import ReleaseTarget, read_targets, selected

__all__ = [
    "Clock",
    "Event",
    "EventKind",
    "FunctionOutcome",
    "IfInconclusive",
    "JudgeSettings",
    "Listener",
    "Outcome",
    "Ramp",
    "ReleaseOptions",
    "ReleaseTarget",
    "Result",
    "SystemClock",
    "read_targets",
    "release",
    "rollback",
    "selected",
]
