"""How large a package may be."""

from ..errors import SizeError

__all__ = ["LARGEST_DIRECT_UPLOAD_BYTES", "LARGEST_UNPACKED_BYTES", "check_unpacked"]

LARGEST_DIRECT_UPLOAD_BYTES = 50 * 1024 * 1024
"""A larger zip goes through a bucket. AWS: 50 MB in the request itself."""
LARGEST_UNPACKED_BYTES = 250 * 1024 * 1024
"""Lambda takes no more, whatever the way. AWS: 250 MB with all layers, which are not known here."""


def check_unpacked(size_bytes: int, what: str) -> None:
    """Refuse what is larger than Lambda takes."""
    if size_bytes > LARGEST_UNPACKED_BYTES:
        raise SizeError(
            f"{what} is larger than 250 MB unpacked, more than Lambda takes",
            "leave out what the function does not use, or deploy it as a container image",
        )
