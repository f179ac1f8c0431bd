"""An alias's description: whatever is written is read again, in 256 characters, and the stack's own text stays."""

import dataclasses
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambdaform_delivery.errors import PreflightError
from lambdaform_delivery.release.description import LONGEST_DESCRIPTION, Description
from lambdaform_delivery.release.journal import Journal, Phase
from lambdaform_delivery.release.ramp import Ramp
from lambdaform_delivery.release.record import CodeVersion, Record

NUMBERS = st.integers(1, 99_999).map(str)
DIGESTS = st.text(string.ascii_letters + string.digits + "+/", min_size=8, max_size=8)
VERSIONS = st.builds(CodeVersion, NUMBERS, DIGESTS)
RECORDS = st.builds(
    Record,
    VERSIONS,
    st.lists(NUMBERS, max_size=3, unique=True).map(tuple),
    st.lists(VERSIONS, max_size=3, unique=True).map(tuple),
)
STARTED = 1_790_000_000
JOURNALS = st.builds(
    Journal,
    run=st.text("0123456789abcdef", min_size=6, max_size=6),
    owner=st.text("0123456789abcdef", min_size=4, max_size=4),
    to=VERSIONS,
    ramp=st.sampled_from([Ramp.parse(text) for text in ("all-at-once", "5,25,50", "5,pause,50", "1,2,5,10,20,35,50")]),
    member=st.integers(1, 9),
    members=st.integers(9, 20),
    started=st.just(STARTED),
    phase=st.sampled_from(Phase),
    step=st.integers(0, 6),
    since=st.just(0) | st.integers(STARTED + 1, STARTED + 10**6),
    beat=st.integers(STARTED, STARTED + 10**6),
    alarms=st.integers(0, 2**8),
)
TEXTS = st.text(string.printable + "äß", max_size=60).filter(lambda text: "[lf" not in text)


@given(TEXTS, st.none() | RECORDS)
def test_a_record_is_read_as_it_was_written(text: str, record: Record | None):
    described = Description(text, record)

    assert Description.parse(str(described)) == described


@given(TEXTS, RECORDS, JOURNALS)
def test_a_journal_always_fits_beside_60_characters_and_is_read_as_it_was_written(
    text: str, record: Record, journal: Journal
):
    written = str(Description(text, record, journal))

    found = Description.parse(written)
    assert len(written) <= LONGEST_DESCRIPTION
    assert (found.text, found.journal) == (text, journal)
    assert found.record is not None
    assert found.record.live == record.live
    assert record.previous[: len(found.record.previous)] == found.record.previous
    assert record.bad[: len(found.record.bad)] == found.record.bad


@given(RECORDS, JOURNALS)
def test_nothing_that_is_written_later_is_longer_than_the_longest(record: Record, journal: Journal):
    lock = dataclasses.replace(journal, step=min(journal.step, max(len(journal.ramp.steps) - 1, 0)))

    assert len(str(lock)) <= len(str(journal.at_its_longest()))
    assert record.live.number


def test_a_text_in_brackets_of_somebody_else_is_only_text():
    described = Description("live [blue] traffic", Record(CodeVersion("7")))

    assert str(described) == "live [blue] traffic [lf1 live=7]"
    assert Description.parse(str(described)) == described


def test_the_oldest_of_the_past_goes_first_where_there_is_no_room():
    bad = tuple(CodeVersion(number, "aaaaaaaa") for number in "987")
    described = Description("x" * 203, Record(CodeVersion("10"), ("6", "5", "4"), bad))

    found = Description.parse(str(described))

    assert found.text == described.text
    assert found.record == Record(CodeVersion("10"), ("6", "5", "4"), bad[:2])


def test_what_does_not_fit_is_refused_with_its_length():
    with pytest.raises(PreflightError, match="own description is 250 characters long") as refused:
        str(Description("x" * 250, Record(CodeVersion("7"))))
    assert refused.value.hint == "shorten it to 60 characters"


@pytest.mark.parametrize("text", ["[lf1 live]", "[lf1 prev=6]", "[lf1 live=7 run=1.2 at=3]", "[lf2 live=7]"])
def test_what_cannot_be_read_is_not_guessed(text: str):
    with pytest.raises(PreflightError):
        Description.parse(f"live traffic {text}")
