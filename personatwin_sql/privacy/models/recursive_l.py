"""Recursive (c, l)-diversity: the most frequent sensitive value is not much more so than the rarer ones."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.models.boundary import least_above, number, whole
from personatwin_sql.privacy.models.by_class import greatest, not_null, total
from personatwin_sql.privacy.models.counted import Counted
from personatwin_sql.privacy.models.model import Direction
from personatwin_sql.privacy.numbers import Flags, Shares


@dataclass(frozen=True)
class RecursiveDiversity:
    """r1 < c · (r_l + … + r_m), the counts of a class from the greatest to the least (Machanavajjhala et al.
    2007). NULL may be the greatest, and is none of the others."""

    column: str
    c: float
    l: int  # noqa: E741  the letter of the literature
    name: ClassVar[str] = "l_diversity"
    direction: ClassVar[Direction] = "at_most"
    outlives_any_merge: ClassVar[bool] = False
    outlives_merges_of_its_own: ClassVar[bool] = True

    def __init__(self, column: str, c: float, l: int) -> None:  # noqa: E741
        vars(self).update(column=column, c=number(c, "c", 0, without_least=True), l=whole(l, "l", 2))

    @property
    def required(self) -> float:
        """c: what is measured at the l that is asked for."""
        return self.c

    def each(self, classes: Counted) -> Shares:
        """(classes,): r1 ÷ (r_l + … + r_m), infinite where fewer than l values are there."""
        values = classes.values[self.column]
        is_value = not_null(values)
        order = np.lexsort((-values.people, ~is_value, values.classes))
        starts = np.searchsorted(values.classes, values.classes)
        rank = np.arange(len(order)) - starts
        rarer = np.zeros(len(order), dtype=np.int64)
        rarer[order] = np.where(rank >= self.l - 1, values.people[order], 0)
        others = total(classes, values, rarer * is_value)
        first = greatest(classes, values, values.people.astype(np.float64))
        return np.divide(first, others, out=np.where(first > 0, np.inf, 0.0), where=others > 0)

    def passes(self, classes: Counted) -> Flags:
        return np.asarray(self.each(classes) < self.c)

    def measure(self, classes: Counted) -> float:
        return least_above(float(self.each(classes).max(initial=0.0)))
