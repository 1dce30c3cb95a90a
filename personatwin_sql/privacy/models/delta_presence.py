"""δ-presence: of nobody in the population can it be told too surely whether they are in the research subset.

The people are the population; the column says of each whether they are in the subset: its code 1 means yes,
0 no. The two bounds are two rules, each with one number that is required and measured.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.models.boundary import number
from personatwin_sql.privacy.models.by_class import total
from personatwin_sql.privacy.models.counted import Counted
from personatwin_sql.privacy.models.model import Direction
from personatwin_sql.privacy.numbers import Flags, Shares

_OUTSIDE, _INSIDE = 0, 1


@dataclass(frozen=True)
class MostPresent:
    """The share of a class that is in the subset ≤ δmax (Nergiz et al. 2007); who is NULL may be in it."""

    column: str
    most: float
    name: ClassVar[str] = "delta_presence"
    direction: ClassVar[Direction] = "at_most"
    outlives_any_merge: ClassVar[bool] = False
    outlives_merges_of_its_own: ClassVar[bool] = True

    def __init__(self, column: str, most: float) -> None:
        vars(self).update(column=column, most=number(most, "δmax", 0, 1))

    @property
    def required(self) -> float:
        return self.most

    def each(self, classes: Counted) -> Shares:
        values = classes.values[self.column]
        maybe = total(classes, values, values.people * (values.values != _OUTSIDE))
        return maybe / np.maximum(classes.sizes, 1)

    def passes(self, classes: Counted) -> Flags:
        return np.asarray(self.each(classes) <= self.most)

    def measure(self, classes: Counted) -> float:
        return float(self.each(classes).max(initial=0.0))


@dataclass(frozen=True)
class LeastPresent:
    """The share of a class that is in the subset ≥ δmin (Nergiz et al. 2007); who is NULL may be outside."""

    column: str
    least: float
    name: ClassVar[str] = "delta_presence"
    direction: ClassVar[Direction] = "at_least"
    outlives_any_merge: ClassVar[bool] = False
    outlives_merges_of_its_own: ClassVar[bool] = True

    def __init__(self, column: str, least: float) -> None:
        vars(self).update(column=column, least=number(least, "δmin", 0, 1))

    @property
    def required(self) -> float:
        return self.least

    def each(self, classes: Counted) -> Shares:
        values = classes.values[self.column]
        surely = total(classes, values, values.people * (values.values == _INSIDE))
        return surely / np.maximum(classes.sizes, 1)

    def passes(self, classes: Counted) -> Flags:
        return np.asarray(self.each(classes) >= self.least)

    def measure(self, classes: Counted) -> float:
        return float(self.each(classes).min(initial=1.0))
