"""Risk of people who may stand in several classes: each person counts once, with the smallest class."""

from __future__ import annotations

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.privacy.risk import THRESHOLDS, Band, band


@dataclass(frozen=True)
class PersonRisk:
    """Risks over people; all 0 when there is nobody."""

    people: int
    smallest_class: int
    average: float
    """Σ_people (1/f) ÷ people, f being the size of the person's smallest class (El Emam 2013). Where each
    person stands in one class this is classes ÷ people, the marketer risk (Dankar & El Emam 2010)."""
    highest: float
    """Prosecutor risk of the person most at risk, 1 ÷ smallest class."""
    above: tuple[tuple[float, float], ...]
    """Each threshold with the share of people whose 1/f is above it."""
    alone: int
    """People who are alone in a class, f = 1 (Skinner & Elliot 2002)."""

    @property
    def band(self) -> Band:
        """The widest audience that both risks allow."""
        return band(self.average, self.highest)


def person_risk(sizes: Codes, people: Codes) -> PersonRisk:
    """The risk of people by class size: `sizes` (rows,) of classes, `people` (rows,) whose smallest it is."""
    total = int(people.sum())
    if not total:
        return PersonRisk(0, 0, 0.0, 0.0, tuple((threshold, 0.0) for threshold in THRESHOLDS), 0)
    risks = 1 / sizes
    return PersonRisk(
        people=total,
        smallest_class=int(sizes.min()),
        average=float((risks * people).sum() / total),
        highest=1 / int(sizes.min()),
        above=tuple((threshold, int(people[risks > threshold].sum()) / total) for threshold in THRESHOLDS),
        alone=int(people[sizes == 1].sum()),
    )


@dataclass(frozen=True)
class SizeBand:
    """Classes of `low` to `high` people (None: no upper end)."""

    low: int
    high: int | None
    classes: int
    people: int


_EDGES = (1, 2, 3, 5, 11, 20, 50, 100, 200, 500, 1_000, 10_000)


def size_bands(sizes: Codes, classes: Codes) -> tuple[SizeBand, ...]:
    """A histogram of class sizes: `sizes` (rows,) and how many `classes` (rows,) have each."""
    found = []
    for low, after in zip(_EDGES, (*_EDGES[1:], None), strict=True):
        inside = sizes >= low if after is None else (sizes >= low) & (sizes < after)
        if inside.any():
            number = int(classes[inside].sum())
            people = int((sizes[inside] * classes[inside]).sum())
            found.append(SizeBand(low, None if after is None else after - 1, number, people))
    return tuple(found)


def codes(values: list[int]) -> Codes:
    """(rows,) whole numbers."""
    return np.array(values, dtype=np.int64)
