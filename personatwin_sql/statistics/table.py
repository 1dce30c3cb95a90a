"""Several groups at once: whether they differ at all, how much, and tests that are made together."""

from __future__ import annotations

import math
from collections.abc import Sequence

from personatwin_sql.statistics.normal import chi_square_tail
from personatwin_sql.statistics.share import Share


def chi_square(shares: Sequence[Share]) -> float:
    """Pearson's χ² of groups × (counted, not counted); 0 where everybody or nobody was counted.

    Σ n (p − p̄)² ÷ (p̄ q̄) (Pearson 1900)
    """
    total = sum(share.total for share in shares)
    pooled = sum(share.counted for share in shares) / total if total else 0.0
    if pooled in (0.0, 1.0):
        return 0.0
    return sum(share.total * (share.rate - pooled) ** 2 for share in shares) / (pooled * (1 - pooled))


def homogeneity_p(shares: Sequence[Share]) -> float:
    """The p value of all groups having the same share, by χ² with groups − 1 degrees of freedom."""
    return chi_square_tail(chi_square(shares), len(shares) - 1) if len(shares) > 1 else 1.0


def cramers_v(shares: Sequence[Share]) -> float:
    """√(χ² ÷ n) for a table of two columns (Cramér 1946): 0 no association, 1 complete; 0.1 is small."""
    total = sum(share.total for share in shares)
    return math.sqrt(chi_square(shares) / total) if total else 0.0


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """The same p values, adjusted for having been looked at together (Holm 1979), in the same order."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, reached = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        reached = max(reached, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = reached
    return tuple(adjusted)
