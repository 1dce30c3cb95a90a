"""Numbers that were released as bands: the middle one, and which of two groups has the higher."""

from __future__ import annotations

import math
from collections.abc import Sequence

from personatwin_sql.frozen import dataclass
from personatwin_sql.statistics.normal import quantile, two_sided
from personatwin_sql.statistics.share import Interval


@dataclass(frozen=True)
class Superiority:
    """How likely a value of one group is above one of the other, ties counting half."""

    chance: float
    interval: Interval
    p_value: float


def median_band(counts: Sequence[int]) -> int | None:
    """The place of the band that holds the lower median; bands in ascending order, None if all are empty."""
    half, seen = sum(counts) / 2, 0
    for place, count in enumerate(counts):
        seen += count
        if count and seen >= half:
            return place
    return None


def superiority(one: Sequence[int], other: Sequence[int], confidence: float = 0.95) -> Superiority | None:
    """Two groups over the same ascending bands; None where one is empty.

    chance = (Σᵢ aᵢ (Σ_{j<i} bⱼ + bᵢ/2)) ÷ mn, 0.5 where neither is higher (Vargha & Delaney 2000); the
    test is that of Mann & Whitney (1947), corrected for ties and not for continuity; the interval is by the
    variance of Hanley & McNeil (1982).
    """
    m, n = sum(one), sum(other)
    if not m or not n:
        return None
    wins, lower = 0.0, 0
    for a, b in zip(one, other, strict=True):
        wins += a * (lower + b / 2)
        lower += b
    chance = wins / (m * n)
    ties = sum((a + b) ** 3 - (a + b) for a, b in zip(one, other, strict=True))
    whole = m + n
    variance = m * n / 12 * (whole + 1 - ties / (whole * (whole - 1)))
    p = two_sided((wins - m * n / 2) / math.sqrt(variance)) if variance > 0 else 1.0
    return Superiority(chance, _around(chance, m, n, confidence), p)


def _around(chance: float, m: int, n: int, confidence: float) -> Interval:
    above, both = chance / (2 - chance), 2 * chance * chance / (1 + chance)
    squared = chance * chance
    variance = (chance * (1 - chance) + (m - 1) * (above - squared) + (n - 1) * (both - squared)) / (m * n)
    reach = quantile((1 + confidence) / 2) * math.sqrt(max(0.0, variance))
    return Interval(max(0.0, chance - reach), min(1.0, chance + reach))
