"""A share of a group, and two shares beside each other: intervals, effect sizes, the test, its power."""

from __future__ import annotations

import math

from personatwin_sql.frozen import dataclass
from personatwin_sql.statistics.normal import below, quantile, two_sided

CONFIDENCE = 0.95
SIGNIFICANCE = 0.05
"""Two-sided, as in the journals of the fields that the domains speak of."""
POWER = 0.8
"""The usual demand on a study (Cohen 1988)."""


@dataclass(frozen=True)
class Share:
    """`counted` of `total`, 0 ≤ counted ≤ total, total ≥ 1."""

    counted: int
    total: int

    @property
    def rate(self) -> float:
        return self.counted / self.total


@dataclass(frozen=True)
class Interval:
    """Both ends belong to it."""

    low: float
    high: float


def wilson(share: Share, confidence: float = CONFIDENCE) -> Interval:
    """The score interval of a share (Wilson 1927; method 3 of Newcombe 1998a).

    (p + z²/2n ± z √(pq/n + z²/4n²)) ÷ (1 + z²/n)
    """
    z, n, p = quantile((1 + confidence) / 2), share.total, share.rate
    centre, whole = p + z * z / (2 * n), 1 + z * z / n
    reach = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low = 0.0 if share.counted == 0 else (centre - reach) / whole
    high = 1.0 if share.counted == n else (centre + reach) / whole
    return Interval(low, high)


def difference(one: Share, other: Share, confidence: float = CONFIDENCE) -> Interval:
    """The interval of one rate − the other, from the score intervals of both (Newcombe 1998b, method 10).

    D − √((p₁−l₁)² + (u₂−p₂)²) to D + √((u₁−p₁)² + (p₂−l₂)²)
    """
    first, second = wilson(one, confidence), wilson(other, confidence)
    apart = one.rate - other.rate
    below_it = math.hypot(one.rate - first.low, second.high - other.rate)
    above_it = math.hypot(first.high - one.rate, other.rate - second.low)
    return Interval(max(-1.0, apart - below_it), min(1.0, apart + above_it))


def ratio(one: Share, other: Share) -> float | None:
    """The risk ratio p₁ ÷ p₂; None where the other rate is 0."""
    return one.rate / other.rate if other.counted else None


def cohens_h(one: Share, other: Share) -> float:
    """2 arcsin √p₁ − 2 arcsin √p₂ (Cohen 1988): 0.2 is small, 0.5 medium, 0.8 large."""
    return 2 * math.asin(math.sqrt(one.rate)) - 2 * math.asin(math.sqrt(other.rate))


def p_value(one: Share, other: Share) -> float:
    """The two-sided test of equal shares, with the pooled variance (Fleiss, Levin & Paik 2003, 3.2).

    z = (p₁ − p₂) ÷ √(p̄q̄ (1/n₁ + 1/n₂)); 1 where nobody, or everybody, was counted in both.
    """
    pooled = (one.counted + other.counted) / (one.total + other.total)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / one.total + 1 / other.total))
    return two_sided((one.rate - other.rate) / spread) if spread else 1.0


def power(base: float, apart: float, one: int, other: int, significance: float = SIGNIFICANCE) -> float:
    """How likely that test finds shares of `base` and `base + apart` in groups of these sizes different.

    (Fleiss, Levin & Paik 2003, 4.2, both sides:) Φ((±d − z s₀) ÷ s₁), s₀ pooled and s₁ not; the shares
    are cut off at 0 and 1.
    """
    moved = min(1.0, max(0.0, base + apart))
    pooled = (one * moved + other * base) / (one + other)
    at_null = math.sqrt(pooled * (1 - pooled) * (1 / one + 1 / other))
    spread = math.sqrt(moved * (1 - moved) / one + base * (1 - base) / other)
    d, z = moved - base, quantile(1 - significance / 2)
    if not spread:
        return 1.0 if abs(d) > z * at_null else 0.0
    return below((d - z * at_null) / spread) + below((-d - z * at_null) / spread)


def worth(base: float, apart: float) -> float:
    """A difference of that size from `base`, signed towards ½, where chance plays the larger part."""
    return apart if base <= 0.5 else -apart


def detectable(base: float, one: int, other: int, wanted: float = POWER) -> float | None:
    """The smallest difference from `base` towards ½ and beyond that the test finds with the wanted power.

    None where no share at all would be found: the groups are too small to tell.
    """
    room = max(base, 1 - base)
    if power(base, worth(base, room), one, other) < wanted:
        return None
    low, high = 0.0, room
    for _ in range(24):
        middle = (low + high) / 2
        is_found = power(base, worth(base, middle), one, other) >= wanted
        low, high = (low, middle) if is_found else (middle, high)
    return high
