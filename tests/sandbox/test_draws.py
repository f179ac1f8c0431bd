import math
from random import Random

import pytest
from lambdaform_sandbox.draws import binomial, multinomial, poisson

DRAWS = 20_000


def seeded(seed: int = 1) -> Random:
    return Random(seed)  # noqa: S311  # the numbers of a test are no secret


def moments(values: list[int]) -> tuple[float, float]:
    mean = sum(values) / len(values)
    return mean, sum((value - mean) ** 2 for value in values) / (len(values) - 1)


@pytest.mark.parametrize(("trials", "probability"), [(8, 0.3), (500, 0.002), (500, 0.5), (100_000, 0.05), (999, 0.99)])
def test_a_binomial_draw_has_the_mean_and_variance_it_must(trials: int, probability: float):
    draw = seeded()

    mean, variance = moments([binomial(draw, trials, probability) for _ in range(DRAWS)])

    expected, spread = trials * probability, trials * probability * (1 - probability)
    assert mean == pytest.approx(expected, abs=4 * math.sqrt(spread / DRAWS))
    assert variance == pytest.approx(spread, rel=0.06)


@pytest.mark.parametrize(("probability", "successes"), [(0.0, 0), (1.0, 1_000), (-0.1, 0), (1.1, 1_000)])
def test_what_is_certain_is_not_left_to_chance(probability: float, successes: int):
    assert binomial(seeded(), 1_000, probability) == successes


@pytest.mark.parametrize("mean", [0.0, 0.4, 12.0, 17.0, 600.0, 250_000.0])
def test_a_poisson_draw_has_the_mean_and_variance_it_must(mean: float):
    draw = seeded()

    found, variance = moments([poisson(draw, mean) for _ in range(DRAWS)])

    assert found == pytest.approx(mean, abs=4 * math.sqrt(mean / DRAWS))
    assert variance == pytest.approx(mean, rel=0.06)


def test_trials_are_divided_completely_by_their_shares():
    counts = multinomial(seeded(), 100_000, {"a": 0.7, "b": 0.3, "c": 0.0})

    assert sum(counts.values()) == 100_000
    assert set(counts) == {"a", "b"}
    assert counts["a"] == pytest.approx(70_000, abs=600)


def test_without_shares_there_is_nothing_to_divide():
    assert multinomial(seeded(), 10, {}) == {}


def test_the_same_seed_draws_the_same():
    first, second = seeded(5), seeded(5)

    assert [poisson(first, 300) for _ in range(5)] == [poisson(second, 300) for _ in range(5)]
