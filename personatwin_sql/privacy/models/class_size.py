"""k-anonymity: enough people in each class."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.models.boundary import whole
from personatwin_sql.privacy.models.counted import Counted
from personatwin_sql.privacy.models.model import Direction
from personatwin_sql.privacy.numbers import Flags, Shares


@dataclass(frozen=True)
class ClassSize:
    """f ≥ k (Samarati & Sweeney 1998; Sweeney 2002)."""

    k: int
    name: ClassVar[str] = "k"
    column: ClassVar[None] = None
    direction: ClassVar[Direction] = "at_least"
    outlives_any_merge: ClassVar[bool] = True
    outlives_merges_of_its_own: ClassVar[bool] = True

    def __init__(self, k: int) -> None:
        vars(self).update(k=whole(k, "k", 1))

    @property
    def required(self) -> float:
        return self.k

    def each(self, classes: Counted) -> Shares:
        return classes.sizes.astype(np.float64)

    def passes(self, classes: Counted) -> Flags:
        return np.asarray(classes.sizes >= self.k)

    def measure(self, classes: Counted) -> float:
        return float(self.each(classes).min(initial=np.inf))
