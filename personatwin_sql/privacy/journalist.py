"""Journalist risk: how likely a person is found by somebody who knows nothing of who is in the data."""

from __future__ import annotations

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes


@dataclass(frozen=True)
class JournalistRisk:
    """1/F over the released classes, F being the people of the population who are alike, rounded down.

    Who is in the data is in the population too: a class of f people has at least f there, whatever an
    estimate says, so this risk is never above that of somebody who knows who is in the data.
    """

    highest: float
    """1 ÷ the smallest max(f, F) (El Emam & Dankar 2008); 0 where nobody is released."""
    average: float
    """Σ_classes f/max(f, F) ÷ people (Dankar & El Emam 2010)."""
    smallest: int
    """F of the class where it is smallest: k-map holds for k up to it (Sweeney 2001)."""
    without: float
    """The share of released people of whose class the population knows nobody."""


def journalist_risk(sizes: Codes, population: Codes) -> JournalistRisk:
    """Of classes of these `sizes` (classes,) in the release and in the `population` (classes,)."""
    people = int(sizes.sum())
    if not people:
        return JournalistRisk(0.0, 0.0, 0, 0.0)
    known = np.maximum(population, sizes)
    return JournalistRisk(
        highest=1 / int(known.min()),
        average=float((sizes / known).sum()) / people,
        smallest=int(population.min()),
        without=int(sizes[population == 0].sum()) / people,
    )


def average_risk(sizes: Codes, population: Codes | None = None) -> float:
    """Σ_classes f · min(1/f, 1/F) ÷ people: classes ÷ people where no population counts.

    Who is in the data is in the population too, so a class of f people has at least f there, whatever an
    estimate says.
    """
    people = int(sizes.sum())
    if not people:
        return 0.0
    if population is None:
        return len(sizes) / people
    return float((sizes / np.maximum(sizes, population)).sum()) / people
