"""Entropy l-diversity: sensitive values as evenly spread in each class as l equal ones."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.models.boundary import number, rounded
from personatwin_sql.privacy.models.by_class import not_null, total
from personatwin_sql.privacy.models.counted import Counted
from personatwin_sql.privacy.models.model import Direction
from personatwin_sql.privacy.numbers import Codes, Flags, Shares


@dataclass(frozen=True)
class EntropyDiversity:
    """−Σ p ln p ≥ ln l (Machanavajjhala et al. 2007).

    NULL never helps: it holds both over everybody of a class, with NULL as a value, and over those alone who
    have a value. A class in which nobody has one is of l = 0.
    """

    column: str
    l: float  # noqa: E741  the letter of the literature
    name: ClassVar[str] = "l_diversity"
    direction: ClassVar[Direction] = "at_least"
    outlives_any_merge: ClassVar[bool] = False
    outlives_merges_of_its_own: ClassVar[bool] = True

    def __init__(self, column: str, l: float) -> None:  # noqa: E741  as above
        vars(self).update(column=column, l=number(l, "l", 1, without_least=True))

    @property
    def required(self) -> float:
        return self.l

    def each(self, classes: Counted) -> Shares:
        values = classes.values[self.column]
        is_value = not_null(values)
        people, logs = values.people, values.people * np.log(values.people)
        of_everybody = _effective(classes.sizes, total(classes, values, logs))
        if is_value.all():
            return of_everybody
        known = total(classes, values, people * is_value)
        return np.minimum(of_everybody, _effective(known, total(classes, values, logs * is_value)))

    def passes(self, classes: Counted) -> Flags:
        return np.asarray(self.each(classes) >= self.l)

    def measure(self, classes: Counted) -> float:
        return float(self.each(classes).min(initial=np.inf))


def _effective(people: Shares | Codes, logs: Shares) -> Shares:
    """exp(−Σ p ln p) = exp(ln f − Σ c ln c ÷ f), as if so many values were equally frequent; 0 of nobody."""
    some = np.maximum(people, 1)
    return np.where(people > 0, rounded(np.exp(np.log(some) - logs / some)), 0.0)
