"""What the parts of the sandbox notice on the way, such as a missing grant: one line each, without a stack trace."""

import logging
from collections.abc import Generator
from contextlib import contextmanager

import click

__all__ = ["shown"]

_logger = logging.getLogger(__package__)
_logger.addHandler(logging.NullHandler())  # without any handler, Python prints warnings itself, with their traces


@contextmanager
def shown() -> Generator[None]:
    """Show notes on standard error until the block ends: what breaks while the sandbox is stopped is no news."""
    handler = _Lines(logging.WARNING)
    _logger.addHandler(handler)
    try:
        yield
    finally:
        _logger.removeHandler(handler)


class _Lines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        reason = f": {record.exc_info[1]}" if record.exc_info else ""
        click.echo(f"note: {record.getMessage()}{reason}", err=True)
