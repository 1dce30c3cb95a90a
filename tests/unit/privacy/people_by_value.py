"""Classes of people by sensitive value, written as one row of counts a class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.counted import Counted, counted
from personatwin_sql.privacy.sensitive import Sensitive

Rows = Sequence[Sequence[int]]


def people(rows: Rows, null: int = -1, parents: Sequence[Sequence[int]] = ()) -> FrequencySet:
    """A frequency set with one tuple a row; entry j of a row is how many have value j in column `s`."""
    table = np.array(rows, dtype=np.int64).reshape(len(rows), -1)
    table = table[table.sum(axis=1) > 0]
    tuples, values = np.nonzero(table)
    groups = tuple(np.array(each) for each in parents)
    column = Sensitive("s", tuples, values, table[tuples, values], table.shape[1], null, groups)
    codes = np.arange(len(table))
    levels = [codes, np.zeros_like(codes)]
    return FrequencySet.of(["q"], codes, table.sum(axis=1), [levels], sensitive=[column])


def classes(
    rows: Rows, suppressed: Rows = (), null: int = -1, parents: Sequence[Sequence[int]] = ()
) -> Counted:
    """Each row one class; those of `suppressed` are people of the input, but of no class."""
    frequency = people([*rows, *suppressed], null, parents)
    count = len(frequency.people) - len(suppressed)
    group = np.arange(len(frequency.people))
    group[count:] = -1
    return counted(frequency, group, count)


def merged(rows: Rows, group: Sequence[int], null: int = -1, population: Sequence[int] = ()) -> Counted:
    """The classes that rows make when those of one number are one class."""
    frequency, number = people(rows, null), np.array(group)
    alike = np.bincount(number, weights=population).astype(np.int64) if len(population) else None
    return counted(frequency, number, int(number.max()) + 1, alike)
