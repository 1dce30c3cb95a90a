"""δ-disclosure privacy: no sensitive value of a class is much more or less frequent there than overall."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.models.boundary import least_above, number, rounded
from personatwin_sql.privacy.models.by_class import column_of, greatest
from personatwin_sql.privacy.models.counted import Counted
from personatwin_sql.privacy.models.model import Direction
from personatwin_sql.privacy.numbers import Flags, Shares


@dataclass(frozen=True)
class DeltaDisclosure:
    """|log2(p/q)| < δ for each value of the class (Brickell & Shmatikov 2008).

    A class that lacks a value says nothing of it. So two classes that pass may fail as one: what only one of
    them has is rarer in both together.
    """

    column: str
    delta: float
    name: ClassVar[str] = "delta_disclosure"
    direction: ClassVar[Direction] = "at_most"
    outlives_any_merge: ClassVar[bool] = False
    outlives_merges_of_its_own: ClassVar[bool] = False

    def __init__(self, column: str, delta: float) -> None:
        vars(self).update(column=column, delta=number(delta, "δ", 0, without_least=True))

    @property
    def required(self) -> float:
        return self.delta

    def each(self, classes: Counted) -> Shares:
        values, sizes = column_of(classes, self.column)
        everybody = values.of.everybody
        ratio = values.people * int(everybody.sum()) / (everybody[values.values] * sizes)
        return greatest(classes, values, rounded(np.abs(np.log2(ratio))))

    def passes(self, classes: Counted) -> Flags:
        return np.asarray(self.each(classes) < self.delta)

    def measure(self, classes: Counted) -> float:
        return least_above(float(self.each(classes).max(initial=0.0)))
