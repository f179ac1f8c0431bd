"""The value that is not known yet: in a preview, what only AWS will say."""

from typing import Final

__all__ = ["UNKNOWN"]


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()
"""Stands for any value, also within a list or a mapping."""
