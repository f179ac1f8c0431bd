from lambdaform_sandbox.runtime.captured_output import MAXIMUM_BYTES, MAXIMUM_LINES, CapturedOutput


def lines_of(*chunks: bytes) -> list[str]:
    output = CapturedOutput()
    for chunk in chunks:
        output.add(chunk)
    return output.lines()


def test_lines_are_put_together_from_chunks() -> None:
    assert lines_of(b"one\ntw", b"o\n\nthree") == ["one", "two", "three"]


def test_what_is_no_text_is_kept_as_far_as_it_goes() -> None:
    assert lines_of(b"\xffok\n") == ["\ufffdok"]


def test_a_flood_is_cut_and_the_log_says_so() -> None:
    line = b"x" * 99 + b"\n"

    lines = lines_of(*[line] * 20_000)

    assert len(lines) <= MAXIMUM_LINES + 1
    assert lines[-1].startswith("[sandbox] the output of this invocation was cut here: ")


def test_every_byte_is_either_kept_or_counted_as_dropped() -> None:
    line = b"x" * 99 + b"\n"

    *kept, note = lines_of(*[line] * 20_000)

    dropped = int(note.split(": ")[1].split(" ")[0].replace(",", ""))
    assert sum(len(each) + 1 for each in kept) + dropped == 20_000 * len(line)


def test_the_log_of_one_invocation_fits_into_one_call_of_put_log_events() -> None:
    for flood in (b"x\n" * 1_000_000, b"x" * 2_000_000, "\u20ac\n".encode() * 500_000):
        lines = lines_of(flood)
        assert len(lines) <= MAXIMUM_LINES + 1
        assert sum(len(line.encode()) + 26 for line in lines[:-1]) <= MAXIMUM_BYTES


def test_a_long_line_goes_on_in_the_next_event() -> None:
    lines = lines_of(b"x" * 150_000)

    assert "".join(lines) == "x" * 150_000
    assert max(map(len, lines)) <= 60_000
