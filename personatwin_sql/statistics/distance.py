"""How far the shares of a release are from the true ones."""

from __future__ import annotations

from collections.abc import Sequence


def total_variation(original: Sequence[int], released: Sequence[int]) -> float:
    """½ Σ |p − q| between two distributions over the same categories, given as counts: 0 equal, 1 disjoint.

    (Levin, Peres & Wilmer 2009.) A distribution without people is at distance 1 from any other.
    """
    before, after = sum(original), sum(released)
    if not before or not after:
        return 0.0 if before == after else 1.0
    return sum(abs(p / before - q / after) for p, q in zip(original, released, strict=True)) / 2
