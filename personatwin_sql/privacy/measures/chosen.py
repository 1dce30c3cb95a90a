"""The measure that a demand asks for, bound to a frequency set."""

from __future__ import annotations

from math import log2

import numpy as np

from personatwin_sql.privacy.beside import CELLS
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
    held_by_value,
    iyengar,
)
from personatwin_sql.privacy.measures.measure import Measure
from personatwin_sql.privacy.numbers import Codes, Shares
from personatwin_sql.privacy.objective import MeasureName

_BY_AREA: tuple[MeasureName, ...] = ("ambiguity", "kl_divergence")


def measured(frequency: FrequencySet, demand: Demand, lattice: Lattice) -> tuple[Grouping, Measure]:
    """The classes of a frequency set, and the loss by which they are compared."""
    sensitive = {model.column for model in demand.models if model.column is not None}
    if demand.earlier is not None:
        sensitive.add(CELLS)
    tables = _tables(frequency, demand)
    grouping = Grouping(frequency, lattice.lowest, lattice.highest, tables, sensitive)
    return grouping, measure_on(grouping, frequency, demand, is_summed=tables is not None)


def measure_on(grouping: Grouping, frequency: FrequencySet, demand: Demand, *, is_summed: bool) -> Measure:
    """The loss of a demand over classes that are there.

    `is_summed`: the grouping's tables hold what suppressing one person costs; otherwise losses of columns are
    added up one by one. Ambiguity and KL divergence need a grouping whose tables are `log_leaves`.
    """
    objective = demand.objective
    by_column = _by_column(frequency, demand)
    if by_column is not None:
        weights = _weights(frequency, demand)
        if objective.mean == "geometric":
            return Geometric(by_column, grouping, weights)
        return Arithmetic(by_column, grouping, weights, is_summed=is_summed)
    steps = tuple(iyengar(frequency, 1.0).margins)
    if objective.measure in _BY_AREA:
        logs = mean_logs(frequency, log_leaves(frequency))
        domain = float(sum(log2(max(1, int(leaves.sum()))) for leaves in frequency.leaves))
        if objective.measure == "ambiguity":
            return Ambiguity(grouping, steps, logs, domain)
        return Divergence(grouping, steps, logs, domain, frequency)
    values = tuple(_values(frequency, column) for column in range(len(frequency.names)))
    if objective.measure == "discernibility":
        return Discernibility(steps, values, frequency.total, len(grouping.finest.rows))
    return AverageClassSize(steps, values, frequency.total, demand.k)


def _tables(frequency: FrequencySet, demand: Demand) -> tuple[Shares, ...] | None:
    if demand.objective.measure in _BY_AREA:
        return log_leaves(frequency)
    by_column = _by_column(frequency, demand)
    if isinstance(by_column, Cells) and demand.objective.mean == "arithmetic":
        return by_column.per_person(_weights(frequency, demand))
    return None


def _weights(frequency: FrequencySet, demand: Demand) -> Shares:
    """(columns,), of sum 1."""
    weights = np.array([demand.weights.get(name, 1.0) for name in frequency.names])
    return weights / weights.sum() if len(weights) else weights


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


def _values(frequency: FrequencySet, column: int) -> Codes:
    """(height + 1,): how many values people have in a column at each level."""
    given = np.flatnonzero(held_by_value(frequency, column))
    return np.array([len(np.unique(level[given])) for level in frequency.maps[column]])
