"""β-likeness: no sensitive value is much more frequent in a class than overall, least of all a rare one."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.models.boundary import number, rounded
from personatwin_sql.privacy.models.by_class import column_of, greatest
from personatwin_sql.privacy.models.counted import Counted
from personatwin_sql.privacy.models.model import Direction
from personatwin_sql.privacy.numbers import Flags, Shares


@dataclass(frozen=True)
class BetaLikeness:
    """(p − q)/q ≤ β for each value (Cao & Karras 2012, basic)."""

    column: str
    beta: float
    name: ClassVar[str] = "beta_likeness"
    direction: ClassVar[Direction] = "at_most"
    outlives_any_merge: ClassVar[bool] = False
    outlives_merges_of_its_own: ClassVar[bool] = True

    def __init__(self, column: str, beta: float) -> None:
        vars(self).update(column=column, beta=number(beta, "β", 0, without_least=True))

    @property
    def required(self) -> float:
        return self.beta

    def each(self, classes: Counted) -> Shares:
        return greatest(classes, classes.values[self.column], _gains(classes, self.column))

    def passes(self, classes: Counted) -> Flags:
        return np.asarray(self.each(classes) <= self.beta)

    def measure(self, classes: Counted) -> float:
        return float(self.each(classes).max(initial=0.0))


class EnhancedBetaLikeness(BetaLikeness):
    """(p − q)/q ≤ min(β, −ln q) for each value (Cao & Karras 2012, enhanced).

    A class with a value above −ln q has no β that holds: its value is infinite.
    """

    def each(self, classes: Counted) -> Shares:
        values = classes.values[self.column]
        gains = _gains(classes, self.column)
        shares = values.of.shares[values.values]
        too_much = (gains > 0) & (rounded(gains + np.log(shares)) >= 0)
        return greatest(classes, values, np.where(too_much, np.inf, gains))


def _gains(classes: Counted, column: str) -> Shares:
    """(entries,): (p − q)/q as one quotient of whole numbers."""
    values, sizes = column_of(classes, column)
    everybody = values.of.everybody
    expected = everybody[values.values] * sizes
    gains: Shares = (values.people * int(everybody.sum()) - expected) / expected
    return gains
