"""Bounds of real numbers hold them, and are close."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.privacy.noise.choice import Powers
from personatwin_sql.privacy.noise.reals import exponential, odds, product, rational
from tests.unit.privacy.noise.plain_laws import e_to_minus

EXPONENTS = st.fractions(0, 200, max_denominator=10**9) | st.fractions(0, Fraction(1, 10**6))


@given(exponent=EXPONENTS, precision=st.integers(1, 200))
def test_an_exponential_lies_within_two_units(exponent: Fraction, precision: int) -> None:
    low, high = exponential(exponent)(precision)
    truth = e_to_minus(exponent) * (1 << precision)
    assert low - Fraction(1, 10**9) <= truth <= high + Fraction(1, 10**9)
    assert high - low <= 2


@given(exponent=EXPONENTS, precision=st.integers(1, 200))
def test_the_chance_that_has_some_odds_lies_within_two_units(exponent: Fraction, precision: int) -> None:
    low, high = odds(exponential(exponent))(precision)
    r = e_to_minus(exponent)
    assert low - Fraction(1, 10**9) <= r / (1 + r) * (1 << precision) <= high + Fraction(1, 10**9)
    assert high - low <= 2


@given(rate=st.fractions(0, 3, max_denominator=1000), n=st.integers(0, 300), precision=st.integers(1, 160))
def test_a_power_lies_within_its_bounds(rate: Fraction, n: int, precision: int) -> None:
    low, high = Powers(rate).bounds(n, precision)
    truth = e_to_minus(rate * n) * (1 << precision)
    assert low - Fraction(1, 10**9) <= truth <= high + Fraction(1, 10**9)
    assert high - low <= 2


def test_what_is_known_exactly_has_no_width() -> None:
    assert exponential(Fraction(0))(16) == (1 << 16, 1 << 16)
    assert rational(Fraction(3, 8))(3) == (3, 3)
    assert rational(Fraction(1, 3))(4) == (5, 6)
    assert product((3, 5), (6, 7), 2) == (4, 9)


def test_growth_is_no_chance() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        exponential(Fraction(-1))
