"""The people to be recoded: tuples in canonical order, what each level costs, and the test of a class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.candidates import Candidates, candidates
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.lattice import Lattice, Levels
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
    candidates: people of the population who could be those of each tuple, where a model asks for them.
    """

    frequency: FrequencySet
    sensitive: tuple[Sensitive, ...]
    place: Codes
    lattice: Lattice
    k: int
    models: tuple[PrivacyModel, ...]
    costs: tuple[Shares, ...]
    candidates: Candidates | None = None

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
    population, behind = frequency.population, None
    if population is not None and any(model.name == "k_map" for model in demand.models):
        frequency = as_told_apart(frequency, lattice.lowest)
        behind = candidates(population, lattice.lowest, finest[firsts])
    return Pool(
        frequency=replace(frequency, codes=frequency.codes[firsts], people=people, sensitive=sensitive),
        sensitive=sensitive,
        place=place,
        lattice=lattice,
        k=demand.k,
        models=demand.models,
        costs=costs_of(frequency, demand.weights),
        candidates=behind,
    )


def as_told_apart(frequency: FrequencySet, lowest: Levels) -> FrequencySet:
    """With one leaf for each value of the lowest levels: how many values as given lie under it has no say.

    So whoever has the same values there can be put in the place of another, and nothing is recoded otherwise.
    """
    leaves = []
    for table, level in zip(frequency.maps, lowest, strict=True):
        leaf = np.zeros(table.shape[1], dtype=np.int64)
        leaf[np.unique(table[level], return_index=True)[1]] = 1
        leaves.append(leaf)
    return replace(frequency, leaves=tuple(leaves))


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
        candidates=None if pool.candidates is None else pool.candidates.part(number),
    )
