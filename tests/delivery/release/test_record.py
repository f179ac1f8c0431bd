"""The record: what is live, what was before it, what turned out bad."""

from lambdaform_delivery.release.record import CodeVersion, Record, short_digest

RECORD = Record(CodeVersion("7", "aaaa"), ("6", "4"), (CodeVersion("5", "bbbb"),))


def test_a_promotion_keeps_the_past_newest_first_and_no_more_than_three():
    record = RECORD.promoted(CodeVersion("8", "cccc")).promoted(CodeVersion("9", "dddd"))

    assert record == Record(CodeVersion("9", "dddd"), ("8", "7", "6"), RECORD.bad)


def test_a_version_that_is_promoted_is_neither_past_nor_bad():
    assert RECORD.promoted(CodeVersion("5", "bbbb")) == Record(CodeVersion("5", "bbbb"), ("7", "6", "4"), ())
    assert RECORD.promoted(CodeVersion("6")).previous == ("7", "4")


def test_a_rollback_condemns_what_was_live():
    record = RECORD.rolled_back("6")

    assert record == Record(CodeVersion("6"), ("4",), (CodeVersion("7", "aaaa"), CodeVersion("5", "bbbb")))
    assert record.is_rolled_back
    assert not RECORD.is_rolled_back


def test_bad_code_is_recognised_by_its_digest_alone():
    assert RECORD.condemns(CodeVersion("12", "bbbb")) == CodeVersion("5", "bbbb")
    assert RECORD.condemns(CodeVersion("5", "eeee")) is None
    assert Record(CodeVersion("1"), (), (CodeVersion("2"),)).condemns(CodeVersion("3")) is None


def test_the_same_bad_code_is_kept_once_and_no_more_than_three():
    record = RECORD
    for number in ("8", "9", "8", "10"):
        record = record.condemned(CodeVersion(number, number))

    assert [bad.number for bad in record.bad] == ["10", "8", "9"]


def test_a_record_is_written_as_short_fields():
    assert str(RECORD) == "live=7:aaaa prev=6,4 bad=5:bbbb"
    assert str(Record(CodeVersion("1"))) == "live=1"
    assert short_digest("abcdefghijkl") == "abcdefgh"
