"""The command line `lambdaform`, an extra: `pip install "lambdaform-delivery[cli]"`."""

import sys
from importlib.util import find_spec

__all__ = ["main"]


def main() -> None:
    """Run one command and end the process: 0 done, 1 failed, 2 wrong input, 130 interrupted."""
    missing = [name for name in ("click", "rich") if find_spec(name) is None]
    if missing:
        print(f"error: the command line needs {' and '.join(missing)}", file=sys.stderr)
        print('hint: pip install "lambdaform-delivery[cli]"', file=sys.stderr)
        raise SystemExit(1)
    from .group import run  # noqa: PLC0415  # needs click

    raise SystemExit(run(sys.argv[1:]))
