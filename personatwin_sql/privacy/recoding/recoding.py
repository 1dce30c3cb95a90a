"""What a recoding publishes: the class of each tuple, and the level of each column in each class."""

from __future__ import annotations

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.numbers import Codes


@dataclass(frozen=True)
class Recoding:
    """Classes of the tuples of a frequency set, numbered in the order of their first tuple by its codes.

    classes: (tuples,), the class of each tuple, -1 where it is suppressed.
    levels: (classes, columns), the level at which a class publishes a column; its tuples agree there, and
    where `low` says nothing it is the lowest level allowed at which they do.
    low, high: (classes, columns), the least and the greatest value of an ordered column that is published as
    a range, as base codes, both inclusive; -1 where the column is published at its level. None: no ranges.
    k: no class was made of fewer people: the demanded k, or a larger one that the risk asked for.
    lowest: (columns,), the levels at which the tuples were told apart; what lies below them had no say.
    """

    classes: Codes
    levels: Codes
    low: Codes | None = None
    high: Codes | None = None
    k: int = 1
    lowest: tuple[int, ...] = ()


def published(frequency: FrequencySet, recoding: Recoding) -> Codes:
    """(tuples, columns): the code of each tuple at the levels of its class; -1 where it is suppressed.

    Codes are those of the level in `recoding.levels`; equal codes of different levels are different values.
    """
    codes = np.full_like(frequency.codes, -1)
    kept = recoding.classes >= 0
    levels = recoding.levels[recoding.classes[kept]]
    for column, table in enumerate(frequency.maps):
        codes[kept, column] = table[levels[:, column], frequency.codes[kept, column]]
    return codes
