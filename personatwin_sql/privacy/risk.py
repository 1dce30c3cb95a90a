"""How likely somebody is found again: risks of a release, from the sizes of its equivalence classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from personatwin_sql.privacy.frequency import Codes

THRESHOLDS = (0.05, 0.1, 0.2, 0.33, 0.5)
"""Prosecutor risks above which the share of people is reported (El Emam 2013)."""

Band = Literal["public", "research", "internal", "unsafe"]
_BANDS: tuple[tuple[Band, float, float], ...] = (
    ("public", 0.01, 0.10),
    ("research", 0.05, 0.20),
    ("internal", 0.15, 0.34),
)
"""Each with the highest average and the highest record risk that it allows."""


@dataclass(frozen=True)
class Risk:
    """The risks of a release; all 0 when nothing is released."""

    people: int
    classes: int
    smallest_class: int
    highest: float
    """Prosecutor risk of the person most at risk, 1 ÷ smallest class: the record risk."""
    average: float
    """Marketer risk, classes ÷ people."""
    above: tuple[tuple[float, float], ...]
    """Each threshold with the share of people whose prosecutor risk is above it."""
    sample_uniqueness: float
    """The share of people who are alone in their class."""

    @property
    def band(self) -> Band:
        return band(self.average, self.highest)


def risk_of(sizes: Codes) -> Risk:
    """The risks of a release with classes of these `sizes` (classes,), in people."""
    return Risk(
        people=int(sizes.sum()),
        classes=len(sizes),
        smallest_class=int(sizes.min()) if len(sizes) else 0,
        highest=record_risk(sizes),
        average=average_risk(sizes),
        above=tuple((threshold, share_above(sizes, threshold)) for threshold in THRESHOLDS),
        sample_uniqueness=sample_uniqueness(sizes),
    )


def record_risk(sizes: Codes) -> float:
    """Prosecutor risk of the person most at risk: max 1/f = 1 ÷ smallest class (El Emam 2013)."""
    return 1 / int(sizes.min()) if len(sizes) else 0.0


def average_risk(sizes: Codes) -> float:
    """Marketer risk: Σ_people (1/f) ÷ people = classes ÷ people (Dankar & El Emam 2010)."""
    return len(sizes) / int(sizes.sum()) if len(sizes) else 0.0


def share_above(sizes: Codes, threshold: float) -> float:
    """The share of people whose prosecutor risk 1/f is above a threshold (El Emam 2013)."""
    return _share(sizes, 1 / sizes > threshold)


def sample_uniqueness(sizes: Codes) -> float:
    """The share of people who are alone in their class, f = 1 (Skinner & Elliot 2002)."""
    return _share(sizes, sizes == 1)


def band(average: float, record: float) -> Band:
    """The widest audience that both risks allow."""
    for name, highest_average, highest_record in _BANDS:
        if average <= highest_average and record <= highest_record:
            return name
    return "unsafe"


@dataclass(frozen=True)
class Homogeneity:
    """How much of a release tells a sensitive value outright."""

    classes: float
    """The share of classes in which all people have one value."""
    people: float
    """The share of people in such classes."""


def homogeneity(class_ids: Codes, people: Codes) -> Homogeneity:
    """The homogeneity of classes in a sensitive column (Machanavajjhala et al. 2007).

    One row per class and value that occurs in it (NULL is a value): `class_ids` (rows,) any integers,
    `people` (rows,) with that value.
    """
    _, class_of, values = np.unique(class_ids, return_inverse=True, return_counts=True)
    if not len(values):
        return Homogeneity(0.0, 0.0)
    sizes = np.bincount(class_of, weights=people).astype(np.int64)
    return Homogeneity(classes=float(np.mean(values == 1)), people=_share(sizes, values == 1))


def _share(sizes: Codes, chosen: np.typing.NDArray[np.bool_]) -> float:
    total = int(sizes.sum())
    return int(sizes[chosen].sum()) / total if total else 0.0
