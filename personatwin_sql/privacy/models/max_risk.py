"""Highest risk: nobody of a release is found again with more than a given probability."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.models.boundary import number
from personatwin_sql.privacy.models.counted import Counted
from personatwin_sql.privacy.models.model import Direction
from personatwin_sql.privacy.numbers import Flags, Shares


@dataclass(frozen=True)
class MaxRisk:
    """1/f ≤ limit: the prosecutor risk of the class (El Emam 2013)."""

    limit: float
    name: ClassVar[str] = "max_risk"
    column: ClassVar[None] = None
    direction: ClassVar[Direction] = "at_most"
    outlives_any_merge: ClassVar[bool] = True
    outlives_merges_of_its_own: ClassVar[bool] = True

    def __init__(self, limit: float) -> None:
        vars(self).update(limit=number(limit, "max_risk", 0, 1, without_least=True))

    @property
    def required(self) -> float:
        return self.limit

    def each(self, classes: Counted) -> Shares:
        return 1 / np.maximum(classes.sizes, 1)

    def passes(self, classes: Counted) -> Flags:
        return np.asarray(self.each(classes) <= self.limit)

    def measure(self, classes: Counted) -> float:
        return float(self.each(classes).max(initial=0.0))
