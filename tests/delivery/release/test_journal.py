"""The journal of a running release, as short fields."""

import dataclasses

import pytest
from lambdaform_delivery.errors import ReleaseInputError
from lambdaform_delivery.release.journal import Journal, Phase
from lambdaform_delivery.release.ramp import Ramp
from lambdaform_delivery.release.record import CodeVersion

STARTED = 1_790_000_000
JOURNAL = Journal(
    run="3f2a91",
    owner="c0de",
    to=CodeVersion("8", "1a2b3c4d"),
    ramp=Ramp.parse("5,pause,50"),
    member=1,
    members=3,
    started=STARTED,
    phase=Phase.RAMP,
    step=2,
    since=STARTED + 300,
    beat=STARTED + 360,
    alarms=0b1010,
)


def test_times_are_written_as_what_has_passed_since_the_start():
    assert str(JOURNAL) == (
        "run=3f2a91.c0de to=8:1a2b3c4d ramp=5,pause,50 step=2 phase=ramp at=tlpwu8+8c+a0 ok=a of=1/3"
    )


def test_it_is_read_as_it_was_written():
    assert Journal.parse(JOURNAL.fields()) == JOURNAL
    unshifted = dataclasses.replace(JOURNAL, phase=Phase.PROBE, step=0, since=0)
    assert Journal.parse(unshifted.fields()) == unshifted


def test_the_share_is_that_of_the_step():
    assert JOURNAL.percentage == 50
    assert dataclasses.replace(JOURNAL, step=1).percentage == 5


@pytest.mark.parametrize(
    ("field", "text"), [("at", "1"), ("of", "1"), ("phase", "later"), ("step", "x"), ("ok", "z"), ("ramp", "90")]
)
def test_a_field_that_is_broken_is_refused(field: str, text: str):
    with pytest.raises((ValueError, ReleaseInputError)):
        Journal.parse({**JOURNAL.fields(), field: text})
