"""Handlers out of the published zip, each in a child process under its role's credentials."""

from .interpreter import NoInterpreterError, find_interpreter
from .local_runtime import LocalRuntime

__all__ = ["LocalRuntime", "NoInterpreterError", "find_interpreter"]
