"""How fine a recoding is: granularity, 1 − Loss (Iyengar 2002), by column and pooled."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.numbers import Codes, Shares
from personatwin_sql.privacy.recoding.recoding import Recoding


@dataclass(frozen=True)
class Granularity:
    """columns: (columns,), 1 − Loss of each; mean: of the columns; pooled: Σ (1 − share) ÷ Σ (1 − 1/m)."""

    columns: Shares
    mean: float
    pooled: float


def granularity(
    frequency: FrequencySet, recoding: Recoding, ranks: Mapping[str, Codes] | None = None
) -> Granularity:
    """Over all people; who is suppressed has a share of 1 in every column.

    A range has the leaves between its ends by `ranks`, as in `recode`; without, it counts as its level.
    """
    kept = recoding.classes >= 0
    of = recoding.classes[kept]
    people = frequency.people[kept]
    gained, possible = np.zeros(len(frequency.names)), np.zeros(len(frequency.names))
    for column, (name, leaves) in enumerate(zip(frequency.names, frequency.leaves, strict=True)):
        shares = frequency.shares(column)[recoding.levels[of, column], frequency.codes[kept, column]]
        if name in (ranks or {}) and recoding.low is not None and recoding.high is not None:
            low, high = recoding.low[of, column], recoding.high[of, column]
            shares = np.where(low >= 0, _between(leaves, (ranks or {})[name], low, high), shares)
        gained[column] = float(people @ (1 - shares)) / max(1, frequency.total)
        possible[column] = 1 - 1 / max(1, int(leaves.sum()))
    columns = np.divide(gained, possible, out=np.ones_like(gained), where=possible > 0)
    pooled = float(gained.sum() / possible.sum()) if possible.any() else 1.0
    return Granularity(columns, float(columns.mean()) if len(columns) else 1.0, pooled)


def _between(leaves: Codes, rank: Codes, low: Codes, high: Codes) -> Shares:
    """The share of leaves from one base value to another, both inclusive, in the order of their ranks."""
    by_rank = np.bincount(np.maximum(rank, -1) + 1, weights=leaves)[1:]
    upto = np.concatenate((np.zeros(1), np.cumsum(by_rank)))
    return np.asarray(upto[rank[high] + 1] - upto[rank[low]], dtype=np.float64) / max(1, int(leaves.sum()))


def precision_by_class(frequency: FrequencySet, recoding: Recoding) -> float:
    """1 − Σ level ÷ height over all cells ÷ cells; suppressed cells are at the top (Sweeney 2002)."""
    heights = np.asarray(frequency.heights, dtype=np.float64)
    if not len(heights) or not frequency.total:
        return 1.0
    climbed = (recoding.levels / np.maximum(1, heights)).mean(axis=1)
    of_tuples = np.append(climbed, 1.0)[recoding.classes]
    return 1 - float(frequency.people @ of_tuples) / frequency.total
