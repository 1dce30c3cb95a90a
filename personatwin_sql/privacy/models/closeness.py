"""t-closeness: the sensitive values of each class are spread as those of everybody, within t.

The distance is the earth mover's, between the class and the whole input (Li et al. 2007); how far two values
lie apart is what the three models differ in.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.models.boundary import number
from personatwin_sql.privacy.models.counted import Counted
from personatwin_sql.privacy.models.model import Direction
from personatwin_sql.privacy.numbers import Flags, Shares


@dataclass(frozen=True)
class Closeness(ABC):
    """What the three have in common: distance ≤ t."""

    column: str
    t: float
    name: ClassVar[str] = "t_closeness"
    direction: ClassVar[Direction] = "at_most"
    outlives_any_merge: ClassVar[bool] = False
    outlives_merges_of_its_own: ClassVar[bool] = True

    def __init__(self, column: str, t: float) -> None:
        vars(self).update(column=column, t=number(t, "t", 0, 1, without_most=True))

    @property
    def required(self) -> float:
        return self.t

    @abstractmethod
    def each(self, classes: Counted) -> Shares:
        """(classes,): the distance of each class."""

    def passes(self, classes: Counted) -> Flags:
        return np.asarray(self.each(classes) <= self.t)

    def measure(self, classes: Counted) -> float:
        return float(self.each(classes).max(initial=0.0))
