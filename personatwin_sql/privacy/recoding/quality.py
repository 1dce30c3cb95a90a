"""How fine a recoding is: granularity, 1 − Loss (Iyengar 2002), by column and pooled."""

from __future__ import annotations

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


def granularity(frequency: FrequencySet, recoding: Recoding) -> Granularity:
    """Over all people; who is suppressed has a share of 1 in every column. Ranges count as their level."""
    kept = recoding.classes >= 0
    levels = recoding.levels[recoding.classes[kept]]
    people = frequency.people[kept]
    gained, possible = np.zeros(len(frequency.names)), np.zeros(len(frequency.names))
    for column, leaves in enumerate(frequency.leaves):
        shares = frequency.shares(column)[levels[:, column], frequency.codes[kept, column]]
        gained[column] = float(people @ (1 - shares)) / max(1, frequency.total)
        possible[column] = 1 - 1 / max(1, int(leaves.sum()))
    columns = np.divide(gained, possible, out=np.ones_like(gained), where=possible > 0)
    pooled = float(gained.sum() / possible.sum()) if possible.any() else 1.0
    return Granularity(columns, float(columns.mean()) if len(columns) else 1.0, pooled)


def at_one_node(frequency: FrequencySet, levels: tuple[int, ...], is_suppressed: Codes) -> Recoding:
    """A full-domain release as a recoding: all classes at the same levels; `is_suppressed` (tuples,)."""
    codes = frequency.at(levels)
    kept = np.flatnonzero(~is_suppressed.astype(np.bool_))
    classes = np.full(len(codes), -1, dtype=np.int64)
    distinct, number = np.unique(codes[kept], axis=0, return_inverse=True)
    classes[kept] = number.reshape(-1)
    return Recoding(classes=classes, levels=np.tile(np.asarray(levels, dtype=np.int64), (len(distinct), 1)))
