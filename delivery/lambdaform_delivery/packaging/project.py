"""Where the project is that a path belongs to."""

from pathlib import Path

__all__ = ["project_root"]


def project_root(start: Path) -> Path | None:
    """Return the nearest folder at or above `start` that holds a Pulumi.yaml, None if there is none."""
    here = start.resolve()
    return next((folder for folder in (here, *here.parents) if (folder / "Pulumi.yaml").is_file()), None)
