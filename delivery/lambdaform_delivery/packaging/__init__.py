"""A folder in, the same bytes out everywhere: packages for Lambda's Python runtimes."""

from .packager import Package, package
from .target import Target

__all__ = ["Package", "Target", "package"]
