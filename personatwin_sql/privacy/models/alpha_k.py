"""(α, k)-anonymity: no sensitive value is that of too large a share of a class."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.models.boundary import number
from personatwin_sql.privacy.models.by_class import greatest
from personatwin_sql.privacy.models.counted import Counted
from personatwin_sql.privacy.models.model import Direction
from personatwin_sql.privacy.numbers import Flags, Shares


@dataclass(frozen=True)
class AlphaK:
    """max p ≤ α over all values, NULL among them (Wong et al. 2006); f ≥ k is asked for beside it."""

    column: str
    alpha: float
    name: ClassVar[str] = "alpha_k"
    direction: ClassVar[Direction] = "at_most"
    outlives_any_merge: ClassVar[bool] = False
    outlives_merges_of_its_own: ClassVar[bool] = True

    def __init__(self, column: str, alpha: float) -> None:
        vars(self).update(
            column=column, alpha=number(alpha, "α", 0, 1, without_least=True, without_most=True)
        )

    @property
    def required(self) -> float:
        return self.alpha

    def each(self, classes: Counted) -> Shares:
        return greatest(classes, classes.values[self.column], classes.shares(self.column))

    def passes(self, classes: Counted) -> Flags:
        return np.asarray(self.each(classes) <= self.alpha)

    def measure(self, classes: Counted) -> float:
        return float(self.each(classes).max(initial=0.0))
