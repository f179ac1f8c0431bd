"""Sizes as the command line words them."""

__all__ = ["size"]

_UNITS = (("GB", 1024**3), ("MB", 1024**2), ("kB", 1024))


def size(size_bytes: int) -> str:
    """Return a size, such as `75.00 GB` or `912 bytes`; its units are powers of 1024, as in AWS's limits."""
    for unit, unit_bytes in _UNITS:
        if size_bytes >= unit_bytes:
            return f"{size_bytes / unit_bytes:.2f} {unit}"
    return f"{size_bytes} bytes"
