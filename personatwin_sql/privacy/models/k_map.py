"""k-map: enough people of the population who are alike, whoever of them is in the data."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.models.boundary import whole
from personatwin_sql.privacy.models.counted import Counted
from personatwin_sql.privacy.models.model import Direction
from personatwin_sql.privacy.numbers import Flags, Shares


@dataclass(frozen=True)
class KMap:
    """F ≥ k, F the people of the population alike, rounded down (Sweeney 2001; El Emam & Dankar 2008).

    Where classes differ in levels, these are the `Candidates`: those who have what its own people have. Where
    no population is known nothing passes.
    """

    k: int
    name: ClassVar[str] = "k_map"
    column: ClassVar[None] = None
    direction: ClassVar[Direction] = "at_least"
    outlives_any_merge: ClassVar[bool] = True
    outlives_merges_of_its_own: ClassVar[bool] = True

    def __init__(self, k: int) -> None:
        vars(self).update(k=whole(k, "k_map", 2))

    @property
    def required(self) -> float:
        return self.k

    def each(self, classes: Counted) -> Shares:
        if classes.population is None:
            return np.zeros(len(classes.sizes))
        return classes.population.astype(np.float64)

    def passes(self, classes: Counted) -> Flags:
        return np.asarray(self.each(classes) >= self.k)

    def measure(self, classes: Counted) -> float:
        return float(self.each(classes).min(initial=np.inf))
