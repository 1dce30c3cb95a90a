"""The discrete Laplace law, P(x) ∝ e^(-|x| / scale) on the whole numbers."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np

from personatwin_sql.privacy.noise.bernoulli import bernoulli
from personatwin_sql.privacy.noise.geometric import check, geometric
from personatwin_sql.privacy.noise.randomness import Bits, coins
from personatwin_sql.privacy.noise.reals import Bounds, Real, exponential, kept, odds
from personatwin_sql.privacy.numbers import Codes


def discrete_laplace(bits: Bits, scale: Fraction, size: int) -> Codes:
    """(size,): noise that makes a count ε-differentially private with scale = sensitivity / ε.

    With r = e^(-1 / scale), it is not 0 with probability 2 r / (1 + r); then a sign, and 1 more than a
    geometric number (the law: Ghosh, Roughgarden & Sundararajan 2012). Raises ValueError for a scale that 64
    bits cannot serve.
    """
    moved = bernoulli(bits, _moved(check(scale)), size)
    noise = geometric(bits, scale, size)
    noise += 1
    np.negative(noise, out=noise, where=coins(bits, size))
    noise *= moved
    return noise


@lru_cache(maxsize=256)
def _moved(scale: Fraction) -> Real:
    """The chance that noise is not 0."""
    half = odds(exponential(1 / scale))

    def bounds(precision: int) -> Bounds:
        return half(precision + 1)

    return kept(bounds)
