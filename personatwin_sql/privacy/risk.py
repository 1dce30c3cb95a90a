"""How likely somebody is found again: risks of a release, from the sizes of its equivalence classes."""

from __future__ import annotations

from typing import Literal

import numpy as np

from personatwin_sql.privacy.numbers import Codes

THRESHOLDS = (0.05, 0.1, 0.2, 0.33, 0.5)
"""Prosecutor risks above which the share of people is reported (El Emam 2013)."""

Band = Literal["public", "research", "internal", "unsafe"]
_BANDS: tuple[tuple[Band, float, float], ...] = (
    ("public", 0.01, 0.10),
    ("research", 0.05, 0.20),
    ("internal", 0.15, 0.34),
)
"""Each with the highest average and the highest record risk that it allows."""


def average_risk(sizes: Codes) -> float:
    """Marketer risk: Σ_people (1/f) ÷ people = classes ÷ people (Dankar & El Emam 2010)."""
    return len(sizes) / int(sizes.sum()) if len(sizes) else 0.0


def share_above(sizes: Codes, threshold: float) -> float:
    """The share of people whose prosecutor risk 1/f is above a threshold (El Emam 2013)."""
    total = int(sizes.sum())
    return int(sizes[1 / np.maximum(sizes, 1) > threshold].sum()) / total if total else 0.0


def band(average: float, record: float) -> Band:
    """The widest audience that both risks allow."""
    for name, highest_average, highest_record in _BANDS:
        if average <= highest_average and record <= highest_record:
            return name
    return "unsafe"
