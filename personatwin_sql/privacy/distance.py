"""How far released shares are from the true ones: utility, for the owner's report."""

from __future__ import annotations

import numpy as np

from personatwin_sql.privacy.frequency import Codes, Shares


def share_differences(original: Codes, released: Codes) -> Shares:
    """(categories,): released share − original share of each category, −1 to 1; counts of people in both."""
    return _shares(released) - _shares(original)


def total_variation(original: Codes, released: Codes) -> float:
    """½ Σ |p − q| between two distributions over the same categories: 0 equal, 1 disjoint.

    (Levin, Peres & Wilmer 2009.) A distribution without people is at distance 1 from any other.
    """
    if not original.sum() or not released.sum():
        return 0.0 if original.sum() == released.sum() else 1.0
    return float(np.abs(share_differences(original, released)).sum() / 2)


def _shares(counts: Codes) -> Shares:
    return counts / max(1, int(counts.sum()))
