"""Classes as privacy models read them: people, and people by sensitive value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

import numpy as np

from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.numbers import Codes, Shares
from personatwin_sql.privacy.sensitive import Sensitive


@dataclass(frozen=True)
class Values:
    """A sensitive column by class; only combinations of somebody are there, sorted by class, then value.

    classes, values, people: (entries,).
    of: the column in the whole input, with q and the hierarchy.
    """

    classes: Codes
    values: Codes
    people: Codes
    of: Sensitive


@dataclass(frozen=True)
class Counted:
    """sizes: (classes,), people of each class. values: per sensitive column. population: (classes,), how many
    people of the population are alike, rounded down; None where no population is known."""

    sizes: Codes
    values: Mapping[str, Values] = field(default_factory=dict)
    population: Codes | None = None

    def shares(self, column: str) -> Shares:
        """(entries,): p = c(E, s) ÷ f of each class and value of a sensitive column."""
        found = self.values[column]
        return found.people / self.sizes[found.classes]


def counted(frequency: FrequencySet, group: Codes, classes: int, population: Codes | None = None) -> Counted:
    """Count people and their sensitive values by class.

    group: (tuples,), the class of each tuple, from 0 to `classes` - 1, or -1 for none.
    """
    placed = group >= 0
    sizes = np.bincount(group[placed], weights=frequency.people[placed], minlength=classes).astype(np.int64)
    values = {column.name: _by_class(column, group, classes) for column in frequency.sensitive}
    return Counted(sizes, values, population)


def _by_class(column: Sensitive, group: Codes, classes: int) -> Values:
    return merged(Values(column.rows, column.values, column.people, column), group, classes)


def merged(finer: Values, group: Codes, classes: int) -> Values:
    """The values of coarser classes. group: (finer classes,), the class of each, or -1 for none."""
    column = finer.of
    of_class = group[finer.classes]
    placed = of_class >= 0
    keys = of_class[placed] * column.size + finer.values[placed]
    if classes * column.size <= 4 * len(finer.classes) + 1024:
        held = np.bincount(keys, weights=finer.people[placed], minlength=classes * column.size)
        distinct = np.flatnonzero(held)
        people = held[distinct]
    else:
        distinct, place = np.unique(keys, return_inverse=True)
        people = np.bincount(place, weights=finer.people[placed], minlength=len(distinct))
    number, value = np.divmod(distinct, max(1, column.size))
    return Values(number, value, people.astype(np.int64), column)
