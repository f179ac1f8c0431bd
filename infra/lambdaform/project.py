"""Where the program's files are: the folder of Pulumi.yaml."""

from pathlib import Path

import pulumi

from .errors import ProjectError

__all__ = ["project_root"]


def project_root() -> Path:
    """Return the folder that relative paths of a program start from.

    The engine says where it is. Plain Pulumi mocks say a folder that does not exist; then it is the nearest folder
    above the working directory that holds a Pulumi.yaml.
    """
    told = Path(pulumi.get_root_directory() or "")
    if told.is_absolute() and told.is_dir():
        return told
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "Pulumi.yaml").is_file():
            return folder
    raise ProjectError(f"no Pulumi.yaml in {here} or above it; run the program from inside its project")
