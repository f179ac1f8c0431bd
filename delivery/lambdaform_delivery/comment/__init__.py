"""The pull-request comment: what a preview would change, as Markdown, the dangerous part first."""

from .digest import Digest, parse
from .page import DEFAULT_MAX_BYTES, SMALLEST_MAX_BYTES, render

__all__ = ["DEFAULT_MAX_BYTES", "SMALLEST_MAX_BYTES", "Digest", "parse", "render"]
