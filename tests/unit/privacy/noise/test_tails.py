"""Tails are never below the truth and hardly above; thresholds and intervals are the least that hold."""

from __future__ import annotations

from fractions import Fraction
from math import erfc, sqrt

import numpy as np
import pytest

from personatwin_sql.privacy.noise.discrete_gaussian import discrete_gaussian
from personatwin_sql.privacy.noise.discrete_laplace import discrete_laplace
from personatwin_sql.privacy.noise.gaussian_tail import SUMMED, _normal_tail, tail
from personatwin_sql.privacy.noise.randomness import SeededBits
from personatwin_sql.privacy.noise.tails import (
    LEAST_CHANCE,
    DiscreteGaussian,
    DiscreteLaplace,
    Law,
    half_width,
    threshold,
)
from tests.unit.privacy.noise.plain_laws import e_to_minus, gaussian, laplace

SCALES = [Fraction(1, 5), Fraction(1), Fraction(7, 3), Fraction(50), Fraction(10**6)]
VARIANCES = [Fraction(1, 20), Fraction(1), Fraction(10, 3), Fraction(400)]
LAWS: list[Law] = [*map(DiscreteLaplace, SCALES), *map(DiscreteGaussian, [*VARIANCES, Fraction(10**10)])]


@pytest.mark.parametrize("scale", SCALES)
def test_a_laplace_tail_is_no_less_than_the_truth_and_hardly_more(scale: Fraction) -> None:
    r = e_to_minus(1 / scale)
    for at in (1, 2, 3, 10, 100):
        truth = r**at / (1 + r)
        assert truth <= DiscreteLaplace(scale).tail(at) + Fraction(1, 10**78)
        assert DiscreteLaplace(scale).tail(at) <= truth + Fraction(1, 10**75)


@pytest.mark.parametrize("variance", VARIANCES)
def test_a_gaussian_tail_is_no_less_than_the_truth_and_hardly_more(variance: Fraction) -> None:
    reach = int(20 * sqrt(variance)) + 3
    terms = [e_to_minus(Fraction(x * x) / (2 * variance)) for x in range(reach)]
    total = 2 * sum(terms) - 1
    for at in {1, 2, 3, reach // 4, reach // 2}:
        truth = sum(terms[at:], Fraction(0)) / total
        found = DiscreteGaussian(variance).tail(at)
        assert truth <= found + Fraction(1, 10**70)
        assert found <= truth + Fraction(1, 1 << 128)
    assert DiscreteGaussian(variance).tail(10**9) < Fraction(1, 1 << 128)


def test_the_normal_bound_of_a_tail_is_above_the_sum_by_what_it_says() -> None:
    variance = Fraction(SUMMED)
    sigma = sqrt(variance)
    for step in (0.01, 0.5, 1.01, 2, 3, 5, 8, 10):
        at = int(step * sigma) + 1
        exact, bound = tail(variance, at), _normal_tail(variance, at)
        assert (
            exact <= bound <= exact * (1 + Fraction(1, 10**4) if step > 1 else 1 + Fraction(2) / int(sigma))
        )


def test_the_normal_bound_is_the_normal_law() -> None:
    for variance, at in ((10**12, 2 * 10**6), (10**12, 7 * 10**6), (10**30, 3 * 10**15), (10**12, 10**5)):
        start = at - (0.5 if at * at > variance else 1)
        assert float(tail(Fraction(variance), at)) == pytest.approx(
            erfc(start / sqrt(2 * variance)) / 2, rel=1e-9
        )


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("delta", [Fraction(1, 10), Fraction(1, 10**6), Fraction(1, 10**12), LEAST_CHANCE])
def test_a_threshold_is_the_least_that_hides_one_person(law: Law, delta: Fraction) -> None:
    for contribution in (1, 3):
        least = threshold(law, contribution, delta)
        assert law.tail(least - contribution) <= delta
        assert least - contribution == 1 or law.tail(least - contribution - 1) > delta


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("confidence", [Fraction(0), Fraction(1, 2), Fraction(95, 100), 1 - LEAST_CHANCE])
def test_an_interval_is_the_least_that_covers(law: Law, confidence: Fraction) -> None:
    width = half_width(law, confidence)
    assert 2 * law.tail(width + 1) <= 1 - confidence
    assert width == 0 or 2 * law.tail(width) > 1 - confidence


@pytest.mark.parametrize("scale", [Fraction(1, 3), Fraction(20)])
def test_draws_of_laplace_noise_lie_in_their_interval(scale: Fraction) -> None:
    draws, law = discrete_laplace(SeededBits(1), scale, 100_000), DiscreteLaplace(scale)
    assert (np.abs(draws) <= half_width(law, Fraction(95, 100))).mean() >= 0.948
    assert np.abs(draws).mean() == pytest.approx(law.mean_deviation, rel=0.05)


@pytest.mark.parametrize("variance", [Fraction(1, 3), Fraction(400)])
def test_draws_of_gaussian_noise_lie_in_their_interval(variance: Fraction) -> None:
    draws, law = discrete_gaussian(SeededBits(1), variance, 100_000), DiscreteGaussian(variance)
    assert (np.abs(draws) <= half_width(law, Fraction(95, 100))).mean() >= 0.948
    assert np.abs(draws).mean() == pytest.approx(law.mean_deviation, rel=0.05)


@pytest.mark.parametrize("scale", [Fraction(1, 10), Fraction(1), Fraction(30)])
def test_expected_errors_of_laplace_noise(scale: Fraction) -> None:
    law = laplace(scale)
    assert DiscreteLaplace(scale).variance == pytest.approx(sum(x * x * p for x, p in law.items()))
    assert DiscreteLaplace(scale).mean_deviation == pytest.approx(sum(abs(x) * p for x, p in law.items()))


@pytest.mark.parametrize(
    "variance", [Fraction(1, 10), Fraction(1), Fraction(99), Fraction(100), Fraction(900)]
)
def test_expected_errors_of_gaussian_noise(variance: Fraction) -> None:
    law = gaussian(variance)
    assert DiscreteGaussian(variance).variance == pytest.approx(sum(x * x * p for x, p in law.items()))
    assert DiscreteGaussian(variance).mean_deviation == pytest.approx(
        sum(abs(x) * p for x, p in law.items()), rel=1e-5
    )


def test_what_cannot_be_promised_is_refused() -> None:
    law = DiscreteLaplace(Fraction(1))
    for delta in (Fraction(0), LEAST_CHANCE / 2, Fraction(1)):
        with pytest.raises(ValueError, match="threshold needs"):
            threshold(law, 1, delta)
    with pytest.raises(ValueError, match="contribution"):
        threshold(law, 0, Fraction(1, 2))
    for confidence in (Fraction(-1, 2), Fraction(1)):
        with pytest.raises(ValueError, match="confidence"):
            half_width(law, confidence)
    for unfit in (DiscreteLaplace(Fraction(0)), DiscreteGaussian(Fraction(0))):
        with pytest.raises(ValueError, match="64 bits"):
            half_width(unfit, Fraction(1, 2))
