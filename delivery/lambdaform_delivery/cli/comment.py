"""The command `lambdaform comment`."""

from pathlib import Path
from typing import BinaryIO

import click

from ..comment import DEFAULT_MAX_BYTES, SMALLEST_MAX_BYTES, parse, render
from ..errors import CommentError, DigestError

__all__ = ["comment"]


@click.command()
@click.argument("digest", type=click.File("rb"))
@click.option("--out", type=click.Path(path_type=Path), help="File to write instead of printing.")
@click.option(
    "--max-bytes",
    type=click.IntRange(min=SMALLEST_MAX_BYTES),
    default=DEFAULT_MAX_BYTES,
    show_default=True,
    help="Longest comment in UTF-8.",
)
def comment(digest: BinaryIO, out: Path | None, max_bytes: int) -> None:
    """Turn a preview into a pull-request comment in Markdown.

    DIGEST is what `pulumi preview --json --show-sames` printed, - for standard input. The first line of the comment is
    a hidden marker of project and stack, by which the comment is found again.
    """
    try:
        text = digest.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DigestError("the digest is not text in UTF-8") from None
    rendered = render(parse(text), max_bytes).encode()
    if out:
        _write(out, rendered)
    else:
        click.echo(rendered, nl=False)


def _write(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise CommentError(f"`{out}` cannot be written: {error.strerror}", "choose another --out") from error
