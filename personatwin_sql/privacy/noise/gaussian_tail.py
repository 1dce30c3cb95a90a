"""The upper tail of the discrete Gaussian law, never less than it is."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from math import isqrt

from personatwin_sql.privacy.noise.reals import exponential

SUMMED = 1 << 16
"""Up to this variance all terms are added; above it the normal tail bounds them to a part in σ."""
_PRECISION = 256
_PI = Fraction(314159265358979323846264338327950288419716939937510582097494459230781640628621, 10**77)
"""Above π, by less than 10^-77."""


def tail(variance: Fraction, at: int) -> Fraction:
    """At least P(X ≥ at), at ≥ 1.

    It exceeds it by less than 2^-128; where the terms are not summed, by a part of 10⁻⁴ beyond σ, 1/σ before.
    """
    if variance <= SUMMED:
        sums, total = _sums(variance)
        return min(Fraction(sums[min(at, len(sums) - 1)], total), Fraction(1))
    return _normal_tail(variance, at)


@lru_cache(maxsize=32)
def _sums(variance: Fraction) -> tuple[tuple[int, ...], int]:
    """Σ_{x ≥ n} e^(-x²/2σ²) for n = 0, 1, …, rounded up, and the sum over all whole numbers, rounded down.

    Each term is the one before times a step that shrinks: e^(-(2x+1)/2σ²).
    """
    shrink, first = exponential(1 / variance)(_PRECISION), exponential(1 / (2 * variance))(_PRECISION)
    one = 1 << _PRECISION
    low = high = one
    step_low, step_high = first
    lows, highs = [low], [high]
    while high > 1 and len(highs) <= 16 * isqrt(int(variance)) + 16:
        low, high = low * step_low >> _PRECISION, -(-high * step_high >> _PRECISION)
        step_low, step_high = step_low * shrink[0] >> _PRECISION, -(-step_high * shrink[1] >> _PRECISION)
        lows.append(low)
        highs.append(high)
    highs.append(high * one // (one - step_high) + 1)  # no more than the geometric series that begins there
    tails = tuple(accumulate(reversed(highs)))[::-1]
    return tails, 2 * sum(lows) - one


def _normal_tail(variance: Fraction, at: int) -> Fraction:
    """1 − Φ(z) for z = (at − ½) / σ, or (at − 1) / σ below σ.

    The discrete law's sum is at least the integral, σ √2π (Poisson), and each of its terms at most the
    integral over the unit around it where the density is convex, from σ on, or else over the unit before it.
    """
    start = at - Fraction(1, 2)
    if start * start < variance:
        start = Fraction(at - 1)
    return Fraction(1, 2) - _normal_body(start * start / variance)


def _normal_body(square: Fraction) -> Fraction:
    """No more than Φ(z) − ½ = e^(-z²/2) √(z²/2π) Σ z^2n / (1 · 3 · 5 ⋯ (2n+1)), all terms positive, of z²."""
    if square > 400:
        square = Fraction(400)
    working = 2 * _PRECISION + 300
    total = term = 1 << working
    n = 0
    while term:
        n += 1
        term = term * square.numerator // (square.denominator * (2 * n + 1))
        total += term
    root = isqrt(int(square / (2 * _PI) * (1 << 2 * working)))
    return Fraction(exponential(square / 2)(working)[0] * root * total, 1 << 3 * working)
