"""The discrete Gaussian law, P(x) ∝ e^(-x² / 2σ²) on the whole numbers (Canonne, Kamath & Steinke 2020)."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import floor, isqrt

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.noise import fixed_point
from personatwin_sql.privacy.noise.bernoulli import is_below
from personatwin_sql.privacy.noise.discrete_laplace import discrete_laplace
from personatwin_sql.privacy.noise.geometric import BLOCK
from personatwin_sql.privacy.noise.randomness import Bits, Words
from personatwin_sql.privacy.noise.reals import exponential
from personatwin_sql.privacy.numbers import Codes, Flags

LEAST_VARIANCE = Fraction(1, 1 << 40)
MOST_VARIANCE = 1 << 106
_FAR = 1 << 28
"""Distances are cut off here, in units of which σ has about 2²⁴: there the exponent is beyond 32."""
_SQUARE = 24
"""Bits that a square drops."""
SLACK = (1 << 12) + fixed_point.ERROR
"""How far, in units of 2^-31, the approximate chance of being kept may be off.

A distance d is off by less than 2 units, of which σ has at least 2^23.5, so an exponent up to 33 is off by
less than 4 √(33 · 2³² · 2^-16) = 5,900 units of 2^-32 and, by the square's bits and the factor's, 500 more:
in units of 2^-31 by less than 2¹². Farther exponents leave a chance below one unit.
"""


def discrete_gaussian(bits: Bits, variance: Fraction, size: int) -> Codes:
    """(size,): noise with parameter σ² = `variance`. ValueError for one that 64 bits cannot serve.

    Discrete Laplace noise y of scale t = ⌊σ⌋ + 1 is kept with probability e^(-(|y| − σ²/t)² / (2 σ²)).
    """
    lattice = _lattice(check(variance))
    found: list[Codes] = []
    missing = size
    while missing:
        drawn = discrete_laplace(bits, lattice.scale, min(BLOCK, missing * 3 // 2 + 16))
        drawn = drawn[_is_kept(bits, lattice, np.abs(drawn))][:missing]
        found.append(drawn)
        missing -= drawn.size
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def check(variance: Fraction) -> Fraction:
    """The variance, if draws of it fit 64 bits and are not all 0."""
    if not LEAST_VARIANCE <= variance <= MOST_VARIANCE:
        raise ValueError("a variance lies between 2⁻⁴⁰ and 2¹⁰⁶, so that noise fits 64 bits")
    return variance


@dataclass(frozen=True)
class Lattice:
    """A variance in whole numbers, for exponents of factor · ⌊distance² / 2²⁴⌋ / 2^drop."""

    variance: Fraction
    scale: Fraction
    """Of the discrete Laplace law drawn from."""
    centre: Fraction
    """σ² / t, where everything is kept."""
    shift: int
    """Distances are counted in units of 2^-shift."""
    middle: int
    """The centre, in units of distance."""
    most: int
    """Above it a number is so far from the centre that its distance is cut off."""
    factor: int
    drop: int

    def exponent(self, magnitude: int) -> Fraction:
        """What it is in truth."""
        return (magnitude - self.centre) ** 2 / (2 * self.variance)

    def exponents(self, magnitudes: Codes) -> Words:
        """(n,): about what it is, in units of 2^-32, cut off above 32."""
        near = np.minimum(magnitudes, self.most)
        scaled = near << self.shift if self.shift >= 0 else near >> -self.shift
        distance = np.minimum(np.abs(scaled - self.middle), _FAR).astype(np.uint64)
        square = distance * distance >> np.uint64(_SQUARE)
        exponents: Words = square * np.uint64(self.factor) >> np.uint64(self.drop)
        return exponents


@lru_cache(maxsize=256)
def _lattice(variance: Fraction) -> Lattice:
    scale = isqrt(floor(variance)) + 1
    centre = variance / scale
    shift = 24 - (variance.numerator.bit_length() - variance.denominator.bit_length()) // 2
    grid = Fraction(2) ** shift
    ratio = Fraction(1 << fixed_point.PLACES + _SQUARE) / (2 * variance * grid**2)
    drop = 31 - (ratio.numerator.bit_length() - ratio.denominator.bit_length())
    middle = floor(centre * grid)
    return Lattice(
        variance=variance,
        scale=Fraction(scale),
        centre=centre,
        shift=shift,
        middle=middle,
        most=floor((middle + 2 * _FAR) / grid) + 1,
        factor=floor(ratio * Fraction(2) ** drop),
        drop=drop,
    )


def _is_kept(bits: Bits, lattice: Lattice, magnitudes: Codes) -> Flags:
    """(n,): true with the exact probability; where the approximate one cannot tell, the true one does."""
    chance = fixed_point.exponentials(lattice.exponents(magnitudes)).astype(np.int64)
    drawn = np.frombuffer(bits.take(4 * magnitudes.size), dtype=np.uint32).astype(np.int64) >> 1
    chance -= drawn
    keeps = chance > SLACK
    for index in np.flatnonzero(np.abs(chance) <= SLACK):
        exact = exponential(lattice.exponent(int(magnitudes[index])))
        keeps[index] = is_below(bits, int(drawn[index]), fixed_point.WIDTH, exact)
    return keeps
