"""Ramps as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambdaform_delivery.release.ramp import ALL_AT_ONCE, Ramp

PERCENTAGES = st.lists(st.integers(1, 5000), min_size=1, max_size=5, unique=True).map(sorted)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("5,25,50", (5, 25, 50)),
        (" 5 , pause , 50 ", (5, None, 50)),
        ("0.01,50", (0.01, 50)),
        ("pause,10", (None, 10)),
        (ALL_AT_ONCE, ()),
    ],
)
def test_a_ramp_is_read_as_steps(text: str, steps: tuple[float | None, ...]):
    assert Ramp.parse(text).steps == steps


@given(PERCENTAGES)
def test_a_ramp_is_read_as_it_was_written(hundredths: list[int]):
    ramp = Ramp(tuple(each / 100 for each in hundredths))

    assert Ramp.parse(str(ramp)) == ramp


def test_a_pause_keeps_the_share_of_the_step_before_it():
    ramp = Ramp.parse("5,pause,50")

    assert [ramp.percentage_at(step) for step in range(3)] == [5, 5, 50]
    assert Ramp.parse("pause,5").percentage_at(0) == 0
