"""The normal distribution and the tail of χ²: all that tests of shares need."""

from __future__ import annotations

import math
from functools import cache


def below(z: float) -> float:
    """Φ(z), the share of the standard normal distribution below z."""
    return math.erfc(-z / math.sqrt(2)) / 2


def two_sided(z: float) -> float:
    """P(|Z| ≥ |z|), exact in the far tail too."""
    return math.erfc(abs(z) / math.sqrt(2))


@cache
def quantile(share: float) -> float:
    """The z with Φ(z) = share, 0 < share < 1; by bisection, to the last digits of a float."""
    if share == 0.5:
        return 0.0
    if share > 0.5:
        return -quantile(1 - share)
    low, high = -40.0, 0.0
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if below(middle) < share else (low, middle)
    return high


def chi_square_tail(x: float, degrees: int) -> float:
    """P(χ² ≥ x) for a whole number of degrees of freedom ≥ 1.

    Q(a + 1) = Q(a) + (x/2)^a e^(−x/2) ÷ Γ(a + 1), from Q(½) = erfc(√(x/2)) or Q(1) = e^(−x/2)
    (Abramowitz & Stegun 1964, 26.4.4 and 26.4.5).
    """
    if x <= 0:
        return 1.0
    half = x / 2
    a = 1.0 if degrees % 2 == 0 else 0.5
    tail = math.exp(-half) if a == 1.0 else math.erfc(math.sqrt(half))
    while a < degrees / 2:
        tail += math.exp(a * math.log(half) - half - math.lgamma(a + 1))
        a += 1
    return min(tail, 1.0)
