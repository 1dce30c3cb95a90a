"""ρ and ε: never in favour of the releaser, and as tight as a dense search of α."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.privacy.accounting.conversion import epsilon_of_rho, rho_of_epsilon

rhos = st.fractions(min_value="1e-8", max_value=100, max_denominator=10**9)
epsilons = st.fractions(min_value="1e-3", max_value=50, max_denominator=10**4)
deltas = st.integers(1, 15).map(lambda power: Fraction(1, 10**power))


def densely(rho: float, delta: float) -> float:
    """The least ε over a dense grid of α."""
    a = np.geomspace(1e-6, 1e6, 400_001)
    values = (1 + a) * rho + (log(1 / delta) + a * np.log(a / (1 + a)) - np.log1p(a)) / a
    return max(0.0, float(values.min()))


@pytest.mark.parametrize("rho", ["1e-6", "0.001", "0.02", "0.5", "3", "40"])
@pytest.mark.parametrize("delta", ["1e-3", "1e-6", "1e-10"])
def test_no_other_order_gives_less(rho: str, delta: str) -> None:
    found = float(epsilon_of_rho(Fraction(rho), Fraction(delta)))
    assert found == pytest.approx(densely(float(rho), float(delta)), rel=1e-6, abs=1e-9)
    assert found >= densely(float(rho), float(delta)) * (1 - 1e-7)


def exactly(rho: Fraction, delta: Fraction, a: Decimal) -> Decimal:
    """ε at α = 1 + a, in fifty digits."""
    unlikely = Decimal(delta.denominator / delta.numerator).ln()
    spread = (1 + a) * rho.numerator / Decimal(rho.denominator)
    return spread + (unlikely - (1 + a).ln()) / a - (1 + 1 / a).ln()


@pytest.mark.parametrize("delta", [Fraction(1, 10**3), Fraction(1, 10**6), Fraction(1, 10**12)])
@pytest.mark.parametrize("rho", [Fraction(1, 10**5), Fraction(1, 77), Fraction(1, 3), Fraction(19, 2)])
def test_epsilon_is_rounded_up_and_rho_down(rho: Fraction, delta: Fraction) -> None:
    with localcontext() as context:
        context.prec = 50
        low, high = Decimal("1e-3"), Decimal("1e6")
        for _ in range(200):
            third = (high - low) / 3
            if exactly(rho, delta, low + third) < exactly(rho, delta, high - third):
                high -= third
            else:
                low += third
        least = Fraction(exactly(rho, delta, low))
        back = rho_of_epsilon(least, delta)
    assert least < epsilon_of_rho(rho, delta) < least * (1 + Fraction(1, 10**6)) + Fraction(1, 10**9)
    assert rho * (1 - Fraction(1, 10**6)) - Fraction(1, 10**9) < back < rho


@given(rhos, deltas)
def test_the_tight_conversion_is_below_the_first_one(rho: Fraction, delta: Fraction) -> None:
    first = float(rho) + 2 * sqrt(float(rho) * log(1 / delta))  # Bun & Steinke 2016
    assert float(epsilon_of_rho(rho, delta)) <= first * (1 + 1e-6)


@given(epsilons, deltas)
def test_there_and_back_never_gains(epsilon: Fraction, delta: Fraction) -> None:
    rho = rho_of_epsilon(epsilon, delta)
    assert 0 <= epsilon_of_rho(rho, delta) <= epsilon * (1 + Fraction(1, 10**9))
    assert epsilon_of_rho(rho * (1 + Fraction(1, 10**4)), delta) > epsilon * (1 - Fraction(1, 10**3))


@given(rhos, rhos, deltas)
def test_more_rho_is_more_epsilon(one: Fraction, other: Fraction, delta: Fraction) -> None:
    less, more = sorted((one, other))
    assert epsilon_of_rho(less, delta) <= epsilon_of_rho(more, delta) * (1 + Fraction(1, 10**9))


@given(rhos, deltas)
def test_a_smaller_delta_is_more_epsilon(rho: Fraction, delta: Fraction) -> None:
    assert epsilon_of_rho(rho, delta) <= epsilon_of_rho(rho, delta / 10) * (1 + Fraction(1, 10**9))


def test_no_rho_is_no_epsilon() -> None:
    assert epsilon_of_rho(Fraction(0), Fraction(1, 10**6)) == 0


def test_one_at_a_millionth_allows_a_known_rho() -> None:
    assert float(rho_of_epsilon(Fraction(1), Fraction(1, 10**6))) == pytest.approx(0.024356, abs=1e-6)
