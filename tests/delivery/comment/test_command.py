"""The command `lambdaform comment`."""

import io
import sys
from pathlib import Path

import pytest
from delivery.comment.digests import step, text
from lambdaform_delivery.cli.group import run
from lambdaform_delivery.comment import parse, render

TABLE = "aws:dynamodb/table:Table"
DIGEST = text(*(step("create", TABLE, f"table-{number}") for number in range(100)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "digest.json"
    path.write_text(DIGEST, encoding="utf-8")
    return path


def test_a_file_becomes_a_comment_on_standard_output(file: Path, capfdbinary: pytest.CaptureFixture[bytes]):
    assert run(["comment", str(file)]) == 0
    assert capfdbinary.readouterr().out.decode() == render(parse(DIGEST))


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(DIGEST.encode())))
    assert run(["comment", "-"]) == 0
    assert capfdbinary.readouterr().out.decode() == render(parse(DIGEST))


def test_out_is_written_and_nothing_printed(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["comment", str(file), "--out", str(tmp_path / "comment.md")]) == 0
    assert (tmp_path / "comment.md").read_bytes().decode() == render(parse(DIGEST))
    assert capsys.readouterr().out == ""


def test_max_bytes_bounds_the_comment(file: Path, tmp_path: Path):
    assert run(["comment", str(file), "--out", str(tmp_path / "comment.md"), "--max-bytes", "2000"]) == 0
    assert (tmp_path / "comment.md").stat().st_size <= 2_000


def test_a_failed_preview_is_a_comment_as_well(tmp_path: Path):
    failed = tmp_path / "failed.json"
    failed.write_text(text(diagnostics=[("error", "no")]), encoding="utf-8")
    assert run(["comment", str(failed), "--out", str(tmp_path / "comment.md")]) == 0


def test_a_byte_order_mark_is_no_part_of_the_digest(tmp_path: Path):
    marked = tmp_path / "marked.json"
    marked.write_text(DIGEST, encoding="utf-8-sig")
    assert run(["comment", str(marked), "--out", str(tmp_path / "comment.md")]) == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "error: the digest is not one JSON object, line 1 column 2\nhint: pass what `pulumi preview --json"),
        (b"\xff\xfe", "error: the digest is not text in UTF-8\n"),
    ],
)
def test_what_is_no_digest_is_one_error_and_ends_with_2(
    content: bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "digest.json").write_bytes(content)
    assert run(["comment", str(tmp_path / "digest.json")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(message)


@pytest.mark.parametrize("arguments", [[], ["missing.json"], ["-", "--max-bytes", "1999"]])
def test_wrong_arguments_are_usage_errors(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    assert run(["comment", *arguments]) == 2
    assert capsys.readouterr().err.startswith("Usage: lambdaform comment")


def test_an_out_that_cannot_be_written_ends_with_1(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["comment", str(file), "--out", str(tmp_path / "no/comment.md")]) == 1
    assert capsys.readouterr().err == (
        f"error: `{tmp_path}/no/comment.md` cannot be written: No such file or directory\nhint: choose another --out\n"
    )
