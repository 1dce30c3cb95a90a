"""Real numbers known as closely as one asks: between two whole numbers over a power of two.

Nothing here is a float. Every step rounds away from what is certain, so bounds always hold the number.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

Bounds = tuple[int, int]
"""(low, high), whole numbers: low ≤ number · 2^precision ≤ high."""
Real = Callable[[int], Bounds]
"""A real number: its bounds at any precision. They come together as the precision grows."""

_GUARD = 8
"""Bits beyond the precision asked for, so that rounding inside rarely widens the bounds that are given."""


def kept(real: Real) -> Real:
    """The same number, whose latest bounds are remembered."""
    return lru_cache(maxsize=16)(real)


def rational(value: Fraction) -> Real:
    """A fraction, as a real number."""

    def bounds(precision: int) -> Bounds:
        scaled = value * (1 << precision)
        return floor(scaled), ceil(scaled)

    return bounds


def exponential(exponent: Fraction) -> Real:
    """e^-x for x ≥ 0, bounded to within two units of the precision.

    e^-x = (1 / e^y)^(2^h) with y = x / 2^h below 1/2; the series of e^y has only positive terms, and what
    follows its last term is less than that term.
    """
    if exponent < 0:
        raise ValueError("an exponent is at least 0")
    halvings = max(0, exponent.numerator.bit_length() - exponent.denominator.bit_length() + 2)

    def bounds(precision: int) -> Bounds:
        if exponent == 0:
            return 1 << precision, 1 << precision
        if exponent >= precision:  # e^-x < 2^-x
            return 0, 1
        working = precision + halvings + _GUARD + precision.bit_length()
        small = (exponent.numerator << working) // (exponent.denominator << halvings)
        low, high = _growth(small, working)[0], _growth(small + 1, working)[1]
        low, high = (1 << 2 * working) // high, -((-1 << 2 * working) // low)
        for _ in range(halvings):
            low, high = low * low >> working, -(-high * high >> working)
        return rounded((low, high), working - precision)

    return bounds


def _growth(y: int, precision: int) -> Bounds:
    """Bounds of e^y for y in units of 2^-precision, at most 1/2."""
    one = 1 << precision
    low = high = one
    least = most = one
    n = 0
    while most > 1:
        n += 1
        least = (least * y >> precision) // n
        most = -((-most * y >> precision) // n)
        low, high = low + least, high + most
    return low, high + most


def odds(real: Real) -> Real:
    """x / (1 + x) of x ≥ 0: the chance that has the odds x."""

    def bounds(precision: int) -> Bounds:
        working = precision + _GUARD
        (low, high), one = real(working), 1 << working
        return rounded(
            ((low << working) // (one + low), -((-high << working) // (one + high))), working - precision
        )

    return bounds


def rounded(bounds: Bounds, places: int) -> Bounds:
    """Bounds at a precision that is lower by so many bits."""
    low, high = bounds
    return low >> places, -(-high >> places)


def product(one: Bounds, other: Bounds, precision: int) -> Bounds:
    """Bounds of a product of two numbers ≥ 0, at the precision of both."""
    return one[0] * other[0] >> precision, -(-one[1] * other[1] >> precision)
