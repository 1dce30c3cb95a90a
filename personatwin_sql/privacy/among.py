"""Risk of people as they are given, beside the population that they are sought in."""

from __future__ import annotations

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes

RARE = (2, 5, 10, 20, 100)
"""A class of fewer people of the population than one of these is rare."""
_EDGES = (0, 1, 2, 5, 10, 20, 100, 1_000, 10_000)


@dataclass(frozen=True)
class AmongRisk:
    """Over people: f is the size of a class in the data, F in the population, rounded down.

    Who is in the data is in the population too: a class has at least f people there, whatever an estimate
    says. Of people of several classes the one counts that tells most of them.
    """

    highest: float
    """1 / the smallest max(f, F) (El Emam & Dankar 2008); 0 where nobody is."""
    average: float
    """The mean of 1/max(f, F): Σ_classes f/max(f, F) ÷ people, of one class each (Dankar & El Emam 2010)."""
    smallest: int
    """F of the rarest class: k-map holds for k up to it (Sweeney 2001)."""
    middle: int
    """Half of the people or more have at most so many of the population alike."""
    without: float
    """The share of people of whose class the population has nobody."""
    rare: tuple[tuple[int, float], ...]
    """Each k of `RARE`, with the share of people whose class has fewer than k of the population."""


@dataclass(frozen=True)
class PopulationBand:
    """Classes of `low` to `high` people of the population (None: no upper end)."""

    low: int
    high: int | None
    classes: int
    people: int
    """Of the data, in these classes."""


def among_risk(people: Codes, known: Codes, population: Codes) -> AmongRisk:
    """Of rows of so many `people` (rows,), with the least max(f, F) and the least F of their classes."""
    total = int(people.sum())
    if not total:
        return AmongRisk(0.0, 0.0, 0, 0, 0.0, tuple((k, 0.0) for k in RARE))
    order = np.argsort(population, kind="stable")
    middle = np.searchsorted(np.cumsum(people[order]), (total + 1) // 2)
    return AmongRisk(
        highest=1 / int(known.min()),
        average=float((people / known).sum()) / total,
        smallest=int(population.min()),
        middle=int(population[order][middle]),
        without=int(people[population == 0].sum()) / total,
        rare=tuple((k, int(people[population < k].sum()) / total) for k in RARE),
    )


def population_bands(population: Codes, classes: Codes, people: Codes) -> tuple[PopulationBand, ...]:
    """A histogram by F: each row is of so many `classes`, with so many `people` in all of them together."""
    found = []
    for low, after in zip(_EDGES, (*_EDGES[1:], None), strict=True):
        inside = population >= low if after is None else (population >= low) & (population < after)
        if inside.any():
            high = None if after is None else after - 1
            found.append(PopulationBand(low, high, int(classes[inside].sum()), int(people[inside].sum())))
    return tuple(found)
