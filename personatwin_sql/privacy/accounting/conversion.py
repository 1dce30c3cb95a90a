"""From ρ-zCDP to (ε, δ) and back, never in favour of the releaser: ε is rounded up, ρ down.

ε = αρ + (log(1/δ) + (α−1) log(1 − 1/α) − log α) / (α − 1) holds for every α > 1 (Canonne, Kamath & Steinke
2020, proposition 12), so the search for the best α costs nothing but tightness where it fails.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import exp, inf, log, log1p

SLACK = Fraction(1, 2**36)
"""More than some ten operations on doubles, each right to 2⁻⁵⁰, can be wrong, relative to their terms."""


def epsilon_of_rho(rho: Fraction, delta: Fraction) -> Fraction:
    """The least ε that is proven of ρ-zCDP at this δ > 0, rounded up; 0 for ρ = 0."""
    if not rho:
        return Fraction(0)
    spread, unlikely = _above(rho), _log_inverse(delta)
    found = _least(lambda a: (1 + a) * spread + _offset(a, unlikely)[0])
    needed, terms = _offset(found, unlikely)
    epsilon = (1 + Fraction(found)) * rho + Fraction(needed) + SLACK * Fraction(terms)
    return max(epsilon, Fraction(0))


def rho_of_epsilon(epsilon: Fraction, delta: Fraction) -> Fraction:
    """The greatest ρ of which (ε, δ) is proven, for δ > 0, rounded down."""
    limit, unlikely = float(epsilon), _log_inverse(delta)
    found = _least(lambda a: -(limit - _offset(a, unlikely)[0]) / (1 + a))
    needed, terms = _offset(found, unlikely)
    rho = (epsilon - Fraction(needed) - SLACK * Fraction(terms)) / (1 + Fraction(found))
    return max(Fraction(int(rho * 2**60), 2**60), Fraction(0))


def _offset(a: float, unlikely: float) -> tuple[float, float]:
    """What ε is beyond αρ, for α = 1 + a, and the sum of its terms' sizes, which bounds the rounding."""
    ratio, share = log1p(1 / a), log1p(a)
    return (unlikely - share) / a - ratio, (unlikely + share) / a + ratio + 1e-12


def _log_inverse(delta: Fraction) -> float:
    """log(1/δ), also of a δ that no double can hold."""
    return log(delta.denominator) - log(delta.numerator)


def _above(value: Fraction) -> float:
    return float(value) if value < 10**300 else inf


def _least(cost: Callable[[float], float]) -> float:
    """Where a function of a > 0 is least: a golden section in log a, over all a that matter."""
    ratio = (5**0.5 - 1) / 2
    low, high = -30.0, 30.0
    for _ in range(90):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if cost(exp(left)) <= cost(exp(right)):
            high = right
        else:
            low = left
    return exp((low + high) / 2)
