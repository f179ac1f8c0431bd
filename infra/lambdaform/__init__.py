"""AWS Lambda in production, on Pulumi, in Python: components that are safe by default.

    from lambdaform import Defaults, Function, HttpApi, Queue, QueueSource, grants

Every component takes `(name, args, opts)`; every key of `args` is documented where it is declared.
"""

from .alarms import AlarmOptions, FunctionAlarms, FunctionAlarmsArgs
from .alias import AliasOwner, LiveAlias, LiveAliasArgs
from .code import Artifact, ImageOptions
from .defaults import Defaults
from .errors import InputError, LambdaformError, Problem, ProjectError
from .fronts import Cors, HttpApi, HttpApiArgs, JwtAuthorizer, LambdaAuthorizer, Throttle
from .function import Function
from .function_args import Asynchronous, FileSystem, FunctionArgs, Network, RuntimeUpdateOn, RuntimeUpdates
from .iam import Condition, Statement, grants
from .logs import FunctionLogs, FunctionLogsArgs, LogForward
from .queue import Queue, QueueArgs, QueueConsumption
from .release import ReleaseRecord
from .role import ExecutionRole, ExecutionRoleArgs
from .sources import QueueSource, QueueSourceArgs
from .target import Target
from .warmer import Warmer, WarmerArgs, WarmerOptions

__all__ = [
    "AlarmOptions",
    "AliasOwner",
    "Artifact",
    "Asynchronous",
    "Condition",
    "Cors",
    "Defaults",
    "ExecutionRole",
    "ExecutionRoleArgs",
    "FileSystem",
    "Function",
    "FunctionAlarms",
    "FunctionAlarmsArgs",
    "FunctionArgs",
    "FunctionLogs",
    "FunctionLogsArgs",
    "HttpApi",
    "HttpApiArgs",
    "ImageOptions",
    "InputError",
    "JwtAuthorizer",
    "LambdaAuthorizer",
    "LambdaformError",
    "LiveAlias",
    "LiveAliasArgs",
    "LogForward",
    "Network",
    "Problem",
    "ProjectError",
    "Queue",
    "QueueArgs",
    "QueueConsumption",
    "QueueSource",
    "QueueSourceArgs",
    "ReleaseRecord",
    "RuntimeUpdateOn",
    "RuntimeUpdates",
    "Statement",
    "Target",
    "Throttle",
    "Warmer",
    "WarmerArgs",
    "WarmerOptions",
    "grants",
]
