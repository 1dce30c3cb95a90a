"""The measure that a demand asks for, bound to a frequency set."""

from __future__ import annotations

from math import log2

import numpy as np

from personatwin_sql.privacy.classes import Grouping
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.lattice import Lattice
from personatwin_sql.privacy.measures.by_area import Ambiguity, Divergence, log_leaves, mean_logs
from personatwin_sql.privacy.measures.by_class import AverageClassSize, Discernibility
from personatwin_sql.privacy.measures.by_column import (
    Arithmetic,
    Cells,
    Entropies,
    Geometric,
    climbed,
    entropies,
    iyengar,
)
from personatwin_sql.privacy.measures.measure import Measure
from personatwin_sql.privacy.numbers import Codes, Shares


def measured(frequency: FrequencySet, demand: Demand, lattice: Lattice) -> tuple[Grouping, Measure]:
    """The classes of a frequency set, and the loss by which they are compared."""
    objective = demand.objective
    weights = np.array([demand.weights.get(name, 1.0) for name in frequency.names])
    weights = weights / weights.sum() if len(weights) else weights
    sensitive = {model.column for model in demand.models if model.column is not None}

    def grouping(tables: tuple[Shares, ...] | None) -> Grouping:
        return Grouping(frequency, lattice.lowest, lattice.highest, tables, sensitive)

    by_column = _by_column(frequency, demand)
    if by_column is not None:
        if objective.mean == "geometric":
            alone = grouping(None)
            return alone, Geometric(by_column, alone, weights)
        tables = by_column.per_person(weights) if isinstance(by_column, Cells) else None
        summed = grouping(tables)
        return summed, Arithmetic(by_column, summed, weights)
    steps = tuple(iyengar(frequency, 1.0).margins)
    if objective.measure in ("ambiguity", "kl_divergence"):
        areas = log_leaves(frequency)
        logs = mean_logs(frequency, areas)
        domain = float(sum(log2(max(1, int(leaves.sum()))) for leaves in frequency.leaves))
        summed = grouping(areas)
        if objective.measure == "ambiguity":
            return summed, Ambiguity(summed, steps, logs, domain)
        return summed, Divergence(summed, steps, logs, domain, frequency)
    alone = grouping(None)
    values = tuple(
        _values(table, codes) for table, codes in zip(frequency.maps, frequency.codes.T, strict=True)
    )
    if objective.measure == "discernibility":
        return alone, Discernibility(steps, values, frequency.total, len(alone.finest.rows))
    return alone, AverageClassSize(steps, values, frequency.total, demand.k)


def _by_column(frequency: FrequencySet, demand: Demand) -> Cells | Entropies | None:
    match demand.objective.measure:
        case "loss":
            return iyengar(frequency, demand.objective.suppression)
        case "precision":
            return climbed(frequency, demand.objective.suppression)
        case "non_uniform_entropy":
            return entropies(frequency, demand.objective.suppression)
        case _:
            return None


def _values(table: Codes, codes: Codes) -> Codes:
    """(height + 1,): how many values people have in a column at each level."""
    given = np.unique(codes)
    return np.array([len(np.unique(level[given])) for level in table])
