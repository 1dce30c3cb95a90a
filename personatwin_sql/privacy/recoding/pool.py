"""The people to be recoded: tuples in canonical order, what each level costs, and the test of a class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.lattice import Lattice
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.privacy.numbers import Codes, Shares
from personatwin_sql.privacy.sensitive import Sensitive


@dataclass(frozen=True)
class Pool:
    """Tuples that are alike at the lowest levels allowed are one; they are sorted by their codes there.

    frequency: those tuples, each by one of its members.
    sensitive: its sensitive columns, of everybody.
    place: (tuples given,), which of them each given tuple became.
    costs: per column (height + 1, base values), what publishing one person's value at a level loses: 0 for a
    leaf of the domain, the column's share of the weights for all of it (Iyengar 2002), so that a person whose
    columns are all at the top loses 1.
    """

    frequency: FrequencySet
    sensitive: tuple[Sensitive, ...]
    place: Codes
    lattice: Lattice
    k: int
    models: tuple[PrivacyModel, ...]
    costs: tuple[Shares, ...]

    @property
    def people(self) -> Codes:
        """(tuples,)"""
        return self.frequency.people


def pool_of(frequency: FrequencySet, demand: Demand) -> Pool:
    """Raises ValueError for a column or level that the frequency set does not have."""
    lattice = _known(demand.lattice(frequency), frequency)
    finest = frequency.at(lattice.lowest)
    order = np.lexsort((*frequency.codes.T[::-1], *finest.T[::-1])) if finest.size else np.arange(len(finest))
    differs = np.ones(len(order), dtype=np.bool_)
    differs[1:] = (finest[order][1:] != finest[order][:-1]).any(axis=1)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.cumsum(differs) - 1
    firsts = order[differs]
    people = np.bincount(place, weights=frequency.people, minlength=len(firsts)).astype(np.int64)
    sensitive = tuple(replace(column, rows=place[column.rows]) for column in frequency.sensitive)
    return Pool(
        frequency=replace(frequency, codes=frequency.codes[firsts], people=people, sensitive=sensitive),
        sensitive=sensitive,
        place=place,
        lattice=lattice,
        k=demand.k,
        models=demand.models,
        costs=costs_of(frequency, demand.weights),
    )


def _known(lattice: Lattice, frequency: FrequencySet) -> Lattice:
    """The nodes at which the values of a frequency set that was rolled up are known."""
    if not frequency.is_rolled_up:
        return lattice
    lowest = tuple(max(pair) for pair in zip(lattice.lowest, frequency.lowest, strict=True))
    if any(low > high for low, high in zip(lowest, lattice.highest, strict=True)):
        raise ValueError("a column is known only at levels above the highest allowed")
    return Lattice(lowest, lattice.highest)


def costs_of(frequency: FrequencySet, weights: Mapping[str, float]) -> tuple[Shares, ...]:
    """Per column (height + 1, base values): weight ÷ Σ weights · (share − 1/m) ÷ (1 − 1/m), m leaves."""
    chosen = np.array([weights.get(name, 1.0) for name in frequency.names])
    total = max(float(chosen.sum()), np.finfo(float).tiny)
    costs = []
    for column, weight in enumerate(chosen):
        leaves = int(frequency.leaves[column].sum())
        least = 1 / max(1, leaves)
        span = 1 - least
        shares = frequency.shares(column)
        costs.append((shares - least) * (weight / total / span) if span else np.zeros_like(shares))
    return tuple(costs)


def part_of(pool: Pool, rows: Codes) -> Pool:
    """The pool of some of its tuples alone; shares of sensitive values stay those of the whole input."""
    frequency = pool.frequency
    number = np.full(len(frequency.people), -1, dtype=np.int64)
    number[rows] = np.arange(len(rows))
    sensitive = []
    for column in frequency.sensitive:
        of = number[column.rows]
        kept = of >= 0
        sensitive.append(
            replace(column, rows=of[kept], values=column.values[kept], people=column.people[kept])
        )
    return replace(
        pool,
        frequency=replace(
            frequency,
            codes=frequency.codes[rows],
            people=frequency.people[rows],
            sensitive=tuple(sensitive),
        ),
    )
