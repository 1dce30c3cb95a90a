"""Discrete Laplace noise follows its law exactly, at every scale that fits."""

from __future__ import annotations

from fractions import Fraction
from math import exp

import numpy as np
import pytest

from personatwin_sql.privacy.noise.discrete_laplace import discrete_laplace
from personatwin_sql.privacy.noise.geometric import MOST_SCALE, _digits, _far, geometric
from personatwin_sql.privacy.noise.randomness import SeededBits, SystemBits
from personatwin_sql.privacy.noise.reals import product, rational
from tests.unit.privacy.noise.plain_laws import (
    DRAWS,
    UNLIKELY,
    e_to_minus,
    in_cells,
    laplace,
    likelihood,
)

SMALL = [Fraction(1, 10), Fraction(1, 2), Fraction(1), Fraction(10, 7), Fraction(5), Fraction(100, 3)]
LARGE = [Fraction(1000), Fraction(10**6), Fraction(123_456_789, 1000), Fraction(10**12), Fraction(1 << 54)]
UNWIELDY = Fraction(10**40 + 1, 3**80)
"""About 67.65; neither part fits 64 bits."""


@pytest.mark.parametrize("scale", [*SMALL, UNWIELDY])
def test_draws_follow_the_law(scale: Fraction) -> None:
    draws = discrete_laplace(SeededBits(1), scale, DRAWS)
    assert draws.dtype == np.int64
    assert likelihood(draws, laplace(scale)) > UNLIKELY


@pytest.mark.parametrize("scale", LARGE)
def test_draws_of_large_scale_follow_the_law(scale: Fraction) -> None:
    draws = discrete_laplace(SeededBits(2), scale, DRAWS)
    r = exp(-1 / scale)
    cells, law = in_cells(draws, lambda at: exp(-at / scale) / (1 + r), int(scale / 10) | 1, 60)
    assert likelihood(cells, law) > UNLIKELY


@pytest.mark.parametrize("scale", [Fraction(1, 3), Fraction(2), UNWIELDY / 20])
def test_the_digits_together_have_the_geometric_law(scale: Fraction) -> None:
    """Every result's probability is the product of its digits' chances: exactly, not by draws."""
    digits, rest = _digits(scale)
    precision = 200
    one, r = 1 << precision, e_to_minus(1 / scale)
    assert rest(precision)[0] <= r ** (1 << len(digits)) * one <= rest(precision)[1]
    for x in range(20):
        low, high = one - rest(precision)[1], one - rest(precision)[0]
        for place, digit in enumerate(digits):
            yes = digit(precision)
            no = (one - yes[1], one - yes[0])
            low, high = product((low, high), yes if x >> place & 1 else no, precision)
        assert low - 1 <= (1 - r) * r**x * one <= high + 1
        assert high - low < 1 << 20


def test_what_lies_beyond_the_digits_has_the_same_law_again() -> None:
    bits = SeededBits(5)
    draws = np.array([_far(bits, rational(Fraction(1, 2)), 1 << 10, 7) for _ in range(20_000)])
    assert likelihood(draws >> 10, {n: 0.5**n for n in range(1, 40)}) > UNLIKELY
    assert not (draws % (1 << 10)).any()


def test_noise_that_leaves_64_bits_is_an_error_and_no_number() -> None:
    with pytest.raises(OverflowError):
        _far(SeededBits(1), rational(Fraction(1)), 1 << 61, 0)


@pytest.mark.parametrize("scale", [Fraction(0), Fraction(-1), Fraction(MOST_SCALE) + Fraction(1, 10**9)])
def test_scales_that_do_not_fit_are_refused(scale: Fraction) -> None:
    with pytest.raises(ValueError, match="scale"):
        discrete_laplace(SeededBits(1), scale, 1)
    with pytest.raises(ValueError, match="scale"):
        geometric(SeededBits(1), scale, 1)


@pytest.mark.parametrize("size", [0, 1, (1 << 14) - 1, (1 << 14) + 1])
def test_there_are_as_many_draws_as_asked_for(size: int) -> None:
    assert discrete_laplace(SystemBits(), Fraction(3), size).shape == (size,)


def test_the_operating_system_is_no_other_law() -> None:
    assert likelihood(discrete_laplace(SystemBits(), Fraction(7), 50_000), laplace(Fraction(7))) > 1e-9


def test_next_to_no_noise_is_nearly_always_0() -> None:
    assert not discrete_laplace(SeededBits(1), Fraction(1, 100), 10_000).any()
