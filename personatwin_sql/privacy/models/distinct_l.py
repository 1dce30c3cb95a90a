"""Distinct l-diversity: enough different sensitive values in each class."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.models.boundary import whole
from personatwin_sql.privacy.models.by_class import not_null, total
from personatwin_sql.privacy.models.counted import Counted
from personatwin_sql.privacy.models.model import Direction
from personatwin_sql.privacy.numbers import Flags, Shares


@dataclass(frozen=True)
class DistinctDiversity:
    """Number of values ≥ l (Machanavajjhala et al. 2007); NULL is none of them."""

    column: str
    l: int  # noqa: E741  the letter of the literature
    name: ClassVar[str] = "l_diversity"
    direction: ClassVar[Direction] = "at_least"
    outlives_any_merge: ClassVar[bool] = True
    outlives_merges_of_its_own: ClassVar[bool] = True

    def __init__(self, column: str, l: int) -> None:  # noqa: E741  as above
        vars(self).update(column=column, l=whole(l, "l", 2))

    @property
    def required(self) -> float:
        return self.l

    def each(self, classes: Counted) -> Shares:
        values = classes.values[self.column]
        return total(classes, values, not_null(values))

    def passes(self, classes: Counted) -> Flags:
        return np.asarray(self.each(classes) >= self.l)

    def measure(self, classes: Counted) -> float:
        return float(self.each(classes).min(initial=np.inf))
